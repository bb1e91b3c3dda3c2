// Which way the blocks of a post run that has words of both directions: a Hebrew paragraph of an English post
// runs from right to left. For this library's sources only. Pure; linear.
#pragma once

#include <gumbo.h>

#include <map>
#include <string_view>
#include <vector>

#include "email/css/css_parser.hpp"
#include "email/html/html_tree.hpp"
#include "email/text/bidi.hpp"

namespace paperround::email {

class BlockDirections {
  public:
    explicit BlockDirections(const HtmlTree& tree);

    // What is to be said of the element; none where what holds around it is right, or the post says it
    // itself.
    [[nodiscard]] Direction of(const GumboNode& node) const;

  private:
    std::map<const GumboNode*, Direction> said_;
};

// Adds the alignment unless the style has one. `side`: "left" or "right".
void add_alignment(std::vector<CssDeclaration>& style, std::string_view side);

}  // namespace paperround::email
