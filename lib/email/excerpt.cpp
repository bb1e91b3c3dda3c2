#include "email/excerpt.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "email/html_tree.hpp"

namespace paperround::email {

namespace {

bool is_passed_over(std::string_view name) {
    constexpr std::array<std::string_view, 13> names{
        "h1", "h2", "h3", "h4", "h5", "h6", "figure", "pre", "table", "sup", "dl", "details", "figcaption"};
    return std::ranges::find(names, name) != names.end();
}

bool is_inline(std::string_view name) {
    constexpr std::array<std::string_view, 22> names{
        "a",   "abbr", "b",    "bdi", "bdo", "cite", "code", "del",  "dfn", "em",    "i",
        "ins", "kbd",  "mark", "q",   "s",   "sub",  "samp", "span", "u",   "small", "strong"};
    return std::ranges::find(names, name) != names.end();
}

class WordGatherer {
  public:
    explicit WordGatherer(std::size_t enough) : enough_(enough) {}

    bool open(const GumboNode& node) {
        if (text_.size() > enough_) return false;
        if (is_text(node)) return text_ += node.v.text.text, false;
        if (node.type != GUMBO_NODE_ELEMENT) return false;
        const std::string_view name = gumbo_normalized_tagname(node.v.element.tag);
        if (is_passed_over(name)) return false;
        if (!is_inline(name)) text_ += ' ';
        return true;
    }
    void close(const GumboNode& node) {
        if (!is_inline(gumbo_normalized_tagname(node.v.element.tag))) text_ += ' ';
    }
    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    std::size_t enough_;
    std::string text_;
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
    return shortened(without_control_characters(collapse_spaces(gatherer.text())), octets);
}

}  // namespace paperround::email
