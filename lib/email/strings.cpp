#include "email/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "email/merge_text.hpp"

namespace paperround::email {

const std::vector<std::string>& string_keys() {
    static const std::vector<std::string> keys{
        "by",    "read_online", "read_more",      "in_this_issue", "share",     "share_email", "why",
        "colon", "unsubscribe", "digest_subject", "date",          "first_day", "months"};
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

}  // namespace paperround::email
