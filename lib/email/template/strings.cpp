#include "email/template/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "email/template/merge_text.hpp"

namespace paperround::email {

namespace {

// Which of a language's forms stands for a whole number: 0 is that of one.
std::size_t plural_index(std::string_view language, std::size_t count) {
    const std::size_t tens = count % 100;
    const std::size_t ones = count % 10;
    const bool teen = tens >= 11 && tens <= 14;
    if (language == "ar") {
        if (count == 1 || count == 2) return count - 1;
        if (tens >= 3 && tens <= 10) return 2;
        return tens >= 11 ? 3 : 4;
    }
    if (language == "he") return count == 1 ? 0 : count == 2 ? 1 : 2;
    if (language == "pl") return count == 1 ? 0 : ones >= 2 && ones <= 4 && !teen ? 1 : 2;
    if (language == "ru" || language == "uk" || language == "be")
        return ones == 1 && !teen ? 0 : ones >= 2 && ones <= 4 && !teen ? 1 : 2;
    if (language == "cs" || language == "sk") return count == 1 ? 0 : count >= 2 && count <= 4 ? 1 : 2;
    if (language == "fr" || language == "pt") return count <= 1 ? 0 : 1;
    return count == 1 ? 0 : 1;
}

}  // namespace

const std::vector<std::string>& string_keys() {
    static const std::vector<std::string> keys{
        "by",        "read_online", "read_more",       "in_this_issue",  "share",          "share_email",
        "why",       "colon",       "unsubscribe",     "digest_subject", "and_more",       "date",
        "first_day", "months",      "confirm_subject", "confirm_text",   "confirm_button", "confirm_note"};
    return keys;
}

Strings parse_strings(std::string_view text, const std::filesystem::path& file,
                      std::vector<TemplateProblem>& problems) {
    Strings strings;
    const std::string clean = without_marks(text);
    std::size_t number = 0;
    for (std::string_view line : split(clean, '\n')) {
        ++number;
        line = trim(line);
        if (line.empty() || line.front() == '#') continue;
        const auto equals = line.find('=');
        const std::string key(trim(line.substr(0, equals)));
        if (equals == std::string_view::npos) {
            problems.push_back({file, number, "expected \"key = value\"", ""});
        } else if (std::ranges::find(string_keys(), key) == string_keys().end()) {
            problems.push_back(
                {file, number, fmt::format("unknown key \"{}\"", key), nearest(key, string_keys())});
        } else if (!strings.emplace(key, trim(line.substr(equals + 1))).second) {
            problems.push_back({file, number, fmt::format("\"{}\" stands here twice", key), ""});
        } else if (key == "months" && split(strings[key], ',').size() != 12) {
            problems.push_back({file, number, "expected twelve months, separated by commas", ""});
        }
    }
    return strings;
}

std::string format_date(const Strings& strings, const std::chrono::year_month_day& day) {
    const auto months = split(strings.at("months"), ',');
    const auto number = static_cast<unsigned>(day.day());
    std::string out = strings.at("date");
    out = replace_all(out, "{day}", number == 1 ? strings.at("first_day") : std::to_string(number));
    out = replace_all(out, "{year}", std::to_string(static_cast<int>(day.year())));
    return replace_all(out, "{month}", trim(months.at(static_cast<unsigned>(day.month()) - 1)));
}

std::string_view plural_form(std::string_view forms, std::string_view language, std::size_t count) {
    const auto choices = split(forms, '|');
    const std::string lower = ascii_lower(language);
    const std::string_view tag = std::string_view(lower).substr(0, lower.find('-'));
    const std::size_t form = plural_index(tag, count);
    return trim(choices[std::min(form, choices.size() - 1)]);
}

std::string_view quote_slant(std::string_view text) {
    constexpr std::size_t enough = 2000;
    std::size_t slanted = 0;
    std::size_t upright = 0;
    while (!text.empty() && slanted + upright < enough) {
        const CodePoint point = next_code_point(text);
        text.remove_prefix(point.length);
        // Latin, Greek, Cyrillic and Armenian stand in front of Hebrew; behind them there is Latin once more.
        constexpr char32_t hebrew = 0x0590;
        const bool late_latin = point.value >= 0x1E00 && point.value <= 0x1FFF;
        const bool symbol = point.value >= 0x2000 && point.value < 0x2E80;
        if (point.value >= 0x1F000 && point.value <= 0x1FAFF) continue;
        if (point.value < 0x80 ? is_ascii_alpha(static_cast<char>(point.value))
                               : point.value < hebrew || late_latin) {
            ++slanted;
        } else if (point.value >= hebrew && !symbol && !late_latin) {
            ++upright;
        }
    }
    return upright > slanted ? "normal" : "italic";
}

std::string_view text_direction(std::string_view language) {
    constexpr std::array<std::string_view, 12> languages{"ar", "arc", "ckb", "dv", "fa", "he",
                                                         "iw", "ps",  "sd",  "ug", "ur", "yi"};
    constexpr std::array<std::string_view, 7> scripts{"arab", "hebr", "thaa", "syrc", "nkoo", "adlm", "rohg"};
    const std::string lower = ascii_lower(language);
    const auto parts = split(lower, '-');
    const auto has = [](const auto& list, std::string_view word) {
        return std::ranges::find(list, word) != list.end();
    };
    const bool names_a_script = parts.size() > 1 && parts[1].size() == 4;
    const bool rtl = names_a_script ? has(scripts, parts[1]) : has(languages, parts[0]);
    return rtl ? "rtl" : "ltr";
}

std::string fill_in(std::string_view pattern, const std::map<std::string_view, std::string>& values) {
    std::string out;
    for (;;) {
        const auto open = pattern.find('{');
        const auto close = open == std::string_view::npos ? open : pattern.find('}', open);
        if (close == std::string_view::npos) return out += pattern;
        const auto found = values.find(pattern.substr(open + 1, close - open - 1));
        const auto end = found == values.end() ? open + 1 : close + 1;
        out += found == values.end() ? pattern.substr(0, end) : pattern.substr(0, open);
        if (found != values.end()) out += found->second;
        pattern.remove_prefix(end);
    }
}

}  // namespace paperround::email
