#include "markdown/code_lines.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace paperround::markdown {

namespace {

constexpr std::size_t code_indent = 4;

std::size_t indent_of(std::string_view line) {
    std::size_t columns = 0;
    for (const char c : line) {
        if (c != ' ' && c != '\t') break;
        columns += c == '\t' ? code_indent - columns % code_indent : 1;
    }
    return columns;
}

std::string_view without_indent(std::string_view line) {
    return line.substr(std::min(line.find_first_not_of(" \t"), line.size()));
}

// The quotations' signs in front, and how many they are.
std::size_t take_quotes(std::string_view& line) {
    std::size_t depth = 0;
    while (indent_of(line) < code_indent && without_indent(line).starts_with('>')) {
        line = without_indent(line).substr(1);
        if (line.starts_with(' ')) line.remove_prefix(1);
        ++depth;
    }
    return depth;
}

// The length of `- `, `12. ` or, of a footnote's text, `[^1]: ` in front; 0 where there is none.
std::size_t marker_length(std::string_view line) {
    if (line.starts_with("[^")) {
        const auto end = line.find("]:");
        return end == std::string_view::npos ? 0 : end + 2;
    }
    const auto digits = std::min(line.find_first_not_of("0123456789"), line.size());
    if (digits > 9 || digits >= line.size()) return 0;
    const std::string_view signs = digits > 0 ? ".)" : "-*+";
    const bool ends = digits + 1 == line.size() || line[digits + 1] == ' ' || line[digits + 1] == '\t';
    return signs.find(line[digits]) != std::string_view::npos && ends ? digits + 1 : 0;
}

// The backticks or tildes that open a block; what is said behind backticks holds none.
std::string_view fence_of(std::string_view line) {
    if (!line.starts_with("```") && !line.starts_with("~~~")) return {};
    const auto length = std::min(line.find_first_not_of(line.front()), line.size());
    const bool span = line.front() == '`' && line.find('`', length) != std::string_view::npos;
    return span ? std::string_view{} : line.substr(0, length);
}

bool begins_pre(std::string_view line) {
    return ascii_istarts_with(line, "<pre") &&
           (line.size() == 4 || line[4] == '>' || is_ascii_space(line[4]));
}

bool ends_pre(std::string_view line) {
    return ascii_lower(line).find("</pre") != std::string::npos;
}

}  // namespace

bool CodeLines::closes(std::string_view line, std::size_t indent, std::size_t depth) {
    // What it stands in has ended, and it with it.
    const bool outside = depth < fence_depth_ || (fence_in_item_ && indent == 0 && !trim(line).empty());
    const std::string_view bare = trim(line);
    const bool closed = bare.size() >= fence_.size() && bare.starts_with(fence_) &&
                        bare.find_first_not_of(fence_.front()) == std::string_view::npos;
    if (outside || closed) fence_ = {};
    return !outside;
}

bool CodeLines::opens(std::string_view line) {
    fence_ = fence_of(line);
    if (!fence_.empty()) return true;
    in_pre_ = begins_pre(line) && !ends_pre(line);
    return begins_pre(line);
}

bool CodeLines::is_code(std::string_view line) {
    if (in_pre_) {
        in_pre_ = !ends_pre(line);
        return true;
    }
    const std::size_t depth = take_quotes(line);
    const std::size_t indent = indent_of(line);
    if (!fence_.empty() && closes(line, indent, depth)) return true;
    if (trim(line).empty()) {
        after_text_ = false;
        return false;
    }
    if (indent == 0 && !after_text_) in_list_ = false;
    if (indent >= code_indent && !after_text_ && !in_list_) return true;
    std::string_view rest = without_indent(line);
    for (auto marker = marker_length(rest); marker > 0; marker = marker_length(rest)) {
        in_list_ = true;
        rest = without_indent(rest.substr(marker));
    }
    after_text_ = true;
    if (!opens(rest)) return false;
    after_text_ = false;
    fence_depth_ = depth;
    fence_in_item_ = in_list_ && (indent > 0 || rest.size() < without_indent(line).size());
    return true;
}

}  // namespace paperround::markdown
