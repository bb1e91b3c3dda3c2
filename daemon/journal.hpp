// The daemon's log (spdlog): for people on a terminal, otherwise lines with a `<priority>` prefix for
// journald. Every line about a delivery names its mailing and recipient. Nothing that holds a secret is ever
// passed in. Lines are written by their own thread (daemon/line_writer.hpp), so that logging never waits for
// a reader.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/mutex.hpp"
#include "pipeline/events.hpp"
#include "public/confirmations.hpp"

namespace spdlog {
class logger;
}

namespace paperround::daemon {

// Logs to standard error; its destructor writes remaining lines, for at most a second. Throws
// std::system_error if no thread can be started. `live`: a live line (daemon/live_line.hpp) may be on the
// terminal; each line of the log overwrites it.
[[nodiscard]] std::shared_ptr<spdlog::logger> make_logger(bool verbose, bool live = false);

class Journal final : public pipeline::Events, public pages::ConfirmationEvents {
  public:
    explicit Journal(std::shared_ptr<spdlog::logger> logger) : logger_(std::move(logger)) {}

    // Since the daemon's start.
    [[nodiscard]] std::uint64_t sent() const { return sent_; }
    [[nodiscard]] std::uint64_t failed() const { return failed_; }
    // The mailings of which a delivery has failed since the daemon's start.
    [[nodiscard]] std::set<std::int64_t> failed_mailings() const;
    // Whether the last write of the ledger, or of a poll, failed.
    [[nodiscard]] bool cannot_write() const { return ledger_fails_ || polls_fail_; }
    // Whether the database's files were replaced while they were open.
    [[nodiscard]] bool replaced() const { return replaced_; }
    // Another service begins; none of its writes has failed yet.
    void begin_afresh() { ledger_fails_ = polls_fail_ = false; }

    void polled(const config::Newsletter& newsletter, const config::Source& source,
                const post::PollResult& result) override;
    void poll_failed_to_write(const config::Newsletter& newsletter, std::string_view reason) override;
    void pushed(const config::Newsletter& newsletter, const config::Source& source,
                const post::IntakeResult& result) override;
    void websub(const websub::WebSubEvent& event) override;
    void mailing_planned(std::string_view newsletter, std::string_view title, Time not_before) override;
    void digest_skipped(std::string_view newsletter, std::size_t waiting) override;
    void fan_out_finished(std::string_view newsletter, std::int64_t mailing_id) override;
    void recovered(int deliveries) override;
    void recovered_by_recorder(int answered, int not_begun) override;
    void no_flight_recorder(std::string_view why) override;
    void pictures_lost(const queue::Mailing& mailing, const std::vector<std::string>& lines) override;
    void clock_set(Duration by) override;
    void overlap_failed(std::string_view relay, const queue::Outcome& outcome) override;
    void relay_silent(const config::Relay& relay) override;
    void connection_broke(std::string_view relay, const queue::Outcome& outcome) override;
    void recorded(const queue::Delivery& delivery, const queue::Outcome& outcome, const queue::Step& step,
                  std::string_view relay) override;
    void relay_down(std::string_view relay, const queue::RelayHealth& health) override;
    void relay_up(std::string_view relay) override;
    void paused(std::int64_t mailing_id, std::string_view newsletter, std::string_view reason) override;
    void no_longer_failed(std::size_t deliveries) override;
    void domain_slowed(std::string_view domain, double per_second, std::string_view words) override;
    void report_taken(std::string_view mailbox, const pipeline::TakenReport& taken) override;
    void report_unreadable(std::string_view mailbox, std::string_view mail, std::string_view why) override;
    void bounce_mailbox(std::string_view mailbox, std::string_view trouble) override;
    void webhook_subscription(std::string_view webhook, bool may_send) override;
    void resolver_down() override;
    void resolver_up() override;
    void domain_restored(std::string_view domain) override;
    void relay_slowed(std::string_view relay, double per_second, std::string_view words) override;
    void relay_restored(std::string_view relay) override;
    void connections_learned(std::string_view relay, unsigned connections, std::string_view words) override;
    void messages_learned(std::string_view relay, unsigned messages, std::string_view words) override;
    void relay_paused(std::string_view relay) override;
    void relay_resumed(std::string_view relay) override;
    void relay_forgotten(std::string_view relay) override;
    void write_failed(std::string_view reason) override;
    void write_resumed() override;
    void database_replaced() override;
    void confirmation_tried(const pages::ConfirmationTried& tried) override;
    void confirmations_in_doubt(std::size_t mails) override;
    void confirmations_stuck(const std::string& why) override;

  private:
    void tell_intake(const std::string& what, const post::IntakeResult& result);
    std::shared_ptr<spdlog::logger> logger_;
    std::atomic<std::uint64_t> sent_ = 0;
    std::atomic<std::uint64_t> failed_ = 0;
    mutable Mutex mutex_;
    std::set<std::int64_t> failed_mailings_ GUARDED_BY(mutex_);
    // Connections, by relay.
    std::map<std::string, std::uint64_t, std::less<>> broken_ GUARDED_BY(mutex_);
    std::atomic<bool> ledger_fails_ = false;
    std::atomic<bool> polls_fail_ = false;
    std::atomic<bool> replaced_ = false;
};

}  // namespace paperround::daemon
