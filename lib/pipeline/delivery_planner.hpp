// From ready posts to deliveries, on the ledger's thread and inside its commits: when the schedule's moment
// has come and the window is open a mailing for each ready post, or a digest of all; then, chunk by chunk,
// one delivery per active subscriber. Until that moment a post is ready, and follows its source. Also what a
// refusal means for the audience.
//
// A mailing is fanned out once its letter is made (pipeline/rendering_ahead.hpp): deliveries that are claimed
// can be composed at once. The domains of a mailing's readers are looked up as it fans out. Where a provider
// is limited, a chunk whose domains are new waits for that a little, so that a first mailing keeps within the
// limit too.
//
// Keeps nothing else in memory: after a crash it goes on from the mailing's cursor. A mailing, the state of
// its posts and a digest's next moment are one commit, so a post is in one mailing, and a moment makes one
// digest. A moment that passed while the daemon was down makes its digest late.
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
#include "pipeline/provider_lookup.hpp"
#include "pipeline/rendering_ahead.hpp"
#include "post/post_store.hpp"
#include "queue/ledger.hpp"

namespace paperround::pipeline {

// What a digest of the newsletter would hold now, oldest first; perhaps fewer than its at_least.
[[nodiscard]] std::vector<post::StoredPost> digest_posts(db::Database& database,
                                                         const config::Newsletter& newsletter, Time now);

class DeliveryPlanner final : public queue::LedgerDuties {
  public:
    // All must outlive the planner. Without a lookup each domain counts for itself; without `letters` whoever
    // composes a mailing first makes its letter.
    DeliveryPlanner(db::Database& database, const config::Settings& settings, Random& random, Events& events,
                    std::shared_ptr<const queue::Providers> providers = std::make_shared<queue::Providers>(),
                    ProviderLookup* lookup = nullptr, RenderingAhead* letters = nullptr);

    void settle(const queue::Delivery& delivery, const queue::Outcome& outcome, const queue::Step& step,
                Time now) override;
    queue::Remaining prepare_deliveries(Time now) override;
    void breaker_tripped(std::int64_t mailing_id) override;
    void taken_back(std::int64_t mailing_id, std::span<const queue::DeliveryRow> deliveries,
                    Time now) override;

  private:
    void plan_ready_posts(Time now);
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
    // What mailings that have ended said about addresses stands now; true where more is left.
    bool confirm_some();
    void suppress(const queue::Delivery& delivery, const queue::Outcome& outcome, Time now);
    // What was dropped because of a bounce that is not believed waits again, but for who has left since.
    void restore(std::span<const queue::DroppedDelivery> dropped);

    db::Database& database_;
    const config::Settings& settings_;
    Random& random_;
    Events& events_;
    std::shared_ptr<const queue::Providers> providers_;
    ProviderLookup* lookup_;
    RenderingAhead* letters_;
    std::set<std::int64_t> uncommitted_;  // mailings that the commit under way makes
    // Of the mailings that fan out.
    struct Lookup {
        std::optional<Time> began;   // of the chunk that waits for it
        bool waited_enough = false;  // it took too long for one
    };
    std::map<std::int64_t, Lookup> lookups_;
};

}  // namespace paperround::pipeline
