#include "post/feed_date.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "base/date_time.hpp"
#include "base/text.hpp"

namespace paperround::post {

namespace {

constexpr std::array<std::string_view, 12> months{"jan", "feb", "mar", "apr", "may", "jun",
                                                  "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> weekdays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

struct Zone {
    std::string_view name;
    int minutes;
};
// RFC 822 §5.1, and the other names that feeds carry. Military letters are UTC: RFC 5322 §4.3 says that their
// sign was used both ways. IST, CST of China and the like are ambiguous and left to mean nothing.
constexpr std::array<Zone, 40> zones{
    {{"gmt", 0},    {"ut", 0},      {"utc", 0},     {"z", 0},      {"wet", 0},    {"est", -300},
     {"edt", -240}, {"et", -300},   {"cst", -360},  {"cdt", -300}, {"ct", -360},  {"mst", -420},
     {"mdt", -360}, {"mt", -420},   {"pst", -480},  {"pdt", -420}, {"pt", -480},  {"ast", -240},
     {"adt", -180}, {"akst", -540}, {"akdt", -480}, {"hst", -600}, {"bst", 60},   {"west", 60},
     {"cet", 60},   {"mez", 60},    {"cest", 120},  {"mesz", 120}, {"eet", 120},  {"eest", 180},
     {"msk", 180},  {"jst", 540},   {"kst", 540},   {"awst", 480}, {"aest", 600}, {"aedt", 660},
     {"acst", 570}, {"nzst", 720},  {"nzdt", 780},  {"sast", 120}}};

struct Month {
    std::string_view beginning;
    int number;
};
// Months as blogs in German, French, Spanish, Italian, Portuguese, Dutch, Polish, Russian and Greek write
// them, where they begin otherwise than the English ones.
constexpr std::array<Month, 72> other_months{
    {{"mär", 3},  {"mrz", 3},  {"mai", 5},  {"okt", 10}, {"dez", 12}, {"fév", 2},  {"fev", 2},  {"avr", 4},
     {"juin", 6}, {"juil", 7}, {"aoû", 8},  {"déc", 12}, {"ene", 1},  {"abr", 4},  {"ago", 8},  {"dic", 12},
     {"gen", 1},  {"mag", 5},  {"giu", 6},  {"lug", 7},  {"set", 9},  {"ott", 10}, {"out", 10}, {"mrt", 3},
     {"maa", 3},  {"mei", 5},  {"sty", 1},  {"lut", 2},  {"kwi", 4},  {"maj", 5},  {"cze", 6},  {"lip", 7},
     {"sie", 8},  {"wrz", 9},  {"paź", 10}, {"lis", 11}, {"gru", 12}, {"янв", 1},  {"фев", 2},  {"мар", 3},
     {"апр", 4},  {"май", 5},  {"мая", 5},  {"июн", 6},  {"июл", 7},  {"авг", 8},  {"сен", 9},  {"окт", 10},
     {"ноя", 11}, {"дек", 12}, {"Ιαν", 1},  {"Φεβ", 2},  {"Μαρ", 3},  {"Μάρ", 3},  {"Απρ", 4},  {"Μάι", 5},
     {"Μαι", 5},  {"Μαϊ", 5},  {"Μάϊ", 5},  {"Ιουν", 6}, {"Ιούν", 6}, {"Ιουλ", 7}, {"Ιούλ", 7}, {"Αυγ", 8},
     {"Αύγ", 8},  {"Σεπ", 9},  {"Οκτ", 10}, {"Νοε", 11}, {"Νοέ", 11}, {"Δεκ", 12}, {"már", 3},  {"ápr", 4}}};

struct Fields {
    int year = -1;
    int month = -1;
    int day = -1;
    int seconds = 0;
    int offset = 0;            // minutes east
    bool month_first = false;  // it was named before a day was
    std::string half;          // "am", "pm"
};

int number(std::string_view text) {
    int value = -1;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    return problem == std::errc{} && end == text.data() + text.size() ? value : -1;
}

bool read_time(std::string_view token, Fields& fields) {
    const auto parts = split(token.substr(0, token.find('.')), ':');
    if (parts.size() < 2 || parts.size() > 3) return false;
    const int hour = number(parts[0]);
    const int minute = number(parts[1]);
    const int second = parts.size() == 3 ? number(parts[2]) : 0;
    if (hour < 0 || hour > 24 || minute < 0 || minute > 59 || second < 0 || second > 60) return false;
    fields.seconds = (hour * 60 + minute) * 60 + second;
    return true;
}

bool read_offset(std::string_view token, Fields& fields) {
    const int sign = token.front() == '-' ? -1 : 1;
    std::string digits(token.substr(1));
    std::erase(digits, ':');
    if (digits.size() == 2) digits += "00";
    const int value = digits.size() == 4 ? number(digits) : -1;
    if (value < 0 || value % 100 > 59 || value / 100 > 15) return false;
    fields.offset = sign * (value / 100 * 60 + value % 100);
    return true;
}

int month_named(std::string_view word) {
    for (std::size_t i = 0; i < months.size(); ++i) {
        if (word.starts_with(months[i])) return static_cast<int>(i) + 1;
    }
    const auto other = std::ranges::find_if(
        other_months, [&](const Month& month) { return word.starts_with(month.beginning); });
    return other == other_months.end() ? -1 : other->number;
}

void read_word(const std::string& word, Fields& fields) {
    const int month = month_named(word);
    // "Mar, 24 nov": a Tuesday that looks like March.
    if (month > 0 && (fields.month < 0 || (fields.month_first && fields.day > 0))) {
        fields.month_first = fields.day < 0;
        fields.month = month;
        return;
    }
    if (word == "am" || word == "pm") fields.half = word;
    const auto zone = std::ranges::find(zones, std::string_view(word), &Zone::name);
    if (zone != zones.end()) fields.offset = zone->minutes;
}

bool read_number(std::string_view token, Fields& fields) {
    const int value = number(token);
    if (value < 0) return false;
    if (fields.day < 0 && token.size() <= 2) {
        fields.day = value;
    } else if (fields.year < 0 && token.size() == 2) {
        fields.year = value < 70 ? 2000 + value : 1900 + value;
    } else if (fields.year < 0 && token.size() == 4) {
        fields.year = value;
    } else {
        return false;
    }
    return true;
}

// 2026-11-22 or 2026/11/22; 22-Nov-2026 is left to the words. The month, or the day, may be left out
// (W3C's profile of ISO 8601); 2026-326 is the 326th day.
bool read_numeric_date(std::string_view token, Fields& fields) {
    const auto parts = split(token, token.find('/') != std::string_view::npos ? '/' : '-');
    if (parts.size() < 2 || parts.size() > 3 || parts[0].size() != 4) return false;
    fields.year = number(parts[0]);
    fields.day = parts.size() == 3 ? number(parts[2]) : 1;
    fields.month = number(parts[1]);
    if (parts.size() == 2 && parts[1].size() == 3) {
        const auto first = std::chrono::sys_days{std::chrono::year(fields.year) / 1 / 1};
        const std::chrono::year_month_day date{first + std::chrono::days(fields.month - 1)};
        fields.month = static_cast<int>(static_cast<unsigned>(date.month()));
        fields.day = static_cast<int>(static_cast<unsigned>(date.day()));
    }
    return fields.year >= 0 && fields.month > 0 && fields.day > 0;
}

bool all_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_ascii_digit);
}

// ISO 8601 without its marks, "20261122T080000Z", and Korean, with them.
std::string with_marks(std::string text) {
    if (text.size() >= 8 && all_digits(std::string_view(text).substr(0, 8))) {
        std::string out = text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 2);
        if (text.size() >= 15 && ascii_lower(text[8]) == 't' &&
            all_digits(std::string_view(text).substr(9, 6))) {
            return out + " " + text.substr(9, 2) + ":" + text.substr(11, 2) + ":" + text.substr(13);
        }
        return out + text.substr(8);
    }
    if (text.find("년") == std::string::npos) return text;
    for (const auto& [from, to] : {std::pair{"년 ", "-"},
                                   {"년", "-"},
                                   {"월 ", "-"},
                                   {"월", "-"},
                                   {"일", " "},
                                   {"오전", " am "},
                                   {"오후", " pm "}}) {
        text = replace_all(text, from, to);
    }
    return text + " kst";
}

