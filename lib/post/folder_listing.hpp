// The Markdown files and pictures of a folder and the folders in it, and whether anything of it has changed:
// looks at names, sizes and times, and opens nothing. Limits: 10 000 files, 20 folders deep. Links to
// folders, hidden folders and `_drafts` are not entered; files that lie elsewhere by way of a link are not
// taken.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "feed/feed_result.hpp"

namespace paperround::post {

struct FileStamp {
    std::uint64_t size = 0;
    std::int64_t modified = 0;  // in nanoseconds since 1970, as the file system has it
    std::int64_t changed = 0;
    std::uint64_t inode = 0;
    bool operator==(const FileStamp&) const = default;
};

// When it was last written, moved or made.
[[nodiscard]] Time last_change(const FileStamp& stamp);
// Written within the last two seconds: its writer may not have finished.
[[nodiscard]] bool is_fresh(const FileStamp& stamp, Time now);
// Came to its place within the last ten seconds: its pictures may still be on their way.
[[nodiscard]] bool has_just_come(const FileStamp& stamp, Time now);

struct FolderFile {
    std::string name;  // relative to the folder, with '/'
    std::filesystem::path path;
    FileStamp stamp;
};

struct FolderListing {
    std::filesystem::path root;                // without links
    std::vector<FolderFile> files;             // sorted by name
    std::vector<feed::FeedIssue> passed_over;  // what is no post though it looks like one, and why
    std::vector<std::string> pictures;         // by their names, paths from the folder on; at most 20 000
    bool too_many = false;

    // Equal where no Markdown file was added, removed or written since.
    [[nodiscard]] std::string fingerprint() const;
};

inline constexpr std::size_t most_files = 10'000;

// Fails with one line where the folder itself cannot be read.
[[nodiscard]] Result<FolderListing, std::string> list_folder(const std::filesystem::path& folder);
// Of a file as it is now; nothing where it is none any more.
[[nodiscard]] std::optional<FileStamp> stamp_of(const std::filesystem::path& file);

}  // namespace paperround::post
