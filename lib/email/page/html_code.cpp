#include "email/page/html_code.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "email/html/html_tree.hpp"
#include "email/page/html_words.hpp"

namespace paperround::email {

namespace {

// As highlighters call numbers of lines, and the column that holds them.
bool names_number(std::string_view name) {
    constexpr std::array<std::string_view, 11> parts{"lineno",    "line-no",    "linenum",     "line-num",
                                                     "linenr",    "blob-num",   "ln-num",      "gutter",
                                                     "linenodiv", "crayon-num", "rouge-gutter"};
    constexpr std::array<std::string_view, 6> names{"ln", "lnt", "lnlinks", "nums", "lntd", "line_number"};
    return std::ranges::find(names, name) != names.end() ||
           std::ranges::any_of(parts, [&](auto part) { return name.find(part) != std::string_view::npos; });
}

bool is_named_number(const GumboNode& node) {
    const auto names = attribute_of(node, "class");
    if (!names) return false;
    const std::string lower = ascii_lower(*names);
    return std::ranges::any_of(split(lower, ' '), names_number);
}

// Hugo without classes: readers are not to select the number with the code.
bool is_unselectable(const GumboNode& node) {
    const std::string style = replace_all(ascii_lower(attribute_of(node, "style").value_or("")), " ", "");
    return style.find("user-select:none") != std::string::npos;
}

class OnlyNumbers {
  public:
    // `signs`: which may stand behind a number.
    explicit OnlyNumbers(std::string_view signs = {}) : signs_(signs) {}
    bool open(const GumboNode& node) {
        if (!holds_) return false;
        if (is_text(node)) {
            const std::string_view text = node.v.text.text;
            holds_ = std::ranges::all_of(text, [&](char c) {
                return is_ascii_digit(c) || is_ascii_space(c) || signs_.find(c) != std::string_view::npos;
            });
            some_ = some_ || !trim(text).empty();
        } else if (node.type == GUMBO_NODE_ELEMENT && node.v.element.tag == GUMBO_TAG_PRE) {
            pre_ = true;
        }
        return node.type == GUMBO_NODE_ELEMENT;
    }
    void close(const GumboNode& /*node*/) {}
    [[nodiscard]] bool holds() const { return holds_; }
    [[nodiscard]] bool in_pre() const { return some_ && pre_; }
    [[nodiscard]] bool some() const { return holds_ && some_; }

  private:
    std::string_view signs_;
    bool holds_ = true;
    bool some_ = false;
    bool pre_ = false;
};

bool is_block(GumboTag tag) {
    constexpr std::array tags{GUMBO_TAG_DIV, GUMBO_TAG_P,  GUMBO_TAG_LI,    GUMBO_TAG_OL,
                              GUMBO_TAG_UL,  GUMBO_TAG_TR, GUMBO_TAG_TABLE, GUMBO_TAG_PRE};
    return std::ranges::find(tags, tag) != tags.end();
}

// What stands between the parts of these is no text.
bool is_frame(GumboTag tag) {
    constexpr std::array tags{GUMBO_TAG_OL, GUMBO_TAG_UL, GUMBO_TAG_TABLE, GUMBO_TAG_TBODY, GUMBO_TAG_TR};
    return std::ranges::find(tags, tag) != tags.end();
}

bool is_first_element(const GumboNode& node) {
    const GumboVector& siblings = node.parent->v.element.children;
    for (std::size_t i = node.index_within_parent; i > 0; --i) {
        if (static_cast<const GumboNode*>(siblings.data[i - 1])->type == GUMBO_NODE_ELEMENT) return false;
    }
    return true;
}

// Whether the cell's table stands in a <pre>, with one line of code in each row.
bool is_in_pre(const GumboNode& cell) {
    constexpr int farthest = 6;
    const GumboNode* node = cell.parent;
    for (int level = 0; level < farthest && node != nullptr && node->type == GUMBO_NODE_ELEMENT; ++level) {
        if (node->v.element.tag == GUMBO_TAG_PRE) return true;
        node = node->parent;
    }
    return false;
}

// The first cell of a row, with the numbers of the lines that the second one holds.
bool is_number_column(const GumboNode& node) {
    if (node.v.element.tag != GUMBO_TAG_TD || !is_first_element(node)) return false;
    OnlyNumbers numbers;
    HtmlTree::walk_from(node, numbers);
    const bool beside_line = numbers.some() && elements_in(*node.parent).size() == 2 && is_in_pre(node);
    return numbers.holds() && (numbers.in_pre() || beside_line);
}

class LineGatherer {
  public:
    bool open(const GumboNode& node) {
        if (is_text(node)) {
            const std::string_view text = node.v.text.text;
            if (!trim(text).empty() || !is_frame(node.parent->v.element.tag)) code_ += text;
            return false;
        }
        if (node.type != GUMBO_NODE_ELEMENT || is_line_number(node) || is_number_column(node)) return false;
        if (node.v.element.tag == GUMBO_TAG_BR) code_ += '\n';
        if (is_block(node.v.element.tag)) end_line();
        return true;
    }
    void close(const GumboNode& node) {
        const GumboTag tag = node.v.element.tag;
        // An empty line is a line.
        const bool line = tag == GUMBO_TAG_LI || tag == GUMBO_TAG_TR || tag == GUMBO_TAG_DIV;
        const bool empty = node.v.element.children.length == 0;
        if (line && empty) code_ += '\n';
        if (is_block(tag)) end_line();
    }
    std::string take() {
        // Some write indentation so.
        const std::string code = replace_all(code_, "\u00a0", " ");
        const auto begin = code.find_first_not_of('\n');
        if (begin == std::string::npos) return {};
        return code.substr(begin, code.find_last_not_of(" \t\n") + 1 - begin);
    }

