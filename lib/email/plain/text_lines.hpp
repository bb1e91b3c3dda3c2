// The lines of a text part: what stands before each, and where blank ones separate them. For this library's
// sources only. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "email/clean/clean_html.hpp"
#include "email/text/bidi.hpp"

namespace paperround::email {

inline constexpr std::size_t text_columns = 72;

// As large as the cleaned HTML may be (CleanLimits). A nested list repeats its margin in each line, so the
// text may grow where the HTML did not.
inline constexpr std::size_t text_limit = CleanLimits().output;  // octets

class TextLines {
  public:
    // Lines of at most so many columns. `before`: which way the text in front of them runs.
    explicit TextLines(std::size_t columns = text_columns, Direction before = Direction::none)
        : columns_(columns), direction_(before) {}

    // From here on lines begin with these: `first` once, as a bullet, then `rest`.
    void indent(std::string first, std::string rest);
    void outdent() { indents_.pop_back(); }
    void begin_item(const std::string& bullet);
    void end_item();
    void end_outermost_list() { item_ended_ = false; }

    // A blank line comes before the next one.
    void separate() { want_blank_ = true; }
    // The same, but nothing separates a bullet from the paragraph that it begins.
    void separate_block();

    // Columns within what is quoted or indented.
    [[nodiscard]] std::size_t room() const;
    // One line; without white space at its end. `direction` is its paragraph's. Nothing more is written once
    // the text is longer than text_limit.
    void write(std::string_view line, Direction direction = Direction::none);
    // A paragraph, wrapped. Returns the width of its longest line.
    std::size_t write_wrapped(std::string_view paragraph);

    // Of the last line that had one.
    [[nodiscard]] Direction direction() const { return direction_; }

    [[nodiscard]] bool empty() const { return out_.empty(); }
    [[nodiscard]] std::string take() { return std::move(out_); }

  private:
    struct Indent {
        std::string first;
        std::string rest;
        bool used = false;
    };

    [[nodiscard]] std::string margin_of_line();
    void write_blank(Direction direction);

    std::size_t columns_;
    std::string out_;
    std::vector<Indent> indents_;
    Direction direction_;
    bool want_blank_ = false;
    bool item_ended_ = false;  // nothing was written since a list item ended
};

}  // namespace paperround::email
