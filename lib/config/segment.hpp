// Which of a newsletter's readers get it: `lang = 'de' and town != '' and tag 'beta'`.
//
//   expression = term *("or" term) ; term = factor *("and" factor)
//   factor     = "not" factor / "(" expression ")" / "tag" text / name ("=" / "!=") text /
//                name "in" "(" text *("," text) ")"
//   text       = single or double quotes; the quote itself is written twice
//
// A name is lang, email, domain, name, or else that of an attribute; what a reader does not have is empty. Values are
// compared as they are written, but lang as a language range (RFC 4647, section 3.3.1: 'de' holds for de-AT too), and
// email, domain and tags in lower case. Words of the grammar are written in lower or upper case.
//
// Linear in its length; at most 2 000 octets and 20 levels deep. docs/segments.md describes it for operators.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace paperround::config {

struct SegmentError {
    std::size_t column = 1;  // of the octet in question, from 1
    std::string message;     // what was expected, and what came
};

// What is known of a reader; refers to what the caller holds.
struct Person {
    std::string_view address;
    std::string_view name;
    const std::map<std::string, std::string>& attributes;
    std::span<const std::string> tags;  // lower case
};

class Segment {
  public:
    [[nodiscard]] static Result<Segment, SegmentError> parse(std::string_view text);

    [[nodiscard]] bool holds(const Person& person) const;
    [[nodiscard]] const std::string& text() const { return text_; }
    bool operator==(const Segment& other) const { return text_ == other.text_; }

  private:
    friend class SegmentParser;
    enum class Kind : std::uint8_t { equal, unequal, tagged, negation, both, either };
    // In the order of evaluation: operands, then what joins them.
    struct Step {
        Kind kind = Kind::equal;
        std::string name;
        std::string value;
    };
    [[nodiscard]] static bool compare(const Step& step, const Person& person);

    std::string text_;
    std::vector<Step> steps_;
};

}  // namespace paperround::config
