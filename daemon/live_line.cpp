#include "daemon/live_line.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "base/text.hpp"
#include "daemon/line_writer.hpp"

namespace paperround::daemon {

namespace {

using namespace std::chrono_literals;

constexpr auto between = 250ms;            // two redrawings
constexpr auto remembered = 10s;           // the rate is measured over this time
constexpr auto erase = "\r\033[K";         // the present line
constexpr Duration writing_takes = 200ms;  // at most; a paused terminal (Ctrl-S) accepts nothing
constexpr double longest = 1e9;            // seconds; a longer time is not shown

std::string time_left(double seconds) {
    const auto whole = static_cast<std::uint64_t>(std::ceil(seconds));
    if (whole < 120) return fmt::format("{} s left", whole);
    const std::uint64_t minutes = (whole + 59) / 60;
    if (minutes < 120) return fmt::format("{} min left", minutes);
    return fmt::format("{} h {:02} min left", minutes / 60, minutes % 60);
}

std::string rate_text(double rate) {
    if (rate < 9.95) return fmt::format("{:.1f}/s", rate);
    return with_thousands(static_cast<std::uint64_t>(std::llround(rate))) + "/s";
}

}  // namespace

std::string progress_text(std::uint64_t done, std::uint64_t total, double rate, std::string_view unit) {
    std::string text = with_thousands(done);
    if (total > 0) text += " of " + with_thousands(std::max(total, done));
    if (!unit.empty()) text.append(" ").append(unit);
    if (rate <= 0) return text;
    text += ", " + rate_text(rate);
    const double left = total > done ? static_cast<double>(total - done) / rate : 0;
    if (left > 0 && left < longest) text += ", " + time_left(left);
    return text;
}

LiveLine::LiveLine(const Clock& clock, Duration patience, Write write)
    : clock_(clock), not_before_(clock.now() + patience), write_(std::move(write)) {}

LiveLine LiveLine::on_terminal(const Clock& clock, Duration patience) {
    if (::isatty(STDERR_FILENO) != 1) return {clock, patience, {}};
    const auto writer = std::make_shared<LineWriter>(
        STDERR_FILENO, LineWriter::Options{.room = 4096, .last_patience = writing_takes, .notice = {}});
    return {clock, patience, [writer](std::string_view text) {
                writer->put(text);
                writer->flush();  // so that later output stands behind it
            }};
}

LiveLine::~LiveLine() {
    clear();
}

void LiveLine::show(std::uint64_t done, std::uint64_t total, std::string_view unit) {
    if (!write_) return;
    const Time now = clock_.now();
    if (!samples_.empty() && now - samples_.back().time < between) return;
    const double per_second = rate(now, done);
    if (now < not_before_) return;
    write_(erase + progress_text(done, total, per_second, unit));
    drawn_ = true;
}

void LiveLine::clear() {
    if (write_ && std::exchange(drawn_, false)) write_(erase);
}

double LiveLine::rate(Time now, std::uint64_t done) {
    samples_.push_back({now, done});
    while (now - samples_.front().time > remembered) samples_.pop_front();
    const std::chrono::duration<double> length = now - samples_.front().time;
    if (length.count() <= 0 || done < samples_.front().done) return 0;
    return static_cast<double>(done - samples_.front().done) / length.count();
}

}  // namespace paperround::daemon
