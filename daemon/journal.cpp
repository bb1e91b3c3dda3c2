#include "daemon/journal.hpp"

#include <spdlog/details/os.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>

#include "base/text.hpp"
#include "base/text/date_time.hpp"
#include "base/text/duration.hpp"
#include "base/text/rate.hpp"
#include "base/text/terminal_text.hpp"
#include "daemon/line_writer.hpp"
#include "queue/reply_line.hpp"

namespace paperround::daemon {

namespace {

// journald reads a line's priority from `<N>` at its start (sd-daemon(3)).
class PriorityFlag final : public spdlog::custom_flag_formatter {
  public:
    void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
        const std::string_view prefix = prefix_of(message.level);
        out.append(prefix.data(), prefix.data() + prefix.size());
    }
    [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override {
        return std::make_unique<PriorityFlag>();
    }

  private:
    static std::string_view prefix_of(spdlog::level::level_enum level) {
        switch (level) {
            case spdlog::level::critical:
                return "<2>";
            case spdlog::level::err:
                return "<3>";
            case spdlog::level::warn:
                return "<4>";
            case spdlog::level::info:
                return "<6>";
            default:
                return "<7>";
        }
    }
};

// The text of the line. Replies, titles and addresses come from outside: they must not act on the terminal,
// now or when somebody reads the journal.
class SafeLine final : public spdlog::custom_flag_formatter {
  public:
    void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
        const std::string line = terminal_text({message.payload.data(), message.payload.size()});
        out.append(line.data(), line.data() + line.size());
    }
    [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override {
        return std::make_unique<SafeLine>();
    }
};

std::unique_ptr<spdlog::pattern_formatter> formatter_of(const std::string& pattern) {
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    formatter->add_flag<PriorityFlag>('*').add_flag<SafeLine>('v').set_pattern(pattern);
    return formatter;
}

std::string_view colour_of(spdlog::level::level_enum level) {
    switch (level) {
        case spdlog::level::critical:
            return "\033[1m\033[41m";
        case spdlog::level::err:
            return "\033[31m\033[1m";
        case spdlog::level::warn:
            return "\033[33m\033[1m";
        case spdlog::level::info:
            return "\033[32m";
        default:
            return "\033[36m";
    }
}

// One line, ready to be written, with colour where the pattern asks for it.
std::string line_of(spdlog::formatter& formatter, const spdlog::details::log_msg& message) {
    spdlog::memory_buf_t formatted;
    formatter.format(message, formatted);
    std::string line(formatted.data(), formatted.size());
    if (message.color_range_end > message.color_range_start) {
        line.insert(message.color_range_end, "\033[m");
        line.insert(message.color_range_start, colour_of(message.level));
    }
    return line;
}

// Writes to standard error without waiting for it.
class QueuedSink final : public spdlog::sinks::base_sink<std::mutex> {
  public:
    explicit QueuedSink(const std::string& pattern)
        : base_sink(formatter_of(pattern)),
          writer_(STDERR_FILENO,
                  {.notice = [formatter = std::shared_ptr(formatter_of(pattern))](std::uint64_t lost) {
                      const std::string words =
                          lost == 1 ? "1 line was lost while nobody read it"
                                    : with_thousands(lost) + " lines were lost while nobody read them";
                      return line_of(*formatter, spdlog::details::log_msg("", spdlog::level::warn, words));
                  }}) {}

  private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        writer_.put(line_of(*formatter_, message));
    }
    void flush_() override { writer_.flush(); }

    LineWriter writer_;
};

spdlog::level::level_enum level_of(queue::DeliveryState state, queue::OutcomeKind kind) {
    using queue::DeliveryState;
    // One line about the relay is enough.
    if (queue::is_relay_limit(kind) || kind == queue::OutcomeKind::relay_quota ||
        kind == queue::OutcomeKind::session_broken)
        return spdlog::level::debug;
    switch (state) {
        case DeliveryState::sent:
            return spdlog::level::debug;
        case DeliveryState::held:
        case DeliveryState::in_doubt:
        case DeliveryState::expired:
            return spdlog::level::warn;
        default:
            return spdlog::level::info;
    }
}

}  // namespace

