#include "email/css/cell_colour.hpp"

#include <algorithm>
#include <string>

#include "base/text.hpp"
#include "email/css/css_colour.hpp"
#include "email/html/html_tree.hpp"

namespace paperround::email {

namespace {

bool is_part_of_table(GumboTag tag) {
    return tag == GUMBO_TAG_TABLE || tag == GUMBO_TAG_TR || tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH;
}

// "ffcc00" as well, which style sheets do not know.
std::string colour_in(std::string_view value) {
    value = trim(value);
    const bool digits = value.size() == 6 && std::ranges::all_of(value, [](char c) {
                            return is_ascii_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
                        });
    std::string colour = (digits ? "#" : "") + std::string(value);
    return parse_css_colour(colour) ? colour : std::string{};
}

class CellLook {
  public:
    bool open(const GumboNode& node) {
        if (found_ || node.type != GUMBO_NODE_ELEMENT) return false;
        if (is_part_of_table(node.v.element.tag)) {
            found_ = attribute_of(node, "bgcolor") ||
                     attribute_of(node, "style").value_or("").find("background") != std::string_view::npos;
        }
        return !found_;
    }
    void close(const GumboNode& /*node*/) {}
    [[nodiscard]] bool found() const { return found_; }

  private:
    bool found_ = false;
};

}  // namespace

void add_bgcolor(const GumboNode& node, std::vector<CssDeclaration>& style) {
    if (!is_part_of_table(node.v.element.tag)) return;
    const auto said = attribute_of(node, "bgcolor");
    if (!said) return;
    const bool styled = std::ranges::any_of(style, [](const CssDeclaration& declaration) {
        return declaration.property == "background" || declaration.property == "background-color";
    });
    std::string colour = styled ? std::string{} : colour_in(*said);
    if (!colour.empty()) style.push_back({"background-color", std::move(colour), false});
}

bool has_coloured_cells(const GumboNode& table) {
    CellLook look;
    const bool itself =
        attribute_of(table, "bgcolor") ||
        attribute_of(table, "style").value_or("").find("background") != std::string_view::npos;
    HtmlTree::walk_from(table, look);
    return itself || look.found();
}

}  // namespace paperround::email
