#include "markdown/foreign_markup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "feed/text/feed_text.hpp"
#include "markdown/code_lines.hpp"
#include "markdown/markdown_formulas.hpp"
#include "markdown/post_file_name.hpp"
#include "markdown/private_note.hpp"

namespace paperround::markdown {

namespace {

constexpr std::size_t most_said = 20;
constexpr std::size_t longest_link = 1000;
constexpr unsigned most_notes = 1000;

constexpr std::size_t longest_attributes = 200;
constexpr std::size_t longest_name = 100;  // of a block

// `#name`, `.class`, `key=value`; behind `{:`, kramdown's sign, also `toc` and the like.
bool is_attribute(std::string_view word, bool kramdown) {
    const bool name = word.size() > 1 && (word.front() == '#' || word.front() == '.');
    return name || kramdown || (word.find('=') != std::string_view::npos && is_ascii_alpha(word.front()));
}

// The length of a list of attributes in front, as kramdown, Pandoc and Hugo have them: `{: .wide}`,
// `{#head}`.
std::size_t attributes_at(std::string_view rest) {
    rest = rest.substr(0, longest_attributes);
    const auto end = rest.find_first_of("}\n", 1);
    if (end == std::string_view::npos || rest[end] != '}') return 0;
    const bool kramdown = rest.starts_with("{:") && !rest.starts_with("{::");
    std::string_view inside = rest.substr(1, end - 1);
    if (kramdown) inside.remove_prefix(1);
    if (trim(inside).empty() || inside.find('{') != std::string_view::npos) return 0;
    bool quoted = false;
    for (const std::string_view word : split(inside, ' ')) {
        if (!quoted && !word.empty() && !is_attribute(word, kramdown)) return 0;
        if (std::ranges::count(word, '"') % 2 == 1) quoted = !quoted;
    }
    return quoted ? 0 : end + 1;
}

class Rewriter {
  public:
    // `alone`: words within a line, in which neither blocks nor notes begin.
    explicit Rewriter(std::string_view text, bool alone = false)
        : text_(text), rest_(text), at_line_start_(!alone), alone_(alone) {
        own_.text.reserve(text.size());
    }

    OwnMarkdown run() {
        while (!rest_.empty()) {
            if (at_line_start_ && line()) continue;
            step();
        }
        own_.text += notes_;
        return std::move(own_);
    }

  private:
    // Copies a line of code, and what stands at the front of others.
    bool line() {
        const auto line = rest_.substr(0, std::min(rest_.find('\n'), rest_.size()));
        heading_ = line.starts_with('#');
        if (code_.is_code(line)) {
            copy(std::min(line.size() + 1, rest_.size()));
            return true;
        }
        return callout(line);
    }

    void step() {
        if (rest_.front() == '`') return code();
        if (rest_.starts_with("\\(") || (rest_.starts_with("\\[") && begins_line())) return formula();
        if (rest_.front() == '\\' && rest_.size() > 1) return copy(2);
        if (const auto note = notes_to_self_.length_at(rest_); note > 0) return pass_over(note);
        if (rest_.front() == '$') return formula();
        if (rest_.starts_with("^[")) return note_in_line();
        if (rest_.front() == '^') return name_of_block();
        if (rest_.starts_with("[[") || rest_.starts_with("![[")) return link_between_notes();
        if (rest_.front() == '{' && !alone_) {
            if (const auto length = attributes_at(rest_); length > 0 && belong_here(length))
                return pass_over(length);
        }
        for (const auto& [begin, end] : {std::pair{"{{", "}}"}, {"{%", "%}"}, {"<%", "%>"}}) {
            if (rest_.starts_with(begin)) return foreign(end);
        }
        if (at_line_start_ && rest_.starts_with(":::") && !alone_) return container();
        const auto plain = std::min(rest_.find_first_of("`\\%[!{<$^\n", 1), rest_.size());
        copy(rest_.front() == '\n' ? 1 : plain);
    }

    [[nodiscard]] bool begins_line() const {
        const auto last = own_.text.find_last_not_of(' ');
        return last == std::string::npos || own_.text[last] == '\n';
    }

    // Lists of attributes stand behind a link, a picture, a span of code, or at the end of a heading;
    // kramdown's anywhere.
    [[nodiscard]] bool belong_here(std::size_t length) const {
        if (rest_.starts_with("{:")) return true;
        const char before = own_.text.empty() ? '\n' : own_.text.back();
        if (std::string_view(")]`").find(before) != std::string_view::npos) return true;
        const auto behind = rest_.substr(length, longest_attributes);
        return heading_ &&
               (behind.size() < longest_attributes || behind.find('\n') != std::string_view::npos) &&
               trim(behind.substr(0, behind.find('\n'))).empty();
    }