std::shared_ptr<spdlog::logger> make_logger(bool verbose, bool live) {
    // Standard error, because standard output is for what commands print.
    const bool terminal = ::isatty(STDERR_FILENO) == 1;
    const std::string pattern =
        terminal
            ? std::string(live ? "\r\033[K" : "") +
                  (spdlog::details::os::is_color_terminal() ? "%H:%M:%S %^%-7l%$ %v" : "%H:%M:%S %-7l %v")
            : "%*%v";
    auto logger = std::make_shared<spdlog::logger>("paperround", std::make_shared<QueuedSink>(pattern));
    logger->set_level(verbose ? spdlog::level::debug : spdlog::level::info);
    return logger;
}

void Journal::polled(const config::Newsletter& newsletter, const config::Source& source,
                     const post::PollResult& result) {
    polls_fail_ = false;
    const std::string what = fmt::format("{}: {}", newsletter.name, source.location);
    for (const auto& warning : result.warnings) logger_->warn("{}: {}", what, warning.to_line());
    if (!result.error.empty()) {
        logger_->warn("{}: {}; {}", what, result.error,
                      result.next_poll ? "next try " + format_rfc3339(*result.next_poll) : "not asked again");
        return;
    }
    if (!result.moved_to.empty()) logger_->warn("{}: is read at {} from now on", what, result.moved_to);
    tell_intake(what, result);
}

void Journal::tell_intake(const std::string& what, const post::IntakeResult& result) {
    if (!result.ready.empty()) logger_->info("{}: {} new posts", what, result.ready.size());
    if (result.recorded > 0)
        logger_->info("{}: {} posts recorded as known, not to be sent", what, result.recorded);
    for (const std::string& note : result.notes) logger_->info("{}: {}", what, note);
    if (result.changed > 0) logger_->info("{}: {} posts changed before they were sent", what, result.changed);
    if (result.withdrawn > 0)
        logger_->info("{}: {} posts withdrawn by their source, not to be sent", what, result.withdrawn);
    if (!result.held.empty()) {
        logger_->warn("{}: {} posts held for approval, see `paperround posts`", what, result.held.size());
    }
}

void Journal::pushed(const config::Newsletter& newsletter, const config::Source& source,
                     const post::IntakeResult& result) {
    const std::string what = fmt::format("{}: {}", newsletter.name, source.location);
    if (result.ready.empty() && result.held.empty())
        logger_->info("{}: pushed by its hub, nothing new", what);
    tell_intake(what, result);
}

void Journal::websub(const websub::WebSubEvent& event) {
    using enum websub::WebSubEvent::Kind;
    const std::string what = fmt::format("{}: {}: hub {}", event.newsletter, event.location, event.hub);
    const std::string until = event.until ? format_rfc3339(*event.until) : "";
    const std::string why = event.detail.empty() ? "" : ": " + event.detail;
    switch (event.kind) {
        case asked:
            return logger_->info("{}: asked, its verification is awaited", what);
        case call_failed:
            return logger_->warn("{}: could not be asked{}; next try {}, polled as before", what, why, until);
        case active:
            return logger_->info("{}: pushes until {}, polled slowly meanwhile", what, until);
        case denied:
            return logger_->warn("{}: denies the subscription{}; next try {}, polled as before", what, why,
                                 until);
        case lapsed:
            return logger_->warn("{}: the subscription has lapsed{}; polled as before", what, why);
        case unsubscribed:
            return logger_->info("{}: unsubscribed{}", what, why);
        case given_up:
            return logger_->warn("{}: could not be unsubscribed from{}; the subscription will lapse", what,
                                 why);
        case passed_over:
            return logger_->warn("{}: a push is passed over{}", what, why);
    }
}

void Journal::poll_failed_to_write(const config::Newsletter& newsletter, std::string_view reason) {
    polls_fail_ = true;
    logger_->error("{}: what a poll found could not be stored and will be fetched again: {}", newsletter.name,
                   reason);
}

void Journal::mailing_planned(std::string_view newsletter, std::string_view title, Time not_before) {
    logger_->info("{}: mailing \"{}\" goes out from {}", newsletter, title, format_rfc3339(not_before));
}

void Journal::digest_skipped(std::string_view newsletter, std::size_t waiting) {
    if (waiting == 0) {
        logger_->info("{}: no digest: nothing new", newsletter);
    } else {
        logger_->info("{}: no digest: {} posts are fewer than at_least, and wait for the next", newsletter,
                      waiting);
    }
}

