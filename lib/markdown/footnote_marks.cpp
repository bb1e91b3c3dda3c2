#include "markdown/footnote_marks.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <vector>

#include "base/text.hpp"
#include "markdown/code_lines.hpp"

namespace paperround::markdown {

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
    // Behind the code that the run of that length at `at` begins; `at` where it begins none. Behind an escaped
    // backtick a run is the rest of a longer one, and may be the only one of its length.
    [[nodiscard]] std::size_t end_of(std::size_t at, std::size_t length) const {
        const auto same = runs_.find(length);
        if (same == runs_.end()) return at;
        const auto next = std::ranges::upper_bound(same->second, at);
        return next == same->second.end() ? at : *next + length;
    }

  private:
    std::map<std::size_t, std::vector<std::size_t>> runs_;  // by length
};

// Where `[^` begins brackets that close on a later line and lead nowhere, in the order of their ends.
class OpenBrackets {
  public:
    explicit OpenBrackets(std::string_view text) : text_(text), code_(text) {}

    std::vector<std::size_t> over_lines() {
        for (std::size_t at = text_.find_first_of(signs); at < text_.size();
             at = text_.find_first_of(signs, at))
            at = pass(at);
        return std::move(found_);
    }

  private:
    static constexpr std::string_view signs = "`\\[]\n";

    std::size_t pass(std::size_t at) {
        switch (text_[at]) {
            case '`': {
                const auto end = std::min(text_.find_first_not_of('`', at), text_.size());
                return std::max(end, code_.end_of(at, end - at));
            }
            case '\\':
                return at + (text_.substr(at + 1).starts_with('\n') ? 1 : 2);  // a line's end is counted
            case '[':
                open_.push_back({at, lines_});
                break;
            case '\n':
                ++lines_;
                break;
            default:
                close(at);
        }
        return at + 1;
    }

    void close(std::size_t at) {
        if (open_.empty()) return;
        const auto [begin, line] = open_.back();
        open_.pop_back();
        const char next = at + 1 < text_.size() ? text_[at + 1] : ' ';
        const bool leads = next == '(' || next == '[';  // it is the text of a link
        if (line < lines_ && !leads && text_.substr(begin, 2) == "[^") found_.push_back(begin);
    }

    struct Bracket {
        std::size_t at;
        std::size_t line;
    };
    std::string_view text_;
    CodeSpans code_;
    std::vector<Bracket> open_;
    std::vector<std::size_t> found_;
    std::size_t lines_ = 0;
};

// Of `text`, a paragraph: no code block, but code in the line. One that begins with a tag may be HTML as it
// is, where a backslash would be seen.
void append_paragraph(std::string& out, std::string_view text) {
    auto places = trim(text).starts_with('<') ? std::vector<std::size_t>{} : OpenBrackets(text).over_lines();
    std::ranges::sort(places);
    std::size_t done = 0;
    for (const std::size_t place : places) {
        out += text.substr(done, place - done);
        out.push_back('\\');
        done = place;
    }
    out += text.substr(done);
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

}  // namespace paperround::markdown
