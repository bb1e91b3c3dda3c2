#include "post/foreign_markup.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "post/feed_text.hpp"

namespace paperround::post {

namespace {

constexpr std::size_t most_said = 20;
constexpr std::size_t longest_link = 1000;

// The backticks or tildes that open or close a block of code at the front of a line; empty where there are
// none.
std::string_view fence_of(std::string_view line) {
    line = line.substr(std::min(line.find_first_not_of(" \t>"), line.size()));
    if (!line.starts_with("```") && !line.starts_with("~~~")) return {};
    return line.substr(0, std::min(line.find_first_not_of(line.front()), line.size()));
}

bool names_picture(std::string_view target) {
    constexpr std::array<std::string_view, 7> endings{".png",  ".jpg", ".jpeg", ".gif",
                                                      ".webp", ".svg", ".avif"};
    const std::string lower = ascii_lower(target);
    return std::ranges::any_of(endings, [&](auto ending) { return lower.ends_with(ending); });
}

class Rewriter {
  public:
    explicit Rewriter(std::string_view text) : rest_(text) { own_.text.reserve(text.size()); }

    OwnMarkdown run() {
        while (!rest_.empty()) {
            if (at_line_start_ && fence()) continue;
            step();
        }
        return std::move(own_);
    }

  private:
    // Copies a line of a block of code, or one that opens it.
    bool fence() {
        const auto line = rest_.substr(0, std::min(rest_.find('\n'), rest_.size()));
        const auto mark = fence_of(line);
        if (fence_.empty() && mark.empty()) return false;
        if (fence_.empty()) {
            fence_ = mark;
        } else if (mark.size() >= fence_.size() && mark.front() == fence_.front()) {
            fence_ = {};
        }
        copy(std::min(line.size() + 1, rest_.size()));
        return true;
    }

    void step() {
        if (rest_.front() == '`') return code();
        if (rest_.front() == '\\' && rest_.size() > 1) return copy(2);
        if (rest_.starts_with("%%")) return private_note();
        if (rest_.starts_with("[[") || rest_.starts_with("![[")) return link_between_notes();
        for (const auto& [begin, end] : {std::pair{"{{", "}}"}, {"{%", "%}"}}) {
            if (rest_.starts_with(begin)) return foreign(end);
        }
        const auto plain = std::min(rest_.find_first_of("`\\%[!{\n", 1), rest_.size());
        copy(rest_.front() == '\n' ? 1 : plain);
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

    void private_note() {
        const auto end = no_note_end_ ? std::string_view::npos : rest_.find("%%", 2);
        if (end == std::string_view::npos) {
            no_note_end_ = true;
            return copy(2);
        }
        // Its lines stay, so that numbers of lines do.
        const auto note = rest_.substr(0, end + 2);
        const auto lines = static_cast<std::size_t>(std::ranges::count(note, '\n'));
        own_.text.append(lines, '\n');
        line_ += lines;
        rest_.remove_prefix(note.size());
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
        // Behind a picture's bar its width may stand.
        const std::string_view said =
            bar == std::string_view::npos ? std::string_view{} : trim(inner.substr(bar + 1));
        if (embedded && names_picture(target)) {
            const bool size = said.find_first_not_of("0123456789x") == std::string_view::npos;
            own_.text +=
                "![" + std::string(size ? std::string_view{} : said) + "](<" + std::string(target) + ">)";
        } else {
            own_.text += said.empty() ? replace_all(target, "#", " ") : std::string(said);
        }
        rest_.remove_prefix(end + 2);
        at_line_start_ = false;
    }

    void foreign(std::string_view end) {
        const auto window = rest_.substr(0, longest_link);
        const auto found = window.find(end, 2);
        if (found == std::string_view::npos) return copy(2);
        if (own_.foreign.size() < most_said)
            own_.foreign.push_back({line_, one_line(utf8_prefix(rest_.substr(0, found + 2), 80))});
        copy(found + 2);
    }

    void copy(std::size_t count) {
        const auto copied = rest_.substr(0, count);
        own_.text.append(copied);
        line_ += static_cast<std::size_t>(std::ranges::count(copied, '\n'));
        at_line_start_ = copied.ends_with('\n');
        rest_.remove_prefix(copied.size());
    }

    std::string_view rest_;
    OwnMarkdown own_;
    std::size_t line_ = 1;
    bool at_line_start_ = true;
    std::string_view fence_;  // of the block of code that is open
    std::vector<std::size_t> unclosed_;
    bool no_note_end_ = false;
};

}  // namespace

OwnMarkdown without_foreign_markup(std::string_view markdown) {
    return Rewriter(markdown).run();
}

}  // namespace paperround::post