    // `> [!note] Title`: as GitHub and Obsidian have them.
    bool callout(std::string_view line) {
        const auto sign = line.find_first_not_of(" >");
        if (sign == std::string_view::npos || line.substr(0, sign).find('>') == std::string_view::npos ||
            !line.substr(sign).starts_with("[!"))
            return false;
        const std::string_view kind = line.substr(sign + 2, line.find(']', sign) - sign - 2);
        const bool word = !kind.empty() && kind.size() < 30 && sign + 2 + kind.size() < line.size() &&
                          std::ranges::all_of(kind, [](char c) { return is_ascii_alpha(c) || c == '-'; });
        if (!word) return false;
        std::string_view title = line.substr(sign + 3 + kind.size());
        if (title.starts_with('+') || title.starts_with('-')) title.remove_prefix(1);
        std::string name = ascii_lower(kind);
        name.front() = static_cast<char>(name.front() - 'a' + 'A');
        own_.text.append(line.substr(0, sign));
        own_.text += "**" + (trim(title).empty() ? name : Rewriter(trim(title), true).run().text) + "**  ";
        rest_.remove_prefix(line.size());
        at_line_start_ = false;
        return true;
    }

    // ` ^37066d` at the end of a paragraph, to which Obsidian's links lead.
    void name_of_block() {
        const auto window = rest_.substr(1, longest_name + 1);
        const auto name = window.substr(0, window.find('\n'));
        const bool behind_space = own_.text.empty() || is_ascii_space(own_.text.back());
        const auto bare = trim(name);
        const bool named =
            behind_space && bare.size() > 1 && name.size() <= longest_name &&
            std::ranges::all_of(bare,
                                [](char c) { return is_ascii_alpha(c) || is_ascii_digit(c) || c == '-'; }) &&
            std::ranges::any_of(bare, is_ascii_alpha);
        if (!named || is_ascii_space(name.front())) return copy(1);
        pass_over(name.size() + 1);
    }

    // `:::note`, as Docusaurus, VitePress and Pandoc have them.
    void container() {
        const auto line = rest_.substr(0, std::min(rest_.find('\n'), rest_.size()));
        const auto words = line.substr(std::min(line.find_first_not_of(':'), line.size()));
        if (!trim(words).empty() && own_.foreign.size() < most_said)
            own_.foreign.push_back({line_, feed::one_line(utf8_prefix(line, 80))});
        copy(std::max<std::size_t>(line.size(), 1));
    }

    // A span of code ends at as many backticks as it began with; else they are backticks. Lengths of which no
    // more are to come are remembered, so that each is looked for once.
    void code() {
        const auto ticks = std::min(rest_.find_first_not_of('`'), rest_.size());
        const bool known = std::ranges::find(unclosed_, ticks) != unclosed_.end();
        for (auto at = known ? std::string_view::npos : rest_.find('`', ticks);
             at != std::string_view::npos;) {
            const auto end = std::min(rest_.find_first_not_of('`', at), rest_.size());
            if (end - at == ticks) return copy(end);
            at = rest_.find('`', end);
        }
        if (!known && unclosed_.size() < longest_link) unclosed_.push_back(ticks);
        copy(ticks);
    }

    void formula() {
        const auto formula = formula_at(rest_);
        if (formula.empty()) return copy(rest_.starts_with("$$") || rest_.front() == '\\' ? 2 : 1);
        own_.text += escaped_for_markdown(marked_formula(formula));
        line_ += static_cast<std::size_t>(std::ranges::count(formula, '\n'));
        rest_.remove_prefix(formula.size());
        at_line_start_ = false;
    }

    // A sentence behind a word; `^[a-z]` is none.
    void note_in_line() {
        const bool behind_word = !own_.text.empty() && !is_ascii_space(own_.text.back());
        if (!behind_word || alone_ || looked_for_notes_ >= most_notes) return copy(1);
        ++looked_for_notes_;
        const auto words = bracketed(rest_.substr(1, longest_link));
        if (words.find(' ') == std::string_view::npos) return copy(1);
        const std::string label = fmt::format("[^inline-{}]", looked_for_notes_);
        own_.text += label;
        notes_ +=
            fmt::format("\n\n{}: {}\n", label, Rewriter(replace_all(words, "\n", " "), true).run().text);
        // Two line ends would end the paragraph.
        const auto lines = static_cast<std::size_t>(std::ranges::count(words, '\n'));
        if (lines > 0) own_.text += '\n';
        line_ += lines;
        rest_.remove_prefix(words.size() + 3);
        at_line_start_ = false;
    }

