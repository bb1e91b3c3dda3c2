// What the templates say in each language: a small file of `key = value` lines per language, `#` for
// comments.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "email/template/template_problem.hpp"

namespace paperround::email {

// Key to value. A complete set has every one of string_keys(), and says which `language` and `direction` it
// has.
using Strings = std::map<std::string, std::string, std::less<>>;

[[nodiscard]] const std::vector<std::string>& string_keys();

// Appends what is wrong (no `=`, unknown key, a key twice, not twelve months) to `problems`.
[[nodiscard]] Strings parse_strings(std::string_view text, const std::filesystem::path& file,
                                    std::vector<TemplateProblem>& problems);

// The day as the language writes it: `date` with {day}, {month} and {year}, `months` with twelve names;
// `first_day` is the month's first ("1er").
[[nodiscard]] std::string format_date(const Strings& strings, const std::chrono::year_month_day& day);

// The form of `forms`, which are parted by `|`, that the language has for so many things (Unicode's plural
// rules, in their order); the last where there are fewer forms.
[[nodiscard]] std::string_view plural_form(std::string_view forms, std::string_view language,
                                           std::size_t count);

// "normal" for text in a script that has no italics (Hebrew, Arabic, Chinese, Japanese, Korean, Thai and
// those of India), since slanting hurts there; else "italic". Goes by most of its letters.
[[nodiscard]] std::string_view quote_slant(std::string_view text);

// "rtl" for languages and scripts written from right to left (BCP 47 tags), else "ltr".
[[nodiscard]] std::string_view text_direction(std::string_view language);

// Replaces each {name}. What is filled in is not looked at again: a title may hold braces.
[[nodiscard]] std::string fill_in(std::string_view pattern,
                                  const std::map<std::string_view, std::string>& values);

}  // namespace paperround::email