void Journal::fan_out_finished(std::string_view newsletter, std::int64_t mailing_id) {
    logger_->info("{}: mailing {}: every subscriber has a delivery", newsletter, mailing_id);
}

void Journal::recovered(int deliveries) {
    logger_->warn(
        "the last run ended in the middle of {} deliveries: they may have arrived and are recorded as in "
        "doubt",
        deliveries);
}

void Journal::recovered_by_recorder(int answered, int not_begun) {
    logger_->warn(
        "the last run was ended with {} outcomes that were not on record yet, and are recorded now, and {} deliveries "
        "that were not begun, and wait again",
        answered, not_begun);
}

void Journal::no_flight_recorder(std::string_view why) {
    logger_->warn(
        "there is no flight recorder, so a crash leaves all deliveries that are under way in doubt, up to doubt_window: "
        "{}",
        why);
}

void Journal::pictures_lost(const queue::Mailing& mailing, const std::vector<std::string>& lines) {
    for (const std::string& line : lines)
        logger_->warn("{}: mailing {} (\"{}\"): {}", mailing.newsletter, mailing.id, mailing.title, line);
}

void Journal::clock_set(Duration by) {
    logger_->warn("the clock was set {} by {}: what waits for a time, waits as long as it would have",
                  by < Duration(0) ? "back" : "ahead", format_duration(std::chrono::abs(by)));
}

void Journal::overlap_failed(std::string_view relay, const queue::Outcome& outcome) {
    logger_->warn(
        "relay {}: it does not cope with an envelope behind a final dot ({}): `pipelining: across` is off "
        "for it "
        "until the next start, and `within` is what to set",
        relay, queue::reply_line(outcome));
}

void Journal::relay_silent(const config::Relay& relay) {
    logger_->warn(
        "relay {}: {} port {} took the connection and has said nothing yet; its greeting is waited for. If "
        "TLS comes first on that port, begin the url with smtps://",
        relay.name, relay.host, relay.port);
}

// Logs the first, tenth, hundredth breaking connection and so on: a network that loses one in a hundred
// should be reported, but not each time.
void Journal::connection_broke(std::string_view relay, const queue::Outcome& outcome) {
    const std::uint64_t count = [&] {
        const Lock lock(mutex_);
        return ++broken_[std::string(relay)];
    }();
    std::uint64_t told = 1;
    while (told < count) told *= 10;
    if (told != count) return;
    logger_->warn(
        "relay {}: {} broke ({}: {}): what was on its way goes over another one, and "
        "nobody's attempt is counted",
        relay, count == 1 ? "a connection" : fmt::format("{} connections since the start", count),
        queue::to_string(outcome.stage), queue::reply_line(outcome));
}

void Journal::recorded(const queue::Delivery& delivery, const queue::Outcome& outcome,
                       const queue::Step& step, std::string_view relay) {
    using queue::DeliveryState;
    if (step.state == DeliveryState::sent) ++sent_;
    const bool failed = step.state == DeliveryState::bounced || step.state == DeliveryState::refused ||
                        step.state == DeliveryState::expired;
    if (failed) {
        ++failed_;
        const Lock lock(mutex_);
        failed_mailings_.insert(delivery.mailing_id);
    }
    logger_->log(level_of(step.state, outcome.kind), "mailing {} to {}: {} ({}, attempt {}, {}): {}",
                 delivery.mailing_id, delivery.recipient, queue::to_string(step.state), relay,
                 delivery.tries + 1, queue::to_string(outcome.stage), queue::reply_line(outcome));
}

// Some of these deliveries may have failed in an earlier run, so do not count below zero. Called only by the
// ledger, like recorded().
void Journal::no_longer_failed(std::size_t deliveries) {
    failed_ -= std::min<std::uint64_t>(failed_, deliveries);
}

std::set<std::int64_t> Journal::failed_mailings() const {
    const Lock lock(mutex_);
    return failed_mailings_;
}

