#include "post/post_file_name.hpp"

#include <algorithm>
#include <array>

#include "base/date_time.hpp"
#include "base/text.hpp"
#include "post/feed_text.hpp"

namespace paperround::post {

namespace {

constexpr std::size_t longest_name_kept = 500;

std::string_view ending_of(std::string_view name) {
    const auto dot = name.rfind('.');
    return dot == std::string_view::npos ? std::string_view{} : name.substr(dot);
}

std::string_view without_ending(std::string_view name) {
    return name.substr(0, name.size() - ending_of(name).size());
}

template <std::size_t N>
bool holds_any(std::string_view text, const std::array<std::string_view, N>& words) {
    return std::ranges::any_of(words, [&](auto word) { return text.find(word) != std::string_view::npos; });
}

// What Dropbox, Nextcloud, Seafile and Obsidian put into brackets, in the languages they speak.
bool is_conflict_copy(std::string_view stem) {
    constexpr std::array<std::string_view, 4> marks{".sync-conflict-", "_conflict-", "sfconflict",
                                                    "conflicted copy"};
    if (holds_any(stem, marks)) return true;
    const auto open = stem.rfind('(');
    if (open == std::string_view::npos || !stem.ends_with(')')) return false;
    constexpr std::array<std::string_view, 7> words{"conflict", "konflikt", "conflit", "conflitt",
                                                    "конфликт", "冲突",     "競合"};
    // "(a conflict in the harbour)" is a title: programs write the day, the machine or "copy" beside it.
    constexpr std::array<std::string_view, 9> beside{"20",   "copy",  "kopie",    "copie", "copia",
                                                     "case", "копия", "のコピー", "副本"};
    const auto inside = stem.substr(open);
    return holds_any(inside, words) && holds_any(inside, beside);
}

}  // namespace

bool is_markdown_file(std::string_view name) {
    const auto ending = ending_of(name);
    return ascii_iequals(ending, ".md") || ascii_iequals(ending, ".markdown");
}

std::string_view reason_against(std::string_view name) {
    const std::string stem = ascii_lower(without_ending(name));
    if (stem.starts_with('~') || stem.starts_with('#')) return "is what an editor keeps beside a file";
    constexpr std::array<std::string_view, 8> saved{".bak", ".backup", ".orig", ".old",
                                                    ".tmp", ".temp",   ".swp",  ".save"};
    if (std::ranges::any_of(saved, [&](auto ending) { return stem.ends_with(ending); }))
        return "is what an editor keeps beside a file";
    if (is_conflict_copy(stem)) return "is a copy that a program for synchronising made";
    if (stem == "_index") return "is a page that lists others";
    if (stem == "readme" || stem.starts_with("readme.")) return "is a README";
    return {};
}

std::optional<std::string> original_of(std::string_view name) {
    const std::string_view ending = ending_of(name);
    std::string_view stem = without_ending(name);
    for (const std::string_view before : {"Copy of ", "Kopie von ", "Copie de "}) {
        if (stem.starts_with(before)) return std::string(stem.substr(before.size())) + std::string(ending);
    }
    for (const std::string_view after :
         {" - Copy", " - Kopie", " - Copie", " copy", " Kopie", "-copy", "_copy"}) {
        if (stem.ends_with(after) && stem.size() > after.size())
            return std::string(stem.substr(0, stem.size() - after.size())) + std::string(ending);
    }
    const auto open = stem.rfind(" (");
    if (open == std::string_view::npos || open == 0 || !stem.ends_with(')')) return std::nullopt;
    const auto number = stem.substr(open + 2, stem.size() - open - 3);
    if (number.empty() || number.size() > 2 || !std::ranges::all_of(number, is_ascii_digit))
        return std::nullopt;
    return std::string(stem.substr(0, open)) + std::string(ending);
}

PathParts parts_of_path(std::string_view path) {
    const auto last = path.rfind('/');
    std::string_view name = path.substr(last == std::string_view::npos ? 0 : last + 1);
    std::string_view stem = without_ending(path);
    // A page bundle is a folder with the post and its pictures.
    if (last != std::string_view::npos && ascii_iequals(without_ending(name), "index")) {
        stem = path.substr(0, last);
        const auto above = stem.rfind('/');
        name = stem.substr(above == std::string_view::npos ? 0 : above + 1);
    } else {
        name = without_ending(name);
    }
    PathParts parts{.id = one_line(stem, longest_name_kept)};
    if (name.size() > 11 && name[10] == '-') parts.date = parse_rfc3339(name.substr(0, 10));
    // Only files in the folder itself were read then.
    if (parts.date && last == std::string_view::npos)
        parts.former_id = one_line(name.substr(11), longest_name_kept);
    return parts;
}

}  // namespace paperround::post
