#include "email/page/html_words.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "base/text/unseen.hpp"
#include "base/utf8.hpp"
#include "email/css/css_policy.hpp"
#include "email/html/html_tree.hpp"
#include "email/page/html_replacement.hpp"
#include "email/picture/html_image.hpp"

namespace paperround::email {

namespace {

constexpr std::size_t longest_link_text = 200;

template <std::size_t N>
bool holds_any(std::string_view text, const std::array<std::string_view, N>& parts) {
    return std::ranges::any_of(parts, [&](auto part) { return text.find(part) != std::string_view::npos; });
}

// As frameworks and themes call it.
bool names_out_of_sight(std::string_view name) {
    constexpr std::array<std::string_view, 9> parts{"screen-reader",     "screenreader",    "visually-hidden",
                                                    "visuallyhidden",    "visually_hidden", "assistive-text",
                                                    "element-invisible", "hidden-visually", "show-for-sr"};
    constexpr std::array<std::string_view, 9> names{"sr-only",     "is-sr-only",  "usa-sr-only",
                                                    "a-offscreen", "a11y-hidden", "hide-visually",
                                                    "sr",          "a11y-only",   "elementor-screen-only"};
    // `not-sr-only` and `md:sr-only` are the contrary of it, or hold only here and there.
    if (name.find(':') != std::string_view::npos || name.starts_with("not-")) return false;
    return std::ranges::find(names, name) != names.end() || holds_any(name, parts);
}

std::string value_in(const std::vector<CssDeclaration>& style, std::string_view property) {
    for (const CssDeclaration& declaration : style) {
        if (declaration.property == property) return replace_all(ascii_lower(declaration.value), " ", "");
    }
    return {};
}

bool is_tiny(const std::string& length) {
    return length == "1px" || length == "0" || length == "0px";
}

bool is_moved_out(const std::vector<CssDeclaration>& style) {
    const std::string position = value_in(style, "position");
    if (position != "absolute" && position != "fixed") return false;
    const std::string left = value_in(style, "left");
    const std::string top = value_in(style, "top");
    const bool far = (left.starts_with('-') && left.size() > 5) || (top.starts_with('-') && top.size() > 5);
    const bool clipped =
        value_in(style, "clip").starts_with("rect(") || value_in(style, "clip-path").starts_with("inset(");
    return far || clipped || (is_tiny(value_in(style, "width")) && is_tiny(value_in(style, "height")));
}

bool is_hidden_by_class(const GumboNode& node) {
    const auto names = attribute_of(node, "class");
    if (!names) return false;
    const std::string lower = ascii_lower(*names);
    return std::ranges::any_of(split(lower, ' '), names_out_of_sight);
}

// A word that a style sheet hides, or shows on paper alone. Larger parts may wait to be unfolded.
bool is_hidden_word(const GumboNode& node) {
    if (node.v.element.tag != GUMBO_TAG_SPAN) return false;
    const std::string_view names = attribute_of(node, "class").value_or("");
    const bool elsewhere_shown =
        names.find(':') != std::string_view::npos || names.find("d-") != names.rfind("d-");
    return !elsewhere_shown &&
           (has_class(node, "hidden") || has_class(node, "d-none") || has_class(node, "print-only"));
}

class WordGathering {
  public:
    WordGathering(std::size_t limit, bool all) : limit_(limit), all_(all) {}
    bool open(const GumboNode& node) {
        if (text_.size() > limit_) return false;
        if (is_text(node)) return text_ += node.v.text.text, false;
        if (node.type != GUMBO_NODE_ELEMENT) return false;
        if (node.v.element.tag == GUMBO_TAG_IMG) has_picture_ = true;
        if (all_) return true;
        return !is_hidden_by_class(node) && !has_class(node, drawing_class) &&
               !attribute_of(node, "hidden") &&
               !hides(parse_declarations(attribute_of(node, "style").value_or("")));
    }
    void close(const GumboNode& /*node*/) {}
    [[nodiscard]] std::string words() const { return collapse_spaces(text_); }
    [[nodiscard]] bool has_picture() const { return has_picture_; }

