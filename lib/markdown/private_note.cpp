#include "markdown/private_note.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace paperround::markdown {

namespace {

// What stands behind the sign that opens a tag, its dash and its spaces.
std::string_view inside_of(std::string_view rest, std::size_t sign) {
    rest.remove_prefix(sign);
    if (rest.starts_with('-')) rest.remove_prefix(1);
    return rest.substr(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
}

bool is_named(std::string_view tag, std::string_view name) {
    return tag.starts_with(name) && tag.size() > name.size() &&
           (is_ascii_space(tag[name.size()]) || std::string_view("%>-").find(tag[name.size()]) < 3);
}

// `{#head}` is the name of a heading.
bool begins_nunjucks(std::string_view rest) {
    if (!rest.starts_with("{#")) return false;
    constexpr std::size_t longest_without_space = 1000;
    const auto brace = rest.substr(0, longest_without_space).find('}');
    const bool spaced = rest.size() > 2 && (is_ascii_space(rest[2]) || rest[2] == '-');
    return spaced || (brace != std::string_view::npos && brace > 2 && rest[brace - 1] == '#');
}

}  // namespace

std::size_t PrivateNotes::end_of(std::string_view rest, std::size_t from, std::string_view end) {
    if (std::ranges::find(never_to_come_, end) != never_to_come_.end()) return 0;
    const auto found = rest.find(end, from);
    if (found != std::string_view::npos) return found + end.size();
    never_to_come_.push_back(end);
    return 0;
}

std::size_t PrivateNotes::end_of_block(std::string_view rest, std::size_t from, std::string_view word,
                                       std::string_view close) {
    if (std::ranges::find(never_to_come_, close) != never_to_come_.end()) return 0;
    const auto end = end_of(rest, from, word);
    return end == 0 ? 0 : end_of(rest, end, close);
}

std::size_t PrivateNotes::length_at(std::string_view rest) {
    if (rest.starts_with("%%")) return end_of(rest, 2, "%%");
    if (!rest.starts_with('{')) return 0;
    if (rest.starts_with("{/*")) return end_of(rest, 3, "*/}");
    if (begins_nunjucks(rest)) return end_of(rest, 2, "#}");
    if (rest.starts_with("{::comment}")) return end_of_block(rest, 11, "{:/", "}");
    if (rest.starts_with("{%") && is_named(inside_of(rest, 2), "comment"))
        return end_of_block(rest, 2, "endcomment", "%}");
    const bool shortcode = rest.starts_with("{{<") || rest.starts_with("{{%");
    if (shortcode && is_named(inside_of(rest, 3), "comment")) return end_of_block(rest, 3, "/comment", "}}");
    if (rest.starts_with("{{") && inside_of(rest, 2).starts_with("/*"))
        return end_of_block(rest, 4, "*/", "}}");
    return 0;
}

}  // namespace paperround::markdown
