// The backgrounds that a post gave to its elements, and the colours of the text on them, made readable
// (post_colours.hpp). For this library's sources only. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "email/css/colour.hpp"
#include "email/css/css_parser.hpp"

namespace paperround::email {

class Grounds {
  public:
    // An element begins: what stands around it holds for it, until it says otherwise.
    void begin();
    // What it holds comes, and is over.
    void enter() { around_.push_back(here_); }
    void leave() { around_.pop_back(); }

    // What its style becomes.
    [[nodiscard]] std::vector<CssDeclaration> coloured(const std::vector<CssDeclaration>& style);

    // The colour of its text, where it has a background of its own.
    [[nodiscard]] const std::optional<Colour>& ink() const { return ink_; }
    // The same, or of the text on the background that it stands on.
    [[nodiscard]] const std::optional<Colour>& ink_here() const { return ink_ ? ink_ : here_.ink; }

  private:
    struct Ground {
        std::optional<Colour> colour;
        std::optional<Colour> ink;
    };
    std::vector<Ground> around_;  // of the open elements
    Ground here_;
    std::optional<Colour> ink_;
};

}  // namespace paperround::email