bool is_word(std::string_view token) {
    return !token.empty() &&
           (is_ascii_alpha(token.front()) || static_cast<unsigned char>(token.front()) >= 0x80);
}

// Words and numbers, parted by spaces, commas, and dashes that join a month's name; comments in brackets are
// gone.
std::vector<std::string> tokens_of(std::string_view text) {
    std::string spaced;
    int depth = 0;
    for (const char c : text) {
        depth += c == '(' ? 1 : 0;
        if (depth == 0) spaced.push_back(c == ',' || is_ascii_space(c) ? ' ' : ascii_lower(c));
        depth -= c == ')' && depth > 0 ? 1 : 0;
    }
    std::vector<std::string> tokens;
    for (const std::string_view token : split(spaced, ' ')) {
        const auto dash = token.find('-');
        const bool named_month = dash != std::string_view::npos && dash > 0 && dash < 3 &&
                                 std::ranges::any_of(token.substr(dash), [](char c) {
                                     return is_word({&c, 1});
                                 });
        for (const auto part : named_month ? split(token, '-') : std::vector{token}) {
            if (!part.empty()) tokens.emplace_back(part);
        }
    }
    return tokens;
}

bool read_token(std::string_view token, Fields& fields) {
    if (is_word(token)) {
        // "gmt+0100" is written by people who mean the offset.
        const auto sign = token.find_first_of("+-");
        if (sign != std::string_view::npos) return read_offset(token.substr(sign), fields);
        read_word(std::string(token), fields);
        return true;
    }
    if (token.front() == '+' || token.front() == '-') return read_offset(token, fields);
    if (token.find(':') != std::string_view::npos) {
        const auto suffix = token.find_first_of("+-z", 1);
        if (!read_time(token.substr(0, suffix), fields)) return false;
        if (suffix == std::string_view::npos || token[suffix] == 'z') return true;
        return read_offset(token.substr(suffix), fields);
    }
    if (token.find_first_of("-/") != std::string_view::npos) return read_numeric_date(token, fields);
    return read_number(token, fields);
}

