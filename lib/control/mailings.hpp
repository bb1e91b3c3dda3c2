// What a person may ask of mailings: list, show, pause, resume, cancel, retry. Each change is on record. Beside a
// running daemon, whose ledger notices within a fraction of a second. Failures of the database are db::Error.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "control/closing_statement.hpp"
#include "control/desk.hpp"
#include "pipeline/plan/redelivery.hpp"
#include "queue/mailing.hpp"

namespace paperround::control {

struct MailingView {
    queue::Mailing mailing;
    queue::Progress progress;
    std::vector<std::int64_t> posts;  // in the order in which they stand in the mail
    std::optional<Time> opens;        // when its newsletter's send window opens, where it waits for that
    std::optional<ClosingStatement> closing;  // where one mailing was asked for
};

// What was done to a mailing, and its state by now.
struct MailingChange {
    queue::Mailing mailing;
    queue::MailingState now = queue::MailingState::scheduled;
};

struct Retried {
    queue::Mailing mailing;
    queue::MailingState now = queue::MailingState::scheduled;  // where it is paused, what was queued waits on
    pipeline::RedeliveryCount count;
};

class Mailings {
  public:
    explicit Mailings(Desk& desk) : desk_(desk) {}

    // The newest `limit`, the newest first.
    [[nodiscard]] std::vector<MailingView> list(unsigned limit);
    // With its closing statement.
    [[nodiscard]] Answer<MailingView> show(std::int64_t id);
    // Without: for who asks every second.
    [[nodiscard]] Answer<MailingView> look_at(std::int64_t id);

    [[nodiscard]] Answer<MailingChange> pause(std::int64_t id);
    [[nodiscard]] Answer<MailingChange> resume(std::int64_t id);
    // When it returns, nothing of the mailing waits any more.
    [[nodiscard]] Answer<MailingChange> cancel(std::int64_t id);
    [[nodiscard]] Answer<Retried> retry(std::int64_t id, const pipeline::RedeliveryOptions& options);

  private:
    [[nodiscard]] MailingView view_of(queue::Mailing mailing);
    [[nodiscard]] Answer<MailingChange> change(std::int64_t id, std::string_view action,
                                               bool (*work)(Desk&, const queue::Mailing&));
    void sweep_cancelled();

    Desk& desk_;
};

[[nodiscard]] bool is_over(const queue::Mailing& mailing);
// The states of deliveries that a list of words names ("refused, bounced"); those that are sent again by default
// where it is empty. Refuses a word that names no state from which a delivery can be sent again.
[[nodiscard]] Answer<std::set<queue::DeliveryState>> parse_retried_states(std::string_view list);
// One JSON object on a line.
[[nodiscard]] std::string to_json(const MailingView& view);

}  // namespace paperround::control
