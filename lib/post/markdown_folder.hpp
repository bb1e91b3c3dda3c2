// A folder of Markdown files as a source: each `*.md` and `*.markdown` in it and in the folders in it is a
// post. Front matter as in markdown/front_matter.hpp; without a title the first `# heading` is it, and without a
// date the one of a name like `2026-11-22-slug.md`. A slug is the post's identity, else its path is.
//
// Drafts and posts whose time is yet to come or over are not offered, but named as unpublished. A file that
// cannot be used is a warning with file and line; the others go on. One that was written in the last two
// seconds, or changes while it is read, is not read yet (`unsettled`). Limits: a file 1 MiB, 10 000 files.
// Links that lead out of the folder, and anything but plain files, are not read.
//
// Pictures beside a post that has no link stay where they lie until the mail is made; what could not be sent
// of them is a warning. One that is being written, or is missing beside a post that came within the last ten
// seconds, is waited for.
#pragma once

#include <filesystem>
#include <string>

#include "base/clock.hpp"
#include "feed/feed_result.hpp"
#include "post/folder_listing.hpp"

namespace paperround::post {

// What becomes of a file that may still be written: it waits for the next look, or is read as it stands,
// where a person looks and nothing is sent.
enum class FreshFiles { wait, read };

// What the files are. A letter of a welcome series says `after: 3d` in its front matter; without that it is left
// out, with a warning. In a post that key means nothing.
enum class FolderOf { posts, letters };

// `zone`: an IANA name, of dates that name none. Newest first. An error only where the folder itself cannot
// be read. Never throws for what is in the folder.
[[nodiscard]] feed::FeedResult read_markdown_folder(const std::filesystem::path& folder, Time now,
                                                    const std::string& zone = "UTC",
                                                    FreshFiles fresh = FreshFiles::wait,
                                                    FolderOf what = FolderOf::posts);
[[nodiscard]] feed::FeedResult read_markdown_files(const FolderListing& listing, Time now,
                                                   const std::string& zone,
                                                   FreshFiles fresh = FreshFiles::wait,
                                                   FolderOf what = FolderOf::posts);

}  // namespace paperround::post