  private:
    void end_line() {
        if (!code_.empty() && code_.back() != '\n') code_ += '\n';
    }
    std::string code_;
};

class BlockFinder {
  public:
    bool open(const GumboNode& node) {
        if (!found_ && node.type == GUMBO_NODE_ELEMENT) found_ = is_block(node.v.element.tag);
        return !found_ && node.type == GUMBO_NODE_ELEMENT;
    }
    void close(const GumboNode& /*node*/) {}
    [[nodiscard]] bool found() const { return found_; }

  private:
    bool found_ = false;
};

bool numbers_only(const GumboNode& cell, bool& in_pre) {
    OnlyNumbers numbers;
    HtmlTree::walk_from(cell, numbers);
    in_pre = numbers.in_pre();
    return numbers.holds();
}

}  // namespace

bool is_line_number(const GumboNode& node) {
    if (node.type != GUMBO_NODE_ELEMENT) return false;
    const bool named = is_named_number(node) || is_unselectable(node) ||
                       (node.v.element.tag == GUMBO_TAG_TD && attribute_of(node, "data-line-number"));
    if (!named) return false;
    OnlyNumbers numbers(":.|");
    HtmlTree::walk_from(node, numbers);
    return numbers.holds();
}

bool is_pasted_code(const std::vector<CssDeclaration>& style) {
    bool keeps = false;
    bool of_one_width = false;
    for (const CssDeclaration& said : style) {
        const std::string value = ascii_lower(said.value);
        if (said.property == "white-space") keeps = value == "pre" || value == "pre-wrap";
        if (said.property != "font-family" && said.property != "font") continue;
        for (const std::string_view family : {"mono", "menlo", "consolas", "courier"})
            of_one_width = of_one_width || value.find(family) != std::string::npos;
    }
    return keeps && of_one_width;
}

// A table of data may count its rows as well: the column has to be named, or be code itself.
bool is_code_table(const GumboNode& table) {
    bool some = false;
    for (const GumboNode* group : elements_in(table)) {
        if (group->v.element.tag != GUMBO_TAG_TBODY) return false;
        const auto rows = elements_in(*group);
        for (const GumboNode* row : rows) {
            const auto cells = elements_in(*row);
            if (cells.size() != 2) return false;
            bool in_pre = false;
            if (!numbers_only(*cells[0], in_pre)) return false;
            const bool named = is_named_number(*cells[0]) || attribute_of(*cells[0], "data-line-number");
            if (!named && !(in_pre && rows.size() == 1)) return false;
            some = true;
        }
    }
    return some;
}

bool holds_lines(const GumboNode& pre) {
    BlockFinder finder;
    HtmlTree::walk_from(pre, finder);
    return finder.found();
}

std::string code_in(const GumboNode& node) {
    LineGatherer gatherer;
    HtmlTree::walk_from(node, gatherer);
    return gatherer.take();
}

}  // namespace paperround::email
