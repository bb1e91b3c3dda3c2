#include "email/excerpt.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "base/text/script_text.hpp"
#include "base/utf8.hpp"
#include "email/html/html_tree.hpp"
#include "email/page/html_roles.hpp"

namespace paperround::email {

namespace {

bool is_passed_over(std::string_view name) {
    constexpr std::array<std::string_view, 16> names{"h1", "h2",      "h3",         "h4",    "h5", "h6",
                                                     "dl", "figure",  "pre",        "table", "rt", "rp",
                                                     "s",  "details", "figcaption", "del"};
    return std::ranges::find(names, name) != names.end();
}

bool is_inline(std::string_view name) {
    constexpr std::array<std::string_view, 24> names{
        "a",    "abbr", "b",  "bdi", "bdo", "cite", "code", "dfn",  "em",    "i",      "ins", "kbd",
        "mark", "q",    "rb", "sub", "sup", "ruby", "samp", "span", "small", "strong", "u",   "var"};
    return std::ranges::find(names, name) != names.end();
}

// It holds nothing but a link, whose target is a note.
bool is_note_mark(const GumboNode& sup) {
    const GumboVector& children = sup.v.element.children;
    for (unsigned i = 0; i < children.length; ++i) {
        const auto* child = static_cast<const GumboNode*>(children.data[i]);
        if (child->type == GUMBO_NODE_ELEMENT && child->v.element.tag == GUMBO_TAG_A) return true;
    }
    return false;
}

class WordGatherer {
  public:
    explicit WordGatherer(std::size_t enough) : enough_(enough) {}

    bool open(const GumboNode& node) {
        if (text_.size() > enough_) return false;
        if (is_text(node)) return text_ += node.v.text.text, false;
        if (node.type != GUMBO_NODE_ELEMENT) return false;
        const std::string_view name = gumbo_normalized_tagname(node.v.element.tag);
        if (is_passed_over(name) || is_figure(node) || is_caption(node)) return false;
        if (name == "sup" && marks_note(node)) return false;
        if (name == "sup" || name == "sub") scripts_.push_back(text_.size());
        if (name == "q") text_ += "\u201C";
        if (!is_inline(name) && name != "wbr") text_ += ' ';
        return true;
    }
    void close(const GumboNode& node) {
        const GumboTag tag = node.v.element.tag;
        if (tag == GUMBO_TAG_SUP || tag == GUMBO_TAG_SUB) {
            const std::size_t start = scripts_.back();
            scripts_.pop_back();
            const std::string before = text_.substr(0, start);
            text_ = before + script_text(tag == GUMBO_TAG_SUP ? Script::super : Script::sub,
                                         std::string_view(text_).substr(start), before);
        }
        if (tag == GUMBO_TAG_Q) text_ += "\u201D";
        if (!is_inline(gumbo_normalized_tagname(tag)) && tag != GUMBO_TAG_WBR) text_ += ' ';
    }
    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    // Behind punctuation stands no power.
    [[nodiscard]] bool marks_note(const GumboNode& sup) const {
        const bool behind_words =
            !text_.empty() && std::string_view(".,;:!?\"'").find(text_.back()) != std::string_view::npos;
        return behind_words || is_note_mark(sup);
    }

    std::size_t enough_;
    std::string text_;
    std::vector<std::size_t> scripts_;  // where the open ones begin
};

}  // namespace

std::string shortened(std::string line, std::size_t octets) {
    if (line.size() <= octets) return line;
    line = utf8_prefix(line, octets);
    const auto space = line.rfind(' ');
    if (space != std::string::npos) line.resize(space);
    return line + "\u2026";
}

std::string excerpt_of(const CleanHtml& html, std::size_t octets) {
    const std::string document = "<!DOCTYPE html>" + html.html;
    const HtmlTree tree(document);
    WordGatherer gatherer(2 * octets);
    tree.walk_body(gatherer);
    return shortened(without_control_characters(collapse_spaces(replace_all(gatherer.text(), "\u00AD", ""))),
                     octets);
}

}  // namespace paperround::email
