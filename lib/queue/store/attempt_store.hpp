// Attempts on disk, as far as a decision needs what servers have said before. Listings read them through
// queue/admin/delivery_log.hpp. Reads only: an attempt is recorded with its delivery. Not thread-safe: one for each connection.
// Failures are db::Error.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.hpp"
#include "queue/mailing.hpp"
#include "queue/outcome.hpp"
#include "queue/policy/refusal_runs.hpp"

namespace paperround::queue {

// A refusal or an acceptance as it stands in the log.
struct AttemptOnRecord {
    std::int64_t id = 0;
    Time at{};
    std::string relay;
    Delivery delivery;  // as it was claimed, as far as is known
    Outcome outcome;
};

class AttemptStore {
  public:
    explicit AttemptStore(db::Database& database) : db_(database) {}

    // The number of the newest attempt, 0 where there is none.
    [[nodiscard]] std::int64_t last_attempt();
    // The last `limit` attempts, the oldest first.
    [[nodiscard]] std::vector<AttemptOnRecord> last_attempts(int limit);
    // Of the mailing and its newsletter's last ones, by samples where they are large. Without its size.
    [[nodiscard]] MailboxAnswers mailbox_answers(std::int64_t mailing_id);
    // Whether some reader of the mailing has been accepted, as far as its first few thousand show.
    [[nodiscard]] bool anybody_accepted(std::int64_t mailing_id);
    // Whether another mailing, at least `apart` ago, heard that this address may be bad.
    [[nodiscard]] bool doubted_before(std::int64_t subscriber_id, std::int64_t except_mailing, Time before);
    // A relay has accepted something: mails with our links are out.
    [[nodiscard]] bool anything_sent();

  private:
    db::Database& db_;
};

}  // namespace paperround::queue
