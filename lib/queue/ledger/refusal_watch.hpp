// Whose fault a refusal is, by who else heard the same words (queue/policy/refusal_runs.hpp): the runs of every relay and
// mailing, and how often readers of a mailing were told that there is no such mailbox. What a step hears is kept once
// the step is on disk. Reads the database, writes nothing; failures are db::Error. The ledger's thread alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "db/database.hpp"
#include "queue/ledger/hand_out.hpp"
#include "queue/limit/allowance.hpp"
#include "queue/limit/providers.hpp"
#include "queue/policy/refusal_runs.hpp"
#include "queue/store/attempt_store.hpp"
#include "queue/store/delivery_store.hpp"
#include "queue/store/mailing_store.hpp"

namespace paperround::queue {

class RefusalWatch {
  public:
    // `relays`: one for each lane. A run that had begun before a restart goes on.
    RefusalWatch(db::Database& database, std::shared_ptr<const Providers> providers,
                 const std::vector<std::string>& relays);

    struct Finding {
        // The refusal was about us: the delivery waits again.
        bool about_us = false;
        // The run that has just shown it, of refusals for good: the mailing is to be stopped. Until the next report.
        const RefusalRuns::Run* refused = nullptr;
        // Likewise of answers for now: the relay's limit, and what it put off may be tried with it.
        const RefusalRuns::Run* put_off = nullptr;
    };
    // What a report says beside what was heard before. Its outcome may become the relay's.
    [[nodiscard]] Finding hear(Report& report, Time now);
    // The report's answer is on record from now on.
    void count_answer(const Report& report);
    // What readers of the mailing were told before the last `answers`, of which `about_mailbox` were about the mailbox.
    [[nodiscard]] MailboxAnswers answers_before(std::int64_t mailing, std::int64_t answers,
                                                std::int64_t about_mailbox);

    // By what this step has heard.
    [[nodiscard]] bool became_suspected(std::size_t lane, std::int64_t mailing) const;
    // Until a run is decided one delivery at a time goes out: the fewer are taken back.
    void limit_suspects(std::size_t lane, Allowance& allowance);

    void begin();  // a step: what the last one heard and did not keep is forgotten
    void keep();   // the step is on disk
    // How many runs are remembered.
    [[nodiscard]] std::size_t runs() const { return runs_.size(); }

  private:
    // By lane and mailing, 0 where it concerns all of the lane's.
    using Key = std::pair<std::size_t, std::int64_t>;
    using Runs = std::map<Key, RefusalRuns>;

    void recall(const std::vector<std::string>& relays);
    void forget_ended_runs();
    [[nodiscard]] RefusalRuns& runs_of(const Key& key);
    [[nodiscard]] Finding hear_refusal(const Report& report, Time now);
    [[nodiscard]] Finding hear_delay(Report& report, Time now);
    [[nodiscard]] RefusalRuns::Finding add_to_run(RefusalRuns& runs, const Report& report,
                                                  std::int64_t attempt, Time at);
    [[nodiscard]] MailboxAnswers& answers_of(std::int64_t mailing);

    MailingStore mailings_;
    DeliveryStore deliveries_;
    AttemptStore attempts_;
    std::shared_ptr<const Providers> providers_;
    Runs runs_;
    std::map<std::int64_t, MailboxAnswers> answers_;  // of mailings for which they were asked
    Runs changed_runs_;                               // in this step
    std::map<std::int64_t, MailboxAnswers> changed_answers_;
};

}  // namespace paperround::queue
