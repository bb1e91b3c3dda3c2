#include "post/footnote_marks.hpp"

#include <algorithm>
#include <cstddef>

#include "base/text.hpp"
#include "post/code_lines.hpp"

namespace paperround::post {

namespace {

bool is_blank(std::string_view line) {
    return std::ranges::all_of(line, is_ascii_space);
}

// Of `text`, a paragraph: no code block, but code in the line.
void append_paragraph(std::string& out, std::string_view text) {
    bool in_code = false;
    std::size_t close = 0;  // the first `]` behind the sign that is looked at
    std::size_t line_end = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        in_code = in_code != (text[at] == '`');
        const bool escaped = at > 0 && text[at - 1] == '\\';
        if (text.substr(at, 2) == "[^" && !in_code && !escaped) {
            if (close <= at) close = std::min(text.find(']', at), text.size());
            if (line_end <= at) line_end = std::min(text.find('\n', at), text.size());
            const char next = close + 1 < text.size() ? text[close + 1] : ' ';
            const bool leads = next == '(' || next == '[';  // it is the text of a link
            if (close < text.size() && line_end < close && !leads) out.push_back('\\');
        }
        out.push_back(text[at]);
    }
}

}  // namespace

std::string with_plain_brackets(std::string_view markdown) {
    if (markdown.find("[^") == std::string_view::npos) return std::string(markdown);
    std::string out;
    out.reserve(markdown.size() + 64);
    CodeLines code;
    std::size_t begin = 0;  // of the paragraph
    for (std::size_t at = 0; at < markdown.size();) {
        const auto end = std::min(markdown.find('\n', at), markdown.size() - 1) + 1;
        const std::string_view line = markdown.substr(at, end - at);
        const std::string_view bare = line.substr(0, line.size() - (line.ends_with('\n') ? 1 : 0));
        if (code.is_code(bare) || is_blank(bare)) {
            append_paragraph(out, markdown.substr(begin, at - begin));
            out += line;
            begin = end;
        }
        at = end;
    }
    append_paragraph(out, markdown.substr(begin));
    return out;
}

}  // namespace paperround::post
