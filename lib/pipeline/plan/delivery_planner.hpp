// Turns ready posts into deliveries, on the ledger's thread and inside its commits. When the schedule's
// moment has come and the window is open, it makes a mailing of each ready post, or a digest of all; then,
// chunk by chunk, one delivery per active subscriber. Until that moment a post follows its source. It also
// applies to the audience what a refusal means. Welcome series: pipeline/plan/series_planner.hpp.
//
// A mailing is fanned out once it is rendered (pipeline/press/rendering_ahead.hpp), so claimed deliveries can
// be composed at once. The domains of a mailing's readers are looked up during the fan-out. If a provider is
// limited, a chunk with new domains waits a little for the look-up, so that a first mailing keeps within the
// limit too.
//
// Only this waiting is kept in memory: after a crash the fan-out continues at the mailing's cursor. A
// mailing, the state of its posts and a digest's next moment are one commit, so a post is in one mailing, and
// a moment makes one digest. If a moment passed while the daemon was down, its digest is late.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "config/settings.hpp"
#include "db/database.hpp"
#include "pipeline/events.hpp"
#include "pipeline/plan/departure_groups.hpp"
#include "pipeline/plan/provider_lookup.hpp"
#include "pipeline/plan/series_planner.hpp"
#include "pipeline/press/rendering_ahead.hpp"
#include "post/post_store.hpp"
#include "queue/ledger/ledger.hpp"
#include "queue/store/digest_store.hpp"
#include "queue/store/drop_store.hpp"

namespace paperround::pipeline {

// The posts that a digest of the newsletter would contain now, oldest first; possibly fewer than its
// at_least.
[[nodiscard]] std::vector<post::StoredPost> digest_posts(db::Database& database,
                                                         const config::Newsletter& newsletter, Time now);

class DeliveryPlanner final : public queue::LedgerDuties {
  public:
    // All arguments must outlive the planner. Without a lookup each domain counts for itself; without
    // `letters` the first composer of a mailing renders it; without `departures` no page asks.
    DeliveryPlanner(db::Database& database, const config::Settings& settings, Random& random, Events& events,
                    std::shared_ptr<const queue::Providers> providers = std::make_shared<queue::Providers>(),
                    ProviderLookup* lookup = nullptr, RenderingAhead* letters = nullptr,
                    DepartureGroups* departures = nullptr);

    void settle(const queue::Delivery& delivery, const queue::Outcome& outcome, const queue::Step& step,
                Time now) override;
    queue::Remaining prepare_deliveries(Time now) override;
    void write_for_others(Time now) override;
    void committed() override;
    void rolled_back(const db::Error& error) override;
    void breaker_tripped(std::int64_t mailing_id) override;
    void taken_back(std::int64_t mailing_id, std::span<const queue::DeliveryRow> deliveries,
                    Time now) override;

  private:
    void plan_ready_posts(Time now);
    queue::Remaining plan_series(Time now);
    [[nodiscard]] bool letters_wait(std::int64_t mailing, bool made_now,
                                    std::span<const queue::Addressee> addressees);
    void plan_each(const config::Newsletter& newsletter, Time now);
    void plan_digest(const config::Newsletter& newsletter, Time now);
    [[nodiscard]] queue::DigestMoment moment_of(const config::Newsletter& newsletter, Time now);
    void pass_moment(const config::Newsletter& newsletter, Time now);
    [[nodiscard]] bool waits_for_pictures(const post::StoredPost& post, Time now) const;
    void plan(const config::Newsletter& newsletter, std::span<const post::StoredPost> posts, Time now);
    enum class FanOut { waits_for_commit, waits_for_letter, waits_for_lookup, has_more, finished };
    queue::Remaining fan_out_some(Time now);
    FanOut fan_out(const queue::Mailing& mailing, Time now);
    [[nodiscard]] bool waits_for_lookup(std::int64_t mailing, Time now) const;
    bool looks_up_first(std::int64_t mailing, std::span<const queue::Addressee> addressees, Time now);
    // Makes final what ended mailings have suppressed; true if there is more to do.
    bool confirm_some();
    void suppress(const queue::Delivery& delivery, const queue::Outcome& outcome, Time now);
    // Queues deliveries again that were dropped because of a bounce that proved wrong, except to readers who
    // have left since.
    void restore(std::span<const queue::DroppedDelivery> dropped);

    db::Database& database_;
    const config::Settings& settings_;
    Random& random_;
    Events& events_;
    std::shared_ptr<const queue::Providers> providers_;
    ProviderLookup* lookup_;
    RenderingAhead* letters_;
    DepartureGroups* departures_;
    Time now_{};  // of the current commit
    SeriesPlanner series_;
    std::set<std::int64_t> uncommitted_;  // mailings that the current commit makes
    // State of the look-up for a mailing's fan-out.
    struct Lookup {
        std::optional<Time> began;   // when a chunk began to wait
        bool waited_enough = false;  // a chunk waited in vain; the others do not wait
    };
    std::map<std::int64_t, Lookup> lookups_;
};

}  // namespace paperround::pipeline