  private:
    std::size_t limit_;
    bool all_;
    bool has_picture_ = false;
    std::string text_;
};

// The letters and signs alone, without brackets and what takes no room.
std::string label_of(std::string_view words) {
    std::string label;
    while (!words.empty()) {
        const CodePoint point = next_code_point(words);
        const bool seen = !is_invisible(point.value) && !is_white_space(point.value) && point.value != '[' &&
                          point.value != ']' && point.value != '(' && point.value != ')' &&
                          point.value != '.';
        if (seen) label += words.substr(0, point.length);
        words.remove_prefix(point.length);
    }
    return label;
}

bool is_number(std::string_view label) {
    return !label.empty() && label.size() <= 4 && std::ranges::all_of(label, is_ascii_digit);
}

bool is_star(std::string_view label) {
    return label == "*" || label == "**" || label == "***" || label == "\u2020" || label == "\u2021";
}

// What leads to a place within the post; empty for other targets.
std::string fragment_of(const GumboNode& link, std::string_view base) {
    const std::string_view href = trim(attribute_of(link, "href").value_or(""));
    if (href.starts_with('#')) return ascii_lower(href);
    const auto sign = href.find('#');
    if (sign == std::string_view::npos || base.empty()) return {};
    const auto url = web_url(href, BaseUrl(base));
    const std::string_view page = base.substr(0, base.find('#'));
    if (!url || !url->starts_with(page) || url->substr(page.size(), 1) != "#") return {};
    return ascii_lower(href.substr(sign));
}

bool leads_back(const GumboNode& link, std::string_view fragment) {
    constexpr std::array<std::string_view, 6> parts{"ref", "anchor", "back", "-link", "source", "return"};
    return class_says(link, "footnote-number") || holds_any(fragment, parts);
}

bool is_back_link(const GumboNode& link) {
    constexpr std::array<std::string_view, 6> parts{"backref",         "backlink",     "footnote-back",
                                                    "reversefootnote", "footnoteback", "footnote-return"};
    const std::string names = ascii_lower(attribute_of(link, "class").value_or(""));
    return attribute_of(link, "role").value_or("") == "doc-backlink" || holds_any(names, parts);
}

bool is_of_note(const GumboNode& link, std::string_view fragment) {
    constexpr std::array<std::string_view, 7> parts{"fn", "note", "cite", "ftn", "foot", "ref", "edn"};
    return holds_any(fragment, parts) || class_says(link, "footnote") ||
           link.parent->v.element.tag == GUMBO_TAG_SUP;
}

bool is_heading(const GumboNode& node) {
    const GumboTag tag = node.v.element.tag;
    return tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H6;
}

// The heading around it, if it is one of the few next.
const GumboNode* heading_around(const GumboNode& link) {
    const GumboNode* node = link.parent;
    for (int level = 0; level < 4 && node != nullptr && node->type == GUMBO_NODE_ELEMENT; ++level) {
        if (is_heading(*node)) return node;
        node = node->parent;
    }
    return nullptr;
}

class OtherWords {
  public:
    explicit OtherWords(const GumboNode& link) : link_(link) {}
    bool open(const GumboNode& node) {
        if (found_ || &node == &link_) return false;
        if (is_text(node)) found_ = has_letters(node.v.text.text);
        return node.type == GUMBO_NODE_ELEMENT;
    }
    void close(const GumboNode& /*node*/) {}
    [[nodiscard]] bool found() const { return found_; }

