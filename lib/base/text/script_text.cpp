#include "base/text/script_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace paperround {

namespace {

constexpr std::size_t longest = 40;  // characters; a longer text is small print

using Signs = std::array<std::pair<std::string_view, std::string_view>, 16>;
constexpr Signs raised_signs{{{"0", "\u2070"},
                              {"1", "\u00b9"},
                              {"2", "\u00b2"},
                              {"3", "\u00b3"},
                              {"4", "\u2074"},
                              {"5", "\u2075"},
                              {"6", "\u2076"},
                              {"7", "\u2077"},
                              {"8", "\u2078"},
                              {"9", "\u2079"},
                              {"+", "\u207a"},
                              {"-", "\u207b"},
                              {"\u2212", "\u207b"},
                              {"\u2013", "\u207b"},
                              {"n", "\u207f"},
                              {"i", "\u2071"}}};
constexpr Signs lowered_signs{{{"0", "\u2080"},
                               {"1", "\u2081"},
                               {"2", "\u2082"},
                               {"3", "\u2083"},
                               {"4", "\u2084"},
                               {"5", "\u2085"},
                               {"6", "\u2086"},
                               {"7", "\u2087"},
                               {"8", "\u2088"},
                               {"9", "\u2089"},
                               {"+", "\u208a"},
                               {"-", "\u208b"},
                               {"\u2212", "\u208b"},
                               {"\u2013", "\u208b"},
                               {"=", "\u208c"},
                               {"=", "\u208c"}}};

// Returns an empty text if a character has no such sign.
std::string in_signs(std::string_view label, const Signs& signs) {
    std::string out;
    while (!label.empty()) {
        const auto length = next_code_point(label).length;
        const auto found = std::ranges::find(signs, label.substr(0, length), &Signs::value_type::first);
        if (found != signs.end()) {
            out += found->second;
        } else if (label.front() == ',' || label.front() == ' ') {
            out += label.front();  // between the numbers of several notes: 1, 2
        } else {
            return {};
        }
        label.remove_prefix(length);
    }
    return out;
}

template <std::size_t N>
bool among(const std::array<std::string_view, N>& words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

// Ordinals and abbreviations: 16th, 1er, 2e, 3º; Mme, No.
bool is_ending(std::string_view label, char before) {
    constexpr std::array<std::string_view, 20> of_numbers{
        "st",  "nd",        "rd",   "th", "er", "re", "\u00e8re", "e",  "\u00e8me", "\u00e9me",
        "eme", "i\u00e8me", "ieme", "o",  "a",  "os", "as",       "de", "ste",      "d"};
    constexpr std::array<std::string_view, 7> of_words{"me", "mes", "lle", "lles", "gr", "os", "ve"};
    if (label == "\u00ba" || label == "\u00aa") return true;
    const std::string lower = ascii_lower(label);
    if (is_ascii_digit(before)) return among(of_numbers, lower);
    return (is_ascii_alpha(before) && among(of_words, label)) || (before == 'N' && lower == "o");
}

bool is_mark(std::string_view label) {
    constexpr std::array<std::string_view, 9> marks{"*",      "**",     "***",    "\u2020", "\u2021",
                                                    "\u2122", "\u00ae", "\u00a9", "\u2120"};
    return among(marks, label);
}

std::string_view without_brackets(std::string_view label) {
    const bool bracketed = label.size() > 2 && ((label.starts_with('[') && label.ends_with(']')) ||
                                                (label.starts_with('(') && label.ends_with(')')));
    const std::string_view inner = bracketed ? trim(label.substr(1, label.size() - 2)) : label;
    const bool number = std::ranges::all_of(
        inner, [](char c) { return is_ascii_digit(c) || c == ',' || c == ' ' || c == '-'; });
    return number ? inner : label;
}

}  // namespace

bool is_raised_number(std::string_view text) {
    if (is_mark(text)) return true;
    if (text.empty()) return false;
    while (!text.empty()) {
        const auto length = next_code_point(text).length;
        const auto found =
            std::ranges::find(raised_signs, text.substr(0, length), &Signs::value_type::second);
        if (found == raised_signs.end()) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string script_text(Script script, std::string_view label, std::string_view before) {
    label = without_brackets(trim(label));
    const bool apart = before.empty() || is_ascii_space(before.back());
    if (label.empty() || is_mark(label)) return std::string(label);
    if (label == "TM" || label == "tm") return "\u2122";
    if (std::string signs = in_signs(label, script == Script::super ? raised_signs : lowered_signs);
        !signs.empty() && (!apart || is_ascii_digit(label.front())))
        return signs;
    if (apart || label.size() > longest) return std::string(label);
    if (script == Script::super && is_ending(label, before.back())) return std::string(label);
    const bool one = next_code_point(label).length == label.size() ||
                     (label.size() <= 2 && std::ranges::all_of(label, is_ascii_digit));
    const std::string sign = script == Script::super ? "^" : "_";
    const bool bracketed = label.starts_with('(') && label.find(')') == label.size() - 1;
    return sign + (one || bracketed ? std::string(label) : "(" + std::string(label) + ")");
}

}  // namespace paperround
