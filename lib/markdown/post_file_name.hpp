// What a file's name in a folder of posts says: whether it is a post at all, its date, its identity. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace paperround::markdown {

// `.md` and `.markdown`, in any case.
[[nodiscard]] bool is_markdown_file(std::string_view name);

// By its ending: what a post may show, though not all of it can be sent.
[[nodiscard]] bool is_picture_file(std::string_view name);

// Why a Markdown file is no post: a copy that a program for synchronising made beside the original, what an
// editor saved, a page that only lists others. Empty where it may be one. `name` has no folders in it.
[[nodiscard]] std::string_view reason_against(std::string_view name);

// Of `storm (1).md`, `Copy of storm.md`, `storm - Copy (2).md`: the names of the files that it may be a copy
// of, nearest first. It is one only where one of them lies beside it.
[[nodiscard]] std::vector<std::string> originals_of(std::string_view name);

struct PathParts {
    std::string id;         // the path without its ending; of a page bundle (x/index.md) its folder
    std::string former_id;  // by which such a file was known before dates belonged to it, or empty
    std::optional<Time>
        date;  // of `2026-11-22-slug.md`, `20261122 slug.md` and the like, its midnight in UTC
};
// `path` is relative to the source's folder, with '/'.
[[nodiscard]] PathParts parts_of_path(std::string_view path);

}  // namespace paperround::markdown