void Journal::relay_down(std::string_view relay, const queue::RelayHealth& health) {
    if (health.resting) {
        logger_->warn(
            "relay {}: what it lets us send for now is used up: {}; it rests, and is tried from {} on, less "
            "and less often; nobody's attempt is counted",
            relay, health.reason, health.next_attempt ? format_rfc3339(*health.next_attempt) : "now");
        return;
    }
    logger_->warn("relay {}: {}; next try {}", relay, health.reason,
                  health.next_attempt ? format_rfc3339(*health.next_attempt) : "at once");
}

void Journal::relay_up(std::string_view relay) {
    logger_->info("relay {}: works again", relay);
}

void Journal::paused(std::int64_t mailing_id, std::string_view newsletter, std::string_view reason) {
    logger_->error("{}: mailing {} is paused: {}; `paperround mailings resume {}` goes on", newsletter,
                   mailing_id, reason, mailing_id);
}

void Journal::domain_slowed(std::string_view domain, double per_second, std::string_view words) {
    logger_->warn("{} asks for less and gets {} for now: {}", domain, format_per_second(per_second), words);
}

void Journal::resolver_down() {
    logger_->warn(
        "the name server does not answer questions about recipient domains; what is new among them counts "
        "for itself, and nothing waits");
}

void Journal::resolver_up() {
    logger_->info("the name server answers again");
}

void Journal::domain_restored(std::string_view domain) {
    logger_->info("{} is as fast again as it was", domain);
}

void Journal::relay_slowed(std::string_view relay, double per_second, std::string_view words) {
    logger_->warn("relay {}: asks for less and gets {} for now, more step by step: {}", relay,
                  format_per_second(per_second), words);
}

void Journal::relay_restored(std::string_view relay) {
    logger_->info("relay {}: has not asked for less for a day, and gets all again", relay);
}

void Journal::connections_learned(std::string_view relay, unsigned connections, std::string_view words) {
    logger_->warn("relay {}: takes no more than {} connection{} at a time, and gets so many: {}", relay,
                  connections, connections == 1 ? "" : "s", words);
}

void Journal::messages_learned(std::string_view relay, unsigned messages, std::string_view words) {
    logger_->info("relay {}: takes no more than {} message{} in a session, and gets so many: {}", relay,
                  messages, messages == 1 ? "" : "s", words);
}

void Journal::relay_paused(std::string_view relay) {
    logger_->warn("relay {}: is paused and gets nothing; `paperround relays resume {}` goes on", relay,
                  relay);
}

void Journal::relay_resumed(std::string_view relay) {
    logger_->info("relay {}: is no longer paused", relay);
}

void Journal::relay_forgotten(std::string_view relay) {
    logger_->info("relay {}: what was learned of its limits is forgotten", relay);
}

void Journal::write_failed(std::string_view reason) {
    ledger_fails_ = true;
    logger_->critical("{}; nothing new is sent until it can be written, nothing is lost", reason);
}

void Journal::database_replaced() {
    replaced_ = true;
    logger_->critical(
        "the database's files were replaced or removed while they were open: nothing more is sent, and the "
        "daemon ends, so that the next start reads what is there now. Stop it before you restore a backup");
}

void Journal::write_resumed() {
    ledger_fails_ = false;
    logger_->warn("the database can be written again; sending goes on");
}

// The address is that of somebody who reads nothing yet, and is logged as a reader's is.
void Journal::confirmation_tried(const pages::ConfirmationTried& tried) {
    const auto& request = tried.request;
    const std::string_view became = request.state == audience::JoinState::sent     ? "sent"
                                    : request.state == audience::JoinState::failed ? "given up"
                                                                                   : "tried again later";
    const auto level = request.state == audience::JoinState::sent ? spdlog::level::info : spdlog::level::warn;
    logger_->log(level, "{}: the mail that asks {} to confirm: {} ({}, {}): {}", request.newsletter,
                 request.address, became, tried.relay.empty() ? "no relay" : tried.relay,
                 queue::to_string(tried.outcome.stage), queue::reply_line(tried.outcome));
}

void Journal::confirmations_in_doubt(std::size_t mails) {
    logger_->warn(
        "the last run ended in the middle of {} mails that ask to confirm: they may have arrived, and are sent "
        "once more",
        mails);
}

void Journal::confirmations_stuck(const std::string& why) {
    logger_->error("the mails that ask to confirm: {}; tried again", why);
}

}  // namespace paperround::daemon
