#include "feed/text/feed_date.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "base/text/date_time.hpp"
#include "config/time/schedule.hpp"
#include "config/time/zone.hpp"
#include "feed/text/date_names.hpp"
#include "feed/text/date_spelling.hpp"

namespace paperround::feed {

namespace {

constexpr std::array<std::string_view, 7> weekdays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

struct Fields {
    int year = -1;
    int month = -1;
    int day = -1;
    int seconds = -1;
    int offset = 0;  // minutes east
    enum class Zone { none, named, numeric } zone = Zone::none;
    bool month_first = false;  // it was named before a day was
    std::string half;          // "am", "pm"
};

int number(std::string_view text) {
    int value = -1;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    return problem == std::errc{} && end == text.data() + text.size() ? value : -1;
}

bool read_offset(std::string_view token, Fields& fields) {
    const int sign = token.front() == '-' ? -1 : 1;
    std::string digits(token.substr(1));
    std::erase(digits, ':');
    if (digits.ends_with('z')) digits.pop_back();   // "+00:00Z"
    if (digits.size() == 1) digits.insert(0, "0");  // "UTC+2"
    if (digits.size() == 2) digits += "00";
    const int value = digits.size() == 4 ? number(digits) : -1;
    if (value < 0 || value % 100 > 59 || value / 100 > 15) return false;
    fields.offset = sign * (value / 100 * 60 + value % 100);
    fields.zone = Fields::Zone::numeric;
    return true;
}

bool read_time(std::string_view token, Fields& fields) {
    const auto parts = split(token.substr(0, token.find('.')), ':');
    if (parts.size() < 2 || parts.size() > 3) return false;
    // "12:44:00 00:00": a form took the plus for a space.
    if (fields.seconds >= 0 && fields.zone == Fields::Zone::none)
        return read_offset("+" + std::string(token), fields);
    const int hour = number(parts[0]);
    const int minute = number(parts[1]);
    const int second = parts.size() == 3 ? number(parts[2]) : 0;
    if (hour < 0 || hour > 24 || minute < 0 || minute > 59 || second < 0 || second > 60) return false;
    fields.seconds = (hour * 60 + minute) * 60 + second;
    return true;
}

void read_word(const std::string& word, Fields& fields) {
    const int month = month_named(word);
    // "Mar, 24 nov": a Tuesday that looks like March.
    if (month > 0 && (fields.month < 0 || (fields.month_first && fields.day > 0))) {
        fields.month_first = fields.day < 0;
        fields.month = month;
        return;
    }
    // "2026 22 Nov": what looked like a month was the day.
    if (month > 0 && fields.day < 0 && !fields.month_first) {
        fields.day = std::exchange(fields.month, month);
        return;
    }
    if (word == "am" || word == "a.m.") fields.half = "am";
    if (word == "pm" || word == "p.m.") fields.half = "pm";
    const auto offset = zone_named(word);
    if (!offset || fields.zone == Fields::Zone::numeric) return;  // "-0500 EST"
    fields.offset = *offset;
    fields.zone = Fields::Zone::named;
}

// "22", "22." and "22nd"
std::string_view without_ordinal(std::string_view token) {
    const auto digits = std::min(token.find_first_not_of("0123456789"), token.size());
    const auto ending = token.substr(digits);
    constexpr std::array<std::string_view, 7> endings{".", "st", "nd", "rd", "th", "er", "º"};
    const bool year = digits == 4 && ending == ".";
    return year || (digits <= 2 && std::ranges::find(endings, ending) != endings.end())
               ? token.substr(0, digits)
               : token;
}

bool read_number(std::string_view token, Fields& fields) {
    token = without_ordinal(token);
    const int value = number(token);
    if (value < 0) return false;
    // "2026. 11. 22."
    if (fields.year >= 0 && fields.month < 0 && fields.day < 0 && token.size() <= 2) {
        fields.month = value;
    } else if (fields.day < 0 && token.size() <= 2) {
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

// 22.11.2026, 22/11/2026 and 11/22/2026. With dots the day is first; else it is where no month can be.
bool read_day_first(const std::vector<std::string_view>& parts, char separator, Fields& fields) {
    if (parts.size() != 3 || parts[0].size() > 2 || parts[1].size() > 2 || parts[2].size() != 4) return false;
    fields.day = number(parts[0]);
    fields.month = number(parts[1]);
    fields.year = number(parts[2]);
    if (separator == '.' || fields.day > 12 || fields.day == fields.month) return true;
    std::swap(fields.day, fields.month);
    return fields.day > 12;
}

// 2026-11-22 or 2026/11/22; 22-Nov-2026 is left to the words. The month, or the day, may be left out
// (W3C's profile of ISO 8601); 2026-326 is the 326th day.
bool read_numeric_date(std::string_view token, Fields& fields) {
    const char separator = token[token.find_first_of("-/.")];
    const auto parts = split(token, separator);
    if (parts[0].size() <= 2) return read_day_first(parts, separator, fields);
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

// Seconds or milliseconds since 1970, from 2001 on.
std::optional<Time> since_epoch(std::string_view text) {
    if (text.starts_with("/Date(") && text.ends_with(")/"))
        text = text.substr(6, text.size() - 8);  // .NET's JSON
    if (text.size() > 11 && text[10] == '.' && all_digits(text.substr(11))) text = text.substr(0, 10);
    if (!all_digits(text) || (text.size() != 10 && text.size() != 13)) return std::nullopt;
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return Time{std::chrono::milliseconds(text.size() == 10 ? value * 1000 : value)};
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

// "8pm", "8h", "8h05"; nothing where the token is none of these.
std::optional<bool> read_hour(std::string_view token, Fields& fields) {
    const auto digits = std::min(token.find_first_not_of("0123456789"), token.size());
    const std::string_view rest = token.substr(digits);
    if (digits == 0 || digits > 2) return std::nullopt;
    if (rest == "am" || rest == "pm") {
        fields.half = rest;
        return read_time(std::string(token.substr(0, digits)) + ":00", fields);
    }
    if (!rest.starts_with('h') || (rest.size() != 1 && rest.size() != 3)) return std::nullopt;
    return read_time(
        std::string(token.substr(0, digits)) + ":" + (rest.size() == 1 ? "00" : std::string(rest.substr(1))),
        fields);
}

bool read_token(std::string_view token, Fields& fields) {
    if (is_word(token)) {
        // "gmt+0100" is written by people who mean the offset.
        const auto sign = token.find_first_of("+-");
        if (sign != std::string_view::npos) return read_offset(token.substr(sign), fields);
        read_word(std::string(token), fields);
        return true;
    }
    if (token == "-" || token == "\u2013") return true;  // "November 22, 2026 - 08:00"
    if (token.front() == '+' || token.front() == '-') return read_offset(token, fields);
    if (const auto hour = read_hour(token, fields)) return *hour;
    if (token.find(':') != std::string_view::npos) {
        const auto suffix = std::min(token.find_first_not_of("0123456789:."), token.size());
        if (!read_time(token.substr(0, suffix), fields)) return false;
        return suffix == token.size() || read_token(token.substr(suffix), fields);
    }
    const bool date =
        token.find_first_of("-/") != std::string_view::npos || std::ranges::count(token, '.') == 2;
    return date ? read_numeric_date(token, fields) : read_number(token, fields);
}

// Thailand counts the years since the Buddha, 543 more; no post is dated five hundred years ahead.
int in_common_era(int year) {
    return year >= 2400 && year < 2700 ? year - 543 : year;
}

std::optional<WrittenDate> dated(Time time, bool zoned) {
    constexpr Time earliest{std::chrono::sys_days{std::chrono::year(1970) / 1 / 1}};
    constexpr Time latest{std::chrono::sys_days{std::chrono::year(9999) / 12 / 31}};
    if (time < earliest || time >= latest) return std::nullopt;
    return WrittenDate{time, zoned};
}

// Of a date as RFC 3339 has it.
bool names_zone(std::string_view text) {
    return text.size() > 10 && text.find_first_of("zZ+-", 10) != std::string_view::npos;
}

// RFC 3339's, unless the year is of another era.
std::optional<WrittenDate> read_rfc3339(std::string_view text) {
    const auto time = parse_rfc3339(text);
    const int year = time ? number(text.substr(0, 4)) : -1;
    return time && in_common_era(year) == year ? dated(*time, names_zone(text)) : std::nullopt;
}

// "Europe/Berlin" at the end, bare or in brackets.
std::string_view zone_at_end(std::string_view text) {
    const bool bracketed = text.ends_with(']');
    const auto before = text.find_last_of(bracketed ? "[" : " ");
    if (before == std::string_view::npos) return {};
    const auto name = text.substr(before + 1, text.size() - before - 1 - (bracketed ? 1 : 0));
    return name.find('/') != std::string_view::npos && is_word(name) && config::is_known_zone(name)
               ? name
               : std::string_view{};
}

std::optional<WrittenDate> read_spelled(std::string_view text) {
    Fields fields;
    bool korean = false;
    std::string spaced = with_marks(without_characters(without_oddities(text), korean));
    // RFC 3339's T between digits, with something after it that parse_rfc3339 did not like (a space, a named
    // zone).
    if (spaced.size() > 11 && (spaced[10] == 'T' || spaced[10] == 't') && is_ascii_digit(spaced[9]))
        spaced[10] = ' ';
    for (const std::string& token : tokens_of(spaced)) {
        const bool weekday = fields.day < 0 && std::ranges::any_of(weekdays, [&](auto name) {
                                 return token.starts_with(name);
                             });
        if (!weekday && !read_token(token, fields)) return std::nullopt;
    }
    if (korean && fields.zone == Fields::Zone::none) read_word("kst", fields);
    int seconds = std::max(0, fields.seconds);
    if (fields.half == "pm" && seconds < 12 * 3600) seconds += 12 * 3600;
    if (fields.half == "am" && seconds >= 12 * 3600) seconds -= 12 * 3600;
    if (fields.year < 0 || fields.month < 1 || fields.day < 1) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(in_common_era(fields.year)),
                                           std::chrono::month(static_cast<unsigned>(fields.month)),
                                           std::chrono::day(static_cast<unsigned>(fields.day))};
    if (!date.ok()) return std::nullopt;
    return dated(Time{std::chrono::sys_days(date)} + std::chrono::seconds(seconds) -
                     std::chrono::minutes(fields.offset),
                 fields.zone != Fields::Zone::none);
}

}  // namespace

std::optional<WrittenDate> read_date(std::string_view text) {
    text = trim(text);
    if (text.empty() || text.size() > 100) return std::nullopt;
    if (const auto date = read_rfc3339(text)) return date;
    if (const auto time = since_epoch(text)) return dated(*time, true);
    const std::string_view zone = zone_at_end(text);
    auto written = read_spelled(text);
    if (written && !written->zoned && !zone.empty())
        written = dated(config::Zone(std::string(zone)).moment_of(written->time), true);
    return written;
}

std::optional<Time> parse_feed_date(std::string_view text) {
    // A time that was never set, or milliseconds since 1970 that were taken for seconds.
    constexpr Time first_plausible{std::chrono::sys_days{std::chrono::year(1970) / 2 / 1}};
    const auto written = read_date(text);
    return written && written->time >= first_plausible ? std::optional(written->time) : std::nullopt;
}

}  // namespace paperround::feed