    // What stands between a bracket in front and its like; empty where there is none in the paragraph.
    static std::string_view bracketed(std::string_view text) {
        std::size_t depth = 0;
        for (std::size_t at = 0; at < text.size() && !text.substr(at).starts_with("\n\n"); ++at) {
            if (text[at] == '[') ++depth;
            if (text[at] == ']' && --depth == 0) return text.substr(1, at - 1);
        }
        return {};
    }

    // Its lines stay, so that numbers of lines do.
    void pass_over(std::size_t length) {
        const auto lines = static_cast<std::size_t>(std::ranges::count(rest_.substr(0, length), '\n'));
        own_.text.append(lines, '\n');
        line_ += lines;
        rest_.remove_prefix(length);
        at_line_start_ = false;
    }

    void link_between_notes() {
        const bool embedded = rest_.front() == '!';
        const auto begin = embedded ? 3U : 2U;
        const auto window = rest_.substr(0, longest_link);
        const auto end = window.find("]]", begin);
        const auto inner = window.substr(begin, end == std::string_view::npos ? 0 : end - begin);
        if (end == std::string_view::npos || inner.empty() ||
            inner.find_first_of("[\n") != std::string_view::npos)
            return copy(1);
        const auto bar = inner.find('|');
        const auto target = trim(inner.substr(0, bar));
        const std::string_view said =
            bar == std::string_view::npos ? std::string_view{} : trim(inner.substr(bar + 1));
        if (embedded && is_picture_file(target.substr(0, target.find('#')))) {
            picture(target, said);
        } else {
            own_.text += said.empty() ? words_of(target) : std::string(said);
        }
        rest_.remove_prefix(end + 2);
        at_line_start_ = false;
    }

    // `note#heading#^block`: the block's name says nothing.
    static std::string words_of(std::string_view target) {
        target = target.substr(0, target.find("#^"));
        return std::string(trim(replace_all(target, "#", " ")));
    }

    // Behind bars stand its caption, its width (`300`, `300x200`), or both.
    void picture(std::string_view target, std::string_view said) {
        const auto bar = said.rfind('|');
        const std::string_view last = trim(said.substr(bar == std::string_view::npos ? 0 : bar + 1));
        const bool size = last.find_first_not_of("0123456789x") == std::string_view::npos;
        const std::string_view width = size ? last.substr(0, last.find('x')) : std::string_view{};
        if (size) said = bar == std::string_view::npos ? std::string_view{} : trim(said.substr(0, bar));
        target = target.substr(0, target.find('#'));
        if (width.empty()) {
            own_.text += "![" + std::string(said) + "](<" + std::string(target) + ">)";
        } else {
            own_.text += "<img src=\"" + escape_html(target) + "\" alt=\"" + escape_html(said) +
                         "\" width=\"" + std::string(width) + "\">";
        }
    }

    void foreign(std::string_view end) {
        const auto position = text_.size() - rest_.size();
        std::size_t& looked_to = looked_for_[end];
        const auto window = rest_.substr(0, longest_link);
        const auto found =
            window.find(end, std::max<std::size_t>(2, looked_to - std::min(looked_to, position)));
        if (found == std::string_view::npos) {
            looked_to = position + window.size() - 1;
            return copy(2);
        }
        if (own_.foreign.size() < most_said)
            own_.foreign.push_back({line_, feed::one_line(utf8_prefix(rest_.substr(0, found + 2), 80))});
        copy(found + 2);
    }

    void copy(std::size_t count) {
        const auto copied = rest_.substr(0, count);
        own_.text.append(copied);
        line_ += static_cast<std::size_t>(std::ranges::count(copied, '\n'));
        at_line_start_ = copied.ends_with('\n');
        rest_.remove_prefix(copied.size());
    }

    std::string_view text_;
    std::string_view rest_;
    OwnMarkdown own_;
    std::map<std::string_view, std::size_t> looked_for_;  // by an end, to where in the text there is none
    std::size_t line_ = 1;
    bool at_line_start_;
    bool alone_ = false;
    bool heading_ = false;  // of the line
    CodeLines code_;
    PrivateNotes notes_to_self_;
    std::vector<std::size_t> unclosed_;
    std::string notes_;  // that stood in the line
    unsigned looked_for_notes_ = 0;
};

}  // namespace

OwnMarkdown without_foreign_markup(std::string_view markdown) {
    return Rewriter(markdown).run();
}

}  // namespace paperround::markdown
