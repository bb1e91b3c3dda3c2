// Right-to-left text in lines of plain text. Pure.
//
// What shows plain text takes each line for a paragraph of its own and its first letter for the line's
// direction (UAX #9, P1 to P3). So a line of a Hebrew paragraph that happens to begin with an English word,
// or holds only digits, would run from left to right, and a note's number behind an English word would stand
// before it. An invisible mark (U+200E, U+200F) in front says which way it runs. Marks stand only where the
// text alone says otherwise, and text of one direction gets none.
//
// Letters are told from the rest by their blocks, which is enough to find the first one of a word.
#pragma once

#include <string>
#include <string_view>

namespace paperround::email {

enum class Direction { none, left_to_right, right_to_left };

// Of the first and the last letter; none where there is no letter.
[[nodiscard]] Direction first_direction(std::string_view text);
[[nodiscard]] Direction last_direction(std::string_view text);
// Of most words. Where they are even, or there is none, that of what stood `before`, else of the first
// letter.
[[nodiscard]] Direction main_direction(std::string_view text, Direction before = Direction::none);

// What a line of a paragraph that runs in `paragraph` has to begin with; mostly empty.
[[nodiscard]] std::string_view mark_before_line(std::string_view line, Direction paragraph);
// What has to stand between the text of a line so far, whose last letter runs in `before`, and a piece that
// must not join its last run, such as the next cell of a table or a note's number.
[[nodiscard]] std::string_view mark_between(Direction before, std::string_view piece, Direction paragraph);

// The direction of the last letter of a text that comes in pieces, each read once.
class LastDirection {
  public:
    void see(std::string_view piece) {
        if (const Direction last = last_direction(piece); last != Direction::none) value_ = last;
    }
    [[nodiscard]] Direction value() const { return value_; }

  private:
    Direction value_ = Direction::none;
};

[[nodiscard]] std::string without_direction_marks(std::string_view text);

}  // namespace paperround::email
