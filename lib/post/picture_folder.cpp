#include "post/picture_folder.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "post/decomposed_name.hpp"

namespace paperround::post {

namespace {

namespace fs = std::filesystem;

std::string name_in(std::string_view path) {
    return std::string(path.substr(path.rfind('/') + 1));
}

// The path, without `.` and `..`; nothing where it leads out.
std::optional<std::string> inner_path(const fs::path& base, std::string_view target) {
    while (target.starts_with('/')) target.remove_prefix(1);
    std::string path = (base / fs::path(target)).lexically_normal().generic_string();
    if (path.empty() || path == "." || path == ".." || path.starts_with("../") || path.ends_with('/') ||
        path.find('\0') != std::string::npos)
        return std::nullopt;
    return path;
}

// What the file may be called: decoded, without a query; and as it stands, since `100%.png` and `a#1.png` are
// names, too.
std::vector<std::string> spellings(std::string_view target) {
    std::vector<std::string> all;
    const auto add = [&](std::string spelling) {
        if (std::ranges::find(all, spelling) == all.end()) all.push_back(std::move(spelling));
    };
    const std::string_view path = target.substr(0, target.find_first_of("?#"));
    for (const std::string_view written : {path, target}) {
        if (auto decoded = decode_percent(written, false)) {
            add(*decoded);
            add(replace_all(*decoded, "\\", "/"));
        }
        add(std::string(written));
    }
    return all;
}

// Capitals may differ, and macOS takes letters and their marks apart.
std::string loose_key(std::string_view path) {
    return decomposed_name(ascii_lower(path));
}

}  // namespace

PictureFolder::PictureFolder(const FolderListing& listing) : root_(listing.root) {
    for (const std::string& path : listing.pictures) {
        by_path_.emplace(loose_key(path), path);
        auto& shortest = by_name_[loose_key(name_in(path))];
        if (shortest.empty() || path.size() < shortest.size()) shortest = path;
    }
}

bool PictureFolder::is_there(const std::string& path) const {
    std::error_code ignored;
    return fs::is_regular_file(root_ / path, ignored);
}

PictureFolder::Found PictureFolder::find(std::string_view post, std::string_view target) const {
    constexpr std::size_t longest_target = 2000;
    if (target.size() > longest_target) return {};
    const fs::path own = fs::path(post).parent_path();
    std::vector<std::string> paths;  // in the order in which they are meant
    std::optional<std::string> first;
    for (const std::string& spelling : spellings(target)) {
        const bool from_root = spelling.starts_with('/');
        if (!first) first = inner_path(from_root ? fs::path() : own, spelling).value_or("");
        // Obsidian may write whole paths without the slash.
        for (const fs::path& base :
             from_root ? std::array<fs::path, 2>{"", "static"} : std::array{own, fs::path()}) {
            if (auto path = inner_path(base, spelling)) paths.push_back(std::move(*path));
        }
    }
    for (const std::string& path : paths) {
        if (is_there(path)) return {path, true};
    }
    for (const std::string& path : paths) {
        if (const auto found = by_path_.find(loose_key(path)); found != by_path_.end())
            return {found->second, true};
    }
    if (target.find('/') == std::string_view::npos) {
        for (const std::string& path : paths) {
            if (const auto found = by_name_.find(loose_key(name_in(path))); found != by_name_.end())
                return {found->second, true};
        }
    }
    return {first.value_or(""), false};
}

}  // namespace paperround::post
