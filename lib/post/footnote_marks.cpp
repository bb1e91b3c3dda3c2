#include "post/footnote_marks.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <vector>

#include "base/text.hpp"
#include "post/code_lines.hpp"

namespace paperround::post {

namespace {

bool is_blank(std::string_view line) {
    return std::ranges::all_of(line, is_ascii_space);
}

// The runs of backticks in a paragraph: one that has another of its length behind it begins code (CommonMark
// 0.30 §6.1).
class CodeSpans {
  public:
    explicit CodeSpans(std::string_view text) {
        for (std::size_t at = text.find('`'); at != std::string_view::npos; at = text.find('`', at)) {
            const auto end = std::min(text.find_first_not_of('`', at), text.size());
            runs_[end - at].push_back(at);
            at = end;
        }
    }
    // Behind the code that the run of that length at `at` begins; `at` where it begins none.
    [[nodiscard]] std::size_t end_of(std::size_t at, std::size_t length) const {
        const auto& same = runs_.at(length);
        const auto next = std::ranges::upper_bound(same, at);
        return next == same.end() ? at : *next + length;
    }

  private:
    std::map<std::size_t, std::vector<std::size_t>> runs_;  // by length
};

// What closes a bracket that `[^` opens at `at` on a later line, and leads nowhere.
class OpenBrackets {
  public:
    explicit OpenBrackets(std::string_view text) : text_(text) {}

    bool stays_open(std::size_t at) {
        if (close_ <= at) close_ = std::min(text_.find(']', at), text_.size());
        if (line_end_ <= at) line_end_ = std::min(text_.find('\n', at), text_.size());
        const char next = close_ + 1 < text_.size() ? text_[close_ + 1] : ' ';
        const bool leads = next == '(' || next == '[';  // it is the text of a link
        return close_ < text_.size() && line_end_ < close_ && !leads;
    }

  private:
    std::string_view text_;
    std::size_t close_ = 0;  // the first `]` behind the place that was asked about
    std::size_t line_end_ = 0;
};

// Of `text`, a paragraph: no code block, but code in the line.
void append_paragraph(std::string& out, std::string_view text) {
    const CodeSpans code(text);
    OpenBrackets brackets(text);
    for (std::size_t at = 0; at < text.size();) {
        const auto next = std::min(text.find_first_of("`[\\", at), text.size());
        out += text.substr(at, next - at);
        at = next;
        if (at == text.size()) return;
        std::size_t end = at + 1;
        if (text[at] == '`') {
            end = std::min(text.find_first_not_of('`', at), text.size());
            end = std::max(end, code.end_of(at, end - at));
        } else if (text[at] == '\\') {
            end = std::min(at + 2, text.size());
        } else if (text.substr(at, 2) == "[^" && brackets.stays_open(at)) {
            out.push_back('\\');
        }
        out += text.substr(at, end - at);
        at = end;
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
