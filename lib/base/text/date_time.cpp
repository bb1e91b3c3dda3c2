#include "base/text/date_time.hpp"

#include <fmt/format.h>

#include <array>

#include "base/text.hpp"

namespace paperround {

namespace {

struct Civil {
    std::chrono::year_month_day date;
    std::chrono::hh_mm_ss<Duration> time;
    std::chrono::weekday weekday;
};

Civil civil(Time time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    return {std::chrono::year_month_day(day), std::chrono::hh_mm_ss<Duration>(time - day),
            std::chrono::weekday(day)};
}

std::string date_part(const Civil& c) {
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(c.date.year()),
                       static_cast<unsigned>(c.date.month()), static_cast<unsigned>(c.date.day()));
}

std::string clock_part(const Civil& c) {
    return fmt::format("{:02}:{:02}:{:02}", c.time.hours().count(), c.time.minutes().count(),
                       c.time.seconds().count());
}

constexpr std::array<std::string_view, 7> day_names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Reads exactly `width` digits, or returns -1.
int take_digits(std::string_view& text, std::size_t width) {
    if (text.size() < width) return -1;
    int value = 0;
    for (std::size_t i = 0; i < width; ++i) {
        if (!is_ascii_digit(text[i])) return -1;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(width);
    return value;
}

bool take(std::string_view& text, char expected) {
    if (text.empty() || ascii_lower(text.front()) != expected) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<Duration> take_fraction(std::string_view& text) {
    if (!take(text, '.')) return Duration{0};
    int millis = 0;
    int scale = 100;
    std::size_t digits = 0;
    for (; digits < text.size() && is_ascii_digit(text[digits]); ++digits) {
        millis += (text[digits] - '0') * scale;
        scale /= 10;
    }
    if (digits == 0) return std::nullopt;
    text.remove_prefix(digits);
    return Duration{millis};
}

std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
    if (text.empty() || take(text, 'z')) return std::chrono::minutes{0};
    const bool west = text.front() == '-';
    if (!west && text.front() != '+') return std::nullopt;
    text.remove_prefix(1);
    const int hours = take_digits(text, 2);
    take(text, ':');
    const int minutes = take_digits(text, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
    const std::chrono::minutes offset{hours * 60 + minutes};
    return west ? -offset : offset;
}

}  // namespace

std::string format_rfc3339(Time time) {
    const Civil c = civil(time);
    return date_part(c) + "T" + clock_part(c) + "Z";
}

std::string format_rfc3339_millis(Time time) {
    const Civil c = civil(time);
    return fmt::format("{}T{}.{:03}Z", date_part(c), clock_part(c), c.time.subseconds().count());
}

std::string format_rfc5322(Time time) {
    const Civil c = civil(time);
    return fmt::format("{}, {} {} {:04} {} +0000", day_names[c.weekday.c_encoding()],
                       static_cast<unsigned>(c.date.day()),
                       month_names[static_cast<unsigned>(c.date.month()) - 1],
                       static_cast<int>(c.date.year()), clock_part(c));
}

std::string format_short(Time time) {
    const Civil c = civil(time);
    return date_part(c).substr(5) + " " + clock_part(c);
}

std::optional<Time> parse_rfc3339(std::string_view text) {
    const int year = take_digits(text, 4);
    if (year < 0 || !take(text, '-')) return std::nullopt;
    const int month = take_digits(text, 2);
    if (month < 0 || !take(text, '-')) return std::nullopt;
    const int day = take_digits(text, 2);
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (day < 0 || !date.ok()) return std::nullopt;
    Time time{std::chrono::sys_days(date)};
    if (text.empty()) return time;
    if (!take(text, 't') && !take(text, ' ')) return std::nullopt;
    const int hour = take_digits(text, 2);
    if (hour < 0 || hour > 23 || !take(text, ':')) return std::nullopt;
    const int minute = take_digits(text, 2);
    if (minute < 0 || minute > 59) return std::nullopt;
    int second = 0;
    if (take(text, ':')) {
        second = take_digits(text, 2);
        if (second < 0 || second > 60) return std::nullopt;
    }
    const auto fraction = take_fraction(text);
    if (!fraction) return std::nullopt;
    const auto offset = take_offset(text);
    if (!offset || !text.empty()) return std::nullopt;
    return time + std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second) +
           *fraction - *offset;
}

}  // namespace paperround
