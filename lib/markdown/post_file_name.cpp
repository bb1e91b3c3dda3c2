#include "markdown/post_file_name.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "base/text/date_time.hpp"
#include "feed/text/feed_text.hpp"

namespace paperround::markdown {

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

bool all_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_ascii_digit);
}

// What Dropbox, Nextcloud, Seafile, Obsidian, Synology and Resilio write, in the languages they speak.
bool is_conflict_copy(std::string_view stem) {
    constexpr std::array<std::string_view, 6> marks{".sync-conflict-", ".conflict-",      "_conflict-",
                                                    "sfconflict",      "conflicted copy", "[conflicted]"};
    if (holds_any(stem, marks) || stem.ends_with(".conflict")) return true;
    // "storm_DiskStation_Nov-20-0800-2026_Conflict"; "storm_conflict" may be a title.
    for (const std::string_view end : {"_conflict", "_uploadconflict"}) {
        if (stem.ends_with(end) && stem.size() > end.size() + 5 &&
            all_digits(stem.substr(stem.size() - end.size() - 4, 4)))
            return true;
    }
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

// "storm_LOCAL_4711", which `git mergetool` lays beside a file that two have changed.
bool is_of_merge(std::string_view stem) {
    const auto number = stem.rfind('_');
    if (number == std::string_view::npos || !all_digits(stem.substr(number + 1))) return false;
    constexpr std::array<std::string_view, 4> sides{"_base", "_local", "_remote", "_backup"};
    return std::ranges::any_of(sides, [&](auto side) { return stem.substr(0, number).ends_with(side); });
}

// ".bak", ".bak2", ".backup-20261120" and others behind the last dot of a stem.
bool is_saved_copy(std::string_view stem) {
    const auto dot = stem.rfind('.');
    if (dot == std::string_view::npos) return false;
    std::string_view word = stem.substr(dot + 1);
    const auto end = word.find_first_of("0123456789-_");
    if (end != std::string_view::npos && (word.starts_with("bak") || word.starts_with("backup")))
        word = word.substr(0, end);
    constexpr std::array<std::string_view, 8> words{"bak", "backup", "orig", "old",
                                                    "tmp", "temp",   "swp",  "save"};
    return std::ranges::find(words, word) != words.end();
}

// "readme", "readme.de", "readme-de", "readme_zh-cn"; "readme-first" may be a post.
bool is_readme(std::string_view stem) {
    constexpr std::string_view name = "readme";
    if (!stem.starts_with(name)) return false;
    stem.remove_prefix(name.size());
    if (stem.empty() || stem.front() == '.') return true;
    const std::string_view language = stem.substr(1);
    const bool region =
        language.size() > 3 && language.size() < 8 && (language[2] == '-' || language[2] == '_');
    return (stem.front() == '-' || stem.front() == '_') && (language.size() == 2 || region);
}

// The words that programs put behind a name, as a file manager or a person has them.
constexpr std::array<std::string_view, 12> copy_words{"copy",  "kopie", "copie", "copia",  "kopia", "kopi",
                                                      "kopio", "cópia", "копия", "コピー", "副本",  "backup"};

bool is_number(std::string_view text) {
    return all_digits(text) && text.size() <= 2;
}

// "copy", "another copy", "3rd copy", "Copy 2", "3".
bool says_copy(std::string_view words) {
    const std::string lower = ascii_lower(trim(words));
    std::string_view rest = lower;
    if (is_number(rest)) return true;
    const auto last = rest.rfind(' ');
    if (last != std::string_view::npos && is_number(rest.substr(last + 1))) rest = rest.substr(0, last);
    const auto among = [&](std::string_view word) {
        return std::ranges::find(copy_words, word) != copy_words.end();
    };
    const auto first = rest.find(' ');
    return among(rest) ||
           (first != std::string_view::npos &&
            (rest.starts_with("another ") || is_ascii_digit(rest.front())) && among(rest.substr(first + 1)));
}

// The stem without one mark of a copy; all of it where it has none.
std::string_view without_copy_mark(std::string_view stem) {
    constexpr std::array<std::string_view, 8> before{"Copy of ",  "Kopie von ", "Kopie van ", "Copie de ",
                                                     "Copia de ", "Copia di ",  "Cópia de ",  "Копия "};
    for (const std::string_view each : before) {
        if (stem.starts_with(each)) return stem.substr(each.size());
    }
    const auto open = stem.rfind(" (");
    if (stem.ends_with(')') && open != std::string_view::npos && open > 0 &&
        says_copy(stem.substr(open + 2, stem.size() - open - 3)))
        return stem.substr(0, open);
    for (const std::string_view sign : {" - ", " — ", " – ", "-", "_", " "}) {
        for (auto at = stem.rfind(sign), tried = std::size_t{0};
             at != std::string_view::npos && at > 0 && tried < 2; at = stem.rfind(sign, at - 1), ++tried) {
            const std::string_view words = stem.substr(at + sign.size());
            // "storm 2" may be a post of its own.
            if (!is_number(trim(words)) && says_copy(words)) return stem.substr(0, at);
        }
    }
    return stem;
}

// Where a stem names a day: "2026-11-20", or "20261120" with a time perhaps, before a sign or the end.
std::optional<Time> day_in_front(std::string_view stem) {
    const auto digits = std::min(stem.find_first_not_of("0123456789"), stem.size());
    std::string day(stem.substr(0, 10));
    std::size_t length = 10;
    if (digits == 8 || digits == 12 || digits == 14) {
        day = std::string(stem.substr(0, 4)) + "-" + std::string(stem.substr(4, 2)) + "-" +
              std::string(stem.substr(6, 2));
        length = digits;
    }
    if (stem.size() < length ||
        (stem.size() > length && std::string_view("-_ ").find(stem[length]) == std::string_view::npos))
        return std::nullopt;
    const auto date = parse_rfc3339(day);
    const bool plausible = day.starts_with("19") || day.starts_with("20");
    return plausible ? date : std::nullopt;
}

}  // namespace

