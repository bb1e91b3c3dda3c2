#include "daemon/local_time.hpp"

#include <fmt/format.h>

#include <ctime>

#include "base/text.hpp"
#include "base/text/duration.hpp"

namespace paperround::daemon {

namespace {

using namespace std::chrono_literals;

std::tm local(Time time) {
    // Not system_clock: its nanoseconds end in 2262.
    const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    std::tm parts{};
    ::localtime_r(&seconds, &parts);
    return parts;
}

// Parses a text from its front, part after part.
class Words {
  public:
    explicit Words(std::string_view text) : rest_(trim(text)) {}

    bool take(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    // Takes exactly `width` digits whose value is from `least` to `most`.
    std::optional<int> number(std::size_t width, int least, int most) {
        if (rest_.size() < width) return std::nullopt;
        int value = 0;
        for (const char c : rest_.substr(0, width)) {
            if (!is_ascii_digit(c)) return std::nullopt;
            value = value * 10 + (c - '0');
        }
        if (value < least || value > most) return std::nullopt;
        rest_.remove_prefix(width);
        return value;
    }
    void spaces() { rest_ = trim(rest_); }
    [[nodiscard]] std::string_view rest() const { return rest_; }
    [[nodiscard]] bool at(std::size_t position, char c) const {
        return rest_.size() > position && rest_[position] == c;
    }

  private:
    std::string_view rest_;
};

struct Parts {
    std::tm civil{};
    Duration millis{0};
    Duration unit = std::chrono::days(1);
};

// YYYY-MM-DD or MM-DD. False if the text begins like a date and is none.
bool take_date(Words& words, Parts& parts) {
    if (words.at(4, '-')) {
        const auto year = words.number(4, 1970, 9999);
        if (!year || !words.take('-')) return false;
        parts.civil.tm_year = *year - 1900;
    } else if (!words.at(2, '-')) {
        return true;  // a time alone: today
    }
    const auto month = words.number(2, 1, 12);
    if (!month || !words.take('-')) return false;
    const auto day = words.number(2, 1, 31);
    if (!day) return false;
    parts.civil.tm_mon = *month - 1;
    parts.civil.tm_mday = *day;
    const std::chrono::year_month_day date{std::chrono::year(parts.civil.tm_year + 1900),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    return date.ok();
}

// HH:MM, HH:MM:SS or HH:MM:SS.mmm.
bool take_clock(Words& words, Parts& parts) {
    const auto hour = words.number(2, 0, 23);
    if (!hour || !words.take(':')) return false;
    const auto minute = words.number(2, 0, 59);
    if (!minute) return false;
    parts.civil.tm_hour = *hour;
    parts.civil.tm_min = *minute;
    parts.unit = 1min;
    if (!words.take(':')) return true;
    const auto second = words.number(2, 0, 60);
    if (!second) return false;
    parts.civil.tm_sec = *second;
    parts.unit = 1s;
    if (!words.take('.')) return true;
    const auto millis = words.number(3, 0, 999);
    if (!millis) return false;
    parts.millis = Duration(*millis);
    parts.unit = 1ms;
    return true;
}

// +01:00, +0100 or +01.
std::optional<Duration> offset_in(std::string_view text) {
    Words words(text.substr(1));
    const auto hours = words.number(2, 0, 14);  // no zone is further from UTC
    if (!hours) return std::nullopt;
    words.take(':');
    const auto minutes = words.rest().empty() ? std::optional(0) : words.number(2, 0, 59);
    if (!minutes || !words.rest().empty()) return std::nullopt;
    const Duration offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
    return text.front() == '-' ? -offset : offset;
}

Time in_utc(std::tm civil) {
    return Time(std::chrono::seconds(::timegm(&civil)));
}

// By the operator's zone; nothing if it has no such name. When the clock is set back an hour occurs twice:
// the zone's two names tell which one is meant.
std::optional<Time> in_zone(const std::tm& civil, std::string_view name) {
    for (const int summer : {-1, 0, 1}) {
        std::tm parts = civil;
        parts.tm_isdst = name.empty() ? -1 : summer;
        const std::time_t seconds = std::mktime(&parts);
        if (!name.empty() && !ascii_iequals(parts.tm_zone, name)) continue;
        return Time(std::chrono::seconds(seconds));
    }
    return std::nullopt;
}

std::optional<Time> moment(const std::tm& civil, std::string_view zone) {
    for (const std::string_view utc : {"Z", "UTC", "GMT"}) {
        if (ascii_iequals(zone, utc)) return in_utc(civil);
    }
    if (const auto named = in_zone(civil, zone)) return named;
    if (!zone.starts_with('+') && !zone.starts_with('-')) return std::nullopt;
    const auto offset = offset_in(zone);
    if (!offset) return std::nullopt;
    return in_utc(civil) - *offset;
}

std::optional<Span> ago(std::string_view text, Time now) {
    if (text.ends_with(" ago")) text = trim(text.substr(0, text.size() - 4));
    const auto duration = parse_duration(text);
    if (!duration) return std::nullopt;
    return Span{now - *duration, now - *duration};
}

}  // namespace

std::string local_text(Time time, Time now) {
    const std::tm parts = local(time);
    const std::string year =
        parts.tm_year == local(now).tm_year ? "" : fmt::format("{:04}-", parts.tm_year + 1900);
    return fmt::format("{}{:02}-{:02} {:02}:{:02}:{:02} {}", year, parts.tm_mon + 1, parts.tm_mday,
                       parts.tm_hour, parts.tm_min, parts.tm_sec, parts.tm_zone);
}

std::optional<Span> parse_local_time(std::string_view text, Time now) {
    if (const auto span = ago(trim(text), now)) return span;
    Words words(text);
    Parts parts;
    const std::tm today = local(now);
    parts.civil.tm_year = today.tm_year;
    parts.civil.tm_mon = today.tm_mon;
    parts.civil.tm_mday = today.tm_mday;
    const std::size_t length = words.rest().size();
    if (!take_date(words, parts)) return std::nullopt;
    const bool has_date = words.rest().size() < length;
    if (words.at(0, 'T') || words.at(0, 't')) words.take(words.rest().front());
    words.spaces();
    const bool has_clock = words.at(2, ':');
    if (has_clock ? !take_clock(words, parts) : !has_date) return std::nullopt;
    words.spaces();
    const auto begin = moment(parts.civil, words.rest());
    if (!begin) return std::nullopt;
    if (has_clock) return Span{*begin + parts.millis, *begin + parts.millis + parts.unit};
    // Not every day has 24 hours.
    ++parts.civil.tm_mday;
    const auto next = moment(parts.civil, words.rest());
    return Span{*begin, next.value_or(*begin + std::chrono::days(1))};
}

}  // namespace paperround::daemon