std::optional<Time> checked(std::optional<Time> time) {
    constexpr Time earliest{std::chrono::sys_days{std::chrono::year(1970) / 1 / 1}};
    constexpr Time latest{std::chrono::sys_days{std::chrono::year(9999) / 12 / 31}};
    return time && *time >= earliest && *time < latest ? time : std::nullopt;
}

}  // namespace

std::optional<Time> parse_feed_date(std::string_view text) {
    text = trim(text);
    if (text.empty() || text.size() > 100) return std::nullopt;
    if (const auto time = parse_rfc3339(text)) return checked(time);
    std::string spaced = with_marks(std::string(text));
    // RFC 3339's T between digits, with something after it that parse_rfc3339 did not like (a space, a named
    // zone).
    if (spaced.size() > 11 && (spaced[10] == 'T' || spaced[10] == 't') && is_ascii_digit(spaced[9]))
        spaced[10] = ' ';
    Fields fields;
    for (const std::string& token : tokens_of(spaced)) {
        const bool weekday = fields.day < 0 && std::ranges::any_of(weekdays, [&](auto name) {
                                 return token.starts_with(name);
                             });
        if (!weekday && !read_token(token, fields)) return std::nullopt;
    }
    if (fields.half == "pm" && fields.seconds < 12 * 3600) fields.seconds += 12 * 3600;
    if (fields.half == "am" && fields.seconds >= 12 * 3600) fields.seconds -= 12 * 3600;
    if (fields.year < 0 || fields.month < 1 || fields.day < 1) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(fields.year),
                                           std::chrono::month(static_cast<unsigned>(fields.month)),
                                           std::chrono::day(static_cast<unsigned>(fields.day))};
    if (!date.ok()) return std::nullopt;
    return checked(Time{std::chrono::sys_days(date)} + std::chrono::seconds(fields.seconds) -
                   std::chrono::minutes(fields.offset));
}

}  // namespace paperround::post
