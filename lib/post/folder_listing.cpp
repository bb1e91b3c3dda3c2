#include "post/folder_listing.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "feed/text/feed_text.hpp"
#include "markdown/post_file_name.hpp"

namespace paperround::post {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr int deepest_folder = 20;
constexpr Duration quiet_after = 2s;
constexpr Duration comes_within = 10s;
constexpr std::size_t most_pictures_listed = 20'000;

std::int64_t nanoseconds(const timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

Time time_of(std::int64_t nanoseconds) {
    return Time{std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(nanoseconds))};
}

// A time ahead of now is a clock that differs, and says nothing.
bool is_within(std::int64_t stamp, Duration last, Time now) {
    const Time time = time_of(stamp);
    return time <= now && time > now - last;
}

bool is_entered(const fs::directory_entry& entry) {
    // What Jekyll keeps for itself, and what file servers keep for their own use.
    constexpr std::array<std::string_view, 13> not_entered{
        "_drafts",      "_data",  "_includes", "_layouts",  "_sass",        "_site",
        "node_modules", "@eaDir", "#recycle",  "#snapshot", "$RECYCLE.BIN", "@Recently-Snapshot",
        "lost+found"};
    std::error_code ignored;
    const std::string name = entry.path().filename().string();
    return entry.is_directory(ignored) && !entry.is_symlink(ignored) && !name.starts_with('.') &&
           std::ranges::find(not_entered, name) == not_entered.end();
}

bool is_inside(const fs::path& folder, const fs::path& file) {
    std::error_code problem;
    const fs::path real = fs::canonical(file, problem);
    return !problem && fs::is_regular_file(real, problem) &&
           std::mismatch(folder.begin(), folder.end(), real.begin(), real.end()).first == folder.end();
}

class Walk {
  public:
    explicit Walk(fs::path root) : root_(std::move(root)) {}

    Result<FolderListing, std::string> run() {
        if (const auto problem = enter(root_, 0))
            return failure(fmt::format("{}: cannot read the folder: {}", root_.string(), problem.message()));
        std::ranges::sort(listing_.files, {}, &FolderFile::name);
        std::ranges::sort(listing_.pictures);
        listing_.root = root_;
        return std::move(listing_);
    }

  private:
    // The problem of this folder; one in a folder within it is said, and the others go on.
    std::error_code enter(const fs::path& folder, int depth) {
        std::error_code problem;
        std::vector<fs::directory_entry> entries;
        for (fs::directory_iterator at(folder, problem), end; !problem && at != end; at.increment(problem))
            entries.push_back(*at);
        if (problem) return problem;
        std::set<std::string> names;
        for (const fs::directory_entry& entry : entries) names.insert(entry.path().filename().string());
        for (const fs::directory_entry& entry : entries) {
            if (is_entered(entry)) {
                descend(entry.path(), depth);
            } else {
                take(entry.path(), names);
            }
        }
        return {};
    }

    void descend(const fs::path& folder, int depth) {
        if (depth + 1 > deepest_folder)
            return pass_over(folder, fmt::format("lies deeper than {} folders: left out", deepest_folder));
        if (const auto problem = enter(folder, depth + 1))
            pass_over(folder, "cannot read the folder: " + problem.message());
    }

    void take(const fs::path& file, const std::set<std::string>& beside) {
        const std::string name = file.filename().string();
        if (name.starts_with('.')) return;
        if (markdown::is_picture_file(name) && listing_.pictures.size() < most_pictures_listed)
            listing_.pictures.push_back(name_of(file));
        if (!markdown::is_markdown_file(name)) return;
        if (const auto reason = markdown::reason_against(name); !reason.empty())
            return pass_over(file, fmt::format("{}: no post", reason));
        for (const std::string& original : markdown::originals_of(name)) {
            if (beside.contains(original))
                return pass_over(file,
                                 fmt::format("is a copy of {}: no post", feed::one_line(original, 200)));
        }
        if (!is_inside(root_, file)) return pass_over(file, "is no plain file of this folder: left out");
        const auto stamp = stamp_of(file);
        if (!stamp) return;
        if (listing_.files.size() >= most_files) {
            listing_.too_many = true;
        } else {
            listing_.files.push_back({name_of(file), file, *stamp});
        }
    }

    [[nodiscard]] std::string name_of(const fs::path& file) const {
        return file.lexically_relative(root_).generic_string();
    }
    void pass_over(const fs::path& file, std::string reason) {
        constexpr std::size_t most_said = 100;
        if (listing_.passed_over.size() < most_said)
            listing_.passed_over.push_back({feed::one_line(name_of(file), 300), 0, 0, std::move(reason)});
    }

    fs::path root_;
    FolderListing listing_;
};

}  // namespace

Time last_change(const FileStamp& stamp) {
    return time_of(stamp.changed);
}

bool is_fresh(const FileStamp& stamp, Time now) {
    return is_within(stamp.modified, quiet_after, now);
}

bool has_just_come(const FileStamp& stamp, Time now) {
    return is_within(stamp.changed, comes_within, now);
}

std::string FolderListing::fingerprint() const {
    std::string all;
    for (const FolderFile& file : files) {
        all += fmt::format("{}\n{} {} {} {}\n", file.name, file.stamp.size, file.stamp.modified,
                           file.stamp.changed, file.stamp.inode);
    }
    for (const feed::FeedIssue& issue : passed_over) all += issue.to_line() + "\n";
    return hex(sha256(all)).substr(0, 32);
}

std::optional<FileStamp> stamp_of(const fs::path& file) {
    struct stat found {};
    if (::stat(file.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return std::nullopt;
    return FileStamp{.size = static_cast<std::uint64_t>(found.st_size),
                     .modified = nanoseconds(found.st_mtim),
                     .changed = nanoseconds(found.st_ctim),
                     .inode = found.st_ino};
}

Result<FolderListing, std::string> list_folder(const fs::path& folder) {
    std::error_code problem;
    fs::path real = fs::canonical(folder, problem);
    if (problem)
        return failure(fmt::format("{}: cannot open the folder: {}", folder.string(), problem.message()));
    return Walk(std::move(real)).run();
}

}  // namespace paperround::post
