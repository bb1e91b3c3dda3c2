#include "email/plain/list_numbers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "email/html/html_tree.hpp"

namespace paperround::email {

namespace {

constexpr long largest = 999'999;
// As the cleaner writes them.
constexpr std::array<std::pair<std::string_view, char>, 6> styles{{{"list-style-type:lower-alpha", 'a'},
                                                                   {"list-style-type:upper-alpha", 'A'},
                                                                   {"list-style-type:lower-latin", 'a'},
                                                                   {"list-style-type:upper-latin", 'A'},
                                                                   {"list-style-type:lower-roman", 'i'},
                                                                   {"list-style-type:upper-roman", 'I'}}};

std::optional<long> number_in(const GumboNode& node, const char* name) {
    const auto text = attribute_of(node, name);
    if (!text) return std::nullopt;
    const std::string_view digits = trim(*text);
    long value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool whole = error == std::errc() && end == digits.data() + digits.size();
    return whole && value >= -largest && value <= largest ? std::optional(value) : std::nullopt;
}

// a, b … z, aa, ab.
std::string letters(long number) {
    constexpr long alphabet = 26;
    std::string out;
    for (; number > 0; number = (number - 1) / alphabet)
        out.insert(out.begin(), static_cast<char>('a' + (number - 1) % alphabet));
    return out;
}

std::string roman(long number) {
    constexpr std::array<std::pair<long, std::string_view>, 13> signs{{{1000, "m"},
                                                                       {900, "cm"},
                                                                       {500, "d"},
                                                                       {400, "cd"},
                                                                       {100, "c"},
                                                                       {90, "xc"},
                                                                       {50, "l"},
                                                                       {40, "xl"},
                                                                       {10, "x"},
                                                                       {9, "ix"},
                                                                       {5, "v"},
                                                                       {4, "iv"},
                                                                       {1, "i"}}};
    std::string out;
    for (const auto& [value, sign] : signs) {
        for (; number >= value; number -= value) out += sign;
    }
    return out;
}

std::string written(long number, char type) {
    constexpr long largest_roman = 3999;
    if (number < 1 || type == '1') return std::to_string(number);
    const bool upper = type == 'A' || type == 'I';
    if (ascii_lower(type) == 'a') return upper ? ascii_upper(letters(number)) : letters(number);
    if (number > largest_roman) return std::to_string(number);
    return upper ? ascii_upper(roman(number)) : roman(number);
}

long count_items(const GumboNode& list) {
    long count = 0;
    const GumboVector& children = list.v.element.children;
    for (unsigned i = 0; i < children.length; ++i) {
        const auto* child = static_cast<const GumboNode*>(children.data[i]);
        if (child->type == GUMBO_NODE_ELEMENT && child->v.element.tag == GUMBO_TAG_LI) ++count;
    }
    return count;
}

}  // namespace

ListNumbers::ListNumbers(const GumboNode& list) : numbered_(list.v.element.tag == GUMBO_TAG_OL) {
    if (!numbered_) return;
    const bool reversed = attribute_of(list, "reversed").has_value();
    step_ = reversed ? -1 : 1;
    next_ = number_in(list, "start").value_or(reversed ? count_items(list) : 1);
    const std::string_view type = attribute_of(list, "type").value_or("1");
    for (const auto& [style, sign] : styles) {
        if (attribute_of(list, "style").value_or("").find(style) != std::string_view::npos) type_ = sign;
    }
    if (type_ != '1') return;
    if (type.size() == 1 && std::string_view("1aAiI").find(type) != std::string_view::npos) type_ = type[0];
}

std::string ListNumbers::next(const GumboNode& item) {
    if (!numbered_) return "- ";
    next_ = number_in(item, "value").value_or(next_);
    std::string number = written(next_, type_) + ". ";
    next_ += step_;
    return number;
}

}  // namespace paperround::email