  private:
    const GumboNode& link_;
    bool found_ = false;
};

// "Permalink to this heading" behind the heading's own words.
bool is_worded_sign(const GumboNode& link) {
    constexpr std::array<std::string_view, 7> parts{"anchor",    "permalink",   "headerlink",  "header-link",
                                                    "hash-link", "direct-link", "heading-link"};
    const std::string names = ascii_lower(attribute_of(link, "class").value_or(""));
    const bool hidden = attribute_of(link, "aria-hidden").value_or("") == "true";
    const GumboNode* heading = heading_around(link);
    if (heading == nullptr || (!hidden && !holds_any(names, parts))) return false;
    OtherWords others(link);
    HtmlTree::walk_from(*heading, others);
    return others.found();
}

}  // namespace

bool has_class(const GumboNode& node, std::string_view name) {
    const auto names = attribute_of(node, "class");
    if (!names || names->find(name) == std::string_view::npos) return false;
    const auto all = split(*names, ' ');
    return std::ranges::find(all, name) != all.end();
}

bool class_says(const GumboNode& node, std::string_view part) {
    const auto names = attribute_of(node, "class");
    return names && ascii_lower(*names).find(part) != std::string::npos;
}

bool waits_to_be_shown(const GumboNode& node) {
    constexpr std::array<std::string_view, 4> panels{"tab-pane", "tab-panel", "tabcontent", "tab-content"};
    constexpr std::array<std::string_view, 5> unfolded{"accordion", "collaps", "toggle", "spoiler", "panel"};
    return attribute_of(node, "role").value_or("") == "tabpanel" ||
           attribute_of(node, "hidden").value_or("") == "until-found" ||
           std::ranges::any_of(panels, [&](auto name) { return has_class(node, name); }) ||
           (node.v.element.tag == GUMBO_TAG_DIV &&
            std::ranges::any_of(unfolded, [&](auto part) { return class_says(node, part); }));
}

bool is_out_of_sight(const GumboNode& node, const std::vector<CssDeclaration>& style) {
    return is_hidden_by_class(node) || is_hidden_word(node) || (!style.empty() && is_moved_out(style));
}

std::string words_in(const GumboNode& node, std::size_t limit) {
    WordGathering gathering(limit, false);
    HtmlTree::walk_from(node, gathering);
    return gathering.words();
}

bool has_letters(std::string_view text) {
    while (!text.empty()) {
        const CodePoint point = next_code_point(text);
        const char32_t c = point.value;
        const bool ascii =
            c < 0x80 && (is_ascii_alpha(static_cast<char>(c)) || is_ascii_digit(static_cast<char>(c)));
        // Beyond ASCII: no signs, arrows, punctuation, emoji.
        const bool letter = (c >= 0xAA && c < 0x2000 && c != 0xAB && c != 0xB6 && c != 0xB7 && c != 0xBB &&
                             c != 0xAC && c != 0xAD && c != 0xAE && c != 0xB0 && c != 0xB1) ||
                            (c >= 0x2C00 && c < 0xFE00) || (c > 0xFE0F && c < 0x1F000 && c != 0xFEFF) ||
                            (c >= 0x20000 && c < 0xE0000);
        if (ascii || letter) return true;
        text.remove_prefix(point.length);
    }
    return false;
}

LinkRole role_of_link(const GumboNode& link, std::string_view base) {
    const std::string fragment = fragment_of(link, base);
    if (fragment.empty()) return LinkRole::plain;
    WordGathering gathering(longest_link_text, false);
    HtmlTree::walk_from(link, gathering);
    if (gathering.has_picture()) return LinkRole::plain;
    const std::string label = label_of(gathering.words());
    // Org mode, whose marks have the role of a link back.
    if (class_says(link, "footref")) return LinkRole::footnote;
    if (class_says(link, "footnum")) return LinkRole::note_number;
    if (is_star(label)) return LinkRole::footnote;
    if (!has_letters(label)) return LinkRole::sign;
    const bool letter = label.size() == 1 && is_ascii_alpha(label.front());
    if (letter && leads_back(link, fragment) && is_of_note(link, fragment)) return LinkRole::note_number;
    if (is_number(label)) {
        if (is_back_link(link) && !class_says(link, "number")) return LinkRole::sign;
        if (leads_back(link, fragment)) return LinkRole::note_number;
        return is_of_note(link, fragment) ? LinkRole::footnote : LinkRole::plain;
    }
    return is_back_link(link) || is_worded_sign(link) ? LinkRole::sign : LinkRole::plain;
}

bool leads_to_own_heading(const GumboNode& link, std::string_view base) {
    const GumboNode* heading = heading_around(link);
    if (heading == nullptr) return false;
    const std::string name = ascii_lower(attribute_of(*heading, "id").value_or(""));
    return !name.empty() && fragment_of(link, base) == "#" + name;
}

bool is_icon(const GumboNode& link, std::string_view base) {
    if (!fragment_of(link, base).empty()) return false;
    WordGathering seen(1, false);
    HtmlTree::walk_from(link, seen);
    if (seen.has_picture() || !seen.words().empty()) return false;
    WordGathering all(1, true);
    HtmlTree::walk_from(link, all);
    return !all.words().empty();
}

}  // namespace paperround::email
