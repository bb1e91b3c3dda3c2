// From ready posts to deliveries, on the ledger's thread and inside its commits: a mailing for each ready
// post at its schedule's next moment, then, chunk by chunk, one delivery per active subscriber. Also what a
// refusal means for the audience. Keeps nothing in memory: after a crash it goes on from the mailing's
// cursor.
#pragma once

#include "base/random.hpp"
#include "config/settings.hpp"
#include "db/database.hpp"
#include "pipeline/events.hpp"
#include "queue/ledger.hpp"

namespace paperround::pipeline {

class DeliveryPlanner final : public queue::LedgerDuties {
  public:
    // All must outlive the planner.
    DeliveryPlanner(db::Database& database, const config::Settings& settings, Random& random, Events& events)
        : database_(database), settings_(settings), random_(random), events_(events) {}

    void settle(const queue::Delivery& delivery, const queue::Outcome& outcome, const queue::Step& step,
                Time now) override;
    bool prepare_deliveries(Time now) override;
    void breaker_tripped(std::int64_t mailing_id) override;

  private:
    void plan_ready_posts(Time now);
    // True where more is left.
    bool fan_out_some(Time now);
    // What mailings that have ended said about addresses stands now; true where more is left.
    bool confirm_some();
    void suppress(const queue::Delivery& delivery, const queue::Outcome& outcome, Time now);

    db::Database& database_;
    const config::Settings& settings_;
    Random& random_;
    Events& events_;
};

}  // namespace paperround::pipeline