bool is_markdown_file(std::string_view name) {
    const auto ending = ending_of(name);
    return ascii_iequals(ending, ".md") || ascii_iequals(ending, ".markdown");
}

bool is_picture_file(std::string_view name) {
    constexpr std::array<std::string_view, 7> endings{".png",  ".jpg", ".jpeg", ".gif",
                                                      ".webp", ".svg", ".avif"};
    const std::string ending = ascii_lower(ending_of(name));
    return std::ranges::find(endings, ending) != endings.end();
}

std::string_view reason_against(std::string_view name) {
    const std::string stem = ascii_lower(without_ending(name));
    if (stem.starts_with('~') || stem.starts_with('#')) return "is what an editor keeps beside a file";
    if (is_saved_copy(stem)) return "is what an editor keeps beside a file";
    if (is_of_merge(stem)) return "is one side of a merge that is not finished";
    if (is_conflict_copy(stem)) return "is a copy that a program for synchronising made";
    if (stem == "_index" || stem.starts_with("_index.")) return "is a page that lists others";
    if (is_readme(stem)) return "is a README";
    return {};
}

std::vector<std::string> originals_of(std::string_view name) {
    constexpr std::size_t most_marks = 4;
    const std::string_view ending = ending_of(name);
    std::string_view stem = without_ending(name);
    std::vector<std::string> originals;
    while (originals.size() < most_marks) {
        const std::string_view shorter = without_copy_mark(stem);
        if (shorter.empty() || shorter.size() == stem.size()) break;
        stem = shorter;
        originals.push_back(std::string(stem) + std::string(ending));
    }
    return originals;
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
    PathParts parts{.id = feed::one_line(stem, longest_name_kept)};
    parts.date = day_in_front(name);
    // Only files in the folder itself were read then.
    const bool dashed = name.size() > 11 && name[4] == '-' && name[10] == '-';
    if (parts.date && dashed && last == std::string_view::npos)
        parts.former_id = feed::one_line(name.substr(11), longest_name_kept);
    return parts;
}

}  // namespace paperround::markdown
