// Mailings, deliveries and attempts on disk: the only SQL of the queue. Each method runs inside the
// transaction its caller has open (or in its own, for reads), so that outcomes, claims and their consequences
// commit together. Not thread-safe: one per connection. Failures are db::Error.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock_jump.hpp"
#include "base/random.hpp"
#include "db/database.hpp"
#include "queue/allowance.hpp"
#include "queue/breaker.hpp"
#include "queue/mailing.hpp"
#include "queue/outcome.hpp"
#include "queue/providers.hpp"
#include "queue/refusal_runs.hpp"
#include "queue/relay_health.hpp"
#include "queue/relay_lessons.hpp"
#include "queue/retry_policy.hpp"
#include "queue/throttle.hpp"

namespace paperround::queue {

struct NewMailing {
    std::string newsletter;
    MailingKind kind = MailingKind::newsletter;
    std::int64_t post_id = 0;
    std::string title;
    std::string key;
    Time not_before{};
    std::vector<std::int64_t> further_posts;  // of a digest, behind post_id, ascending
};

// When a newsletter's next digest is due, by the schedule (in words) that this was taken from.
struct DigestMoment {
    std::string schedule;
    Time next{};
};

struct Addressee {
    std::int64_t subscriber_id = 0;
    std::string address;
};

// A delivery in whatever state, as a person's decision about it needs it.
struct DeliveryRow {
    std::int64_t id = 0;
    std::int64_t subscriber_id = 0;
    std::string recipient;
    DeliveryState state = DeliveryState::queued;
};

// A delivery that was dropped because another mailing heard that the reader's address is bad.
struct DroppedDelivery {
    std::int64_t id = 0;
    std::int64_t mailing_id = 0;
    std::string newsletter;
    std::int64_t subscriber_id = 0;
    DeliveryState before = DeliveryState::queued;
};

// A refusal or an acceptance as it stands in the log.
struct AttemptOnRecord {
    std::int64_t id = 0;
    Time at{};
    std::string relay;
    Delivery delivery;  // as it was claimed, as far as is known
    Outcome outcome;
};

class QueueStore {
  public:
    explicit QueueStore(db::Database& database) : db_(database) {}
    static void migrate(db::Database& database);

    // Nothing where this post has a mailing already: a post is mailed once.
    std::optional<std::int64_t> create_mailing(const NewMailing& mailing, Time now);
    [[nodiscard]] std::optional<Mailing> mailing(std::int64_t id);
    // Done, cancelled, or gone.
    [[nodiscard]] bool is_over(std::int64_t mailing_id);
    // In the order in which they stand in the mail.
    [[nodiscard]] std::vector<std::int64_t> posts_of(const Mailing& mailing);
    [[nodiscard]] std::optional<DigestMoment> digest_moment(std::string_view newsletter);
    void save_digest_moment(std::string_view newsletter, const DigestMoment& moment);
    [[nodiscard]] std::vector<Mailing> mailings(unsigned limit);
    [[nodiscard]] Progress progress(std::int64_t mailing_id);

    // scheduled → fanning for those whose time has come; how many.
    int start_due(Time now);
    // The next to be fanned out first.
    [[nodiscard]] std::vector<Mailing> fanning(unsigned limit);
    // Creates deliveries for addressees in ascending order of subscriber_id and moves the mailing's cursor
    // with them, in one commit: fan-out goes on after a crash where it stood. Known subscribers are passed
    // over.
    void add_deliveries(std::int64_t mailing_id, std::span<const Addressee> addressees, Time now,
                        const Providers& providers = Providers());
    void finish_fan_out(std::int64_t mailing_id, Time now);

    // False where the mailing is in no state for it.
    bool pause(std::int64_t mailing_id, std::string_view reason);
    bool resume(std::int64_t mailing_id, Time now);
    // Nothing more of it is claimed, and what couriers hold is cancelled and returned (see Recall). What
    // waits, a million rows perhaps, is left to sweep_cancelled().
    std::vector<std::int64_t> cancel(std::int64_t mailing_id, Time now);
    // Cancels up to `limit` waiting deliveries of cancelled mailings; how many. The daemon calls it too, so
    // that a command that dies half-way leaves nothing behind.
    int sweep_cancelled(int limit, Time now);
    // A page of a mailing's deliveries in ascending order of subscriber_id.
    [[nodiscard]] std::vector<DeliveryRow> deliveries_after(std::int64_t mailing_id,
                                                            std::int64_t subscriber_id, int limit);
    // Queues those of `ids` that have ended without being sent, with their attempts counted anew, and opens
    // the mailing again; how many.
    int queue_again(std::int64_t mailing_id, std::span<const std::int64_t> ids, Time now);
    // Goes on creating the deliveries of a cancelled mailing, or of one that was cancelled once, where it was
    // broken off.
    void resume_fan_out(std::int64_t mailing_id);
    int pause_newsletter(std::string_view newsletter, std::string_view reason);

    // Makes up to `limit` due deliveries of these newsletters `sending` and returns them: personal mail
    // first, then the mailings in turn, each in the order of due times.
    [[nodiscard]] std::vector<Delivery> claim(std::span<const std::string> newsletters, std::size_t limit,
                                              Time now);
    // The same within limits, see queue/allowance.hpp; the allowance shrinks by what was taken.
    [[nodiscard]] std::vector<Delivery> claim(Allowance& allowance, std::size_t limit, Time now);
    // Whether anything is due of these newsletters, on these shelves or on none, whatever their room.
    [[nodiscard]] bool anything_due(const Allowance& allowance, Time now);
    // Those of `mailings` that are neither fanning nor sending.
    [[nodiscard]] std::vector<std::int64_t> inactive(std::span<const std::int64_t> mailings);
    // Writes the attempt and its consequence for the delivery. A delivery that was cancelled meanwhile stays
    // so, unless the relay had accepted it. True where the delivery is final by this: the caller settles it
    // with its mailing.
    bool record(const Delivery& delivery, const Outcome& outcome, const Step& step, std::string_view relay,
                Time now);
    // Takes `finals` deliveries off the mailing's account; the last one ends the mailing.
    void settle(std::int64_t mailing_id, std::int64_t finals, Time now);
    // A claimed delivery that no courier began goes back untouched.
    void release(std::int64_t delivery_id);

    // After an unclean stop: what was `sending` may have arrived. Each is recorded as a doubt (promise 2).
    int recover_interrupted(const config::Retry& retry, config::OnDoubt on_doubt, Time now, Random& random);

    // The reader left: waiting and held deliveries become `final_state`; of one newsletter, or of all when it
    // is empty. Returns those that couriers hold at this moment.
    std::vector<std::int64_t> withdraw(std::string_view newsletter, std::int64_t subscriber_id,
                                       DeliveryState final_state, Time now);
    // Those of `ids` that are no longer `sending`, or whose mailing is: somebody withdrew or paused them.
    [[nodiscard]] std::vector<std::int64_t> no_longer_sending(std::span<const std::int64_t> ids);
    // Whether another mailing, at least `apart` ago, heard that this address may be bad.
    [[nodiscard]] bool doubted_before(std::int64_t subscriber_id, std::int64_t except_mailing, Time before);

    // When the next waiting delivery or scheduled mailing is due; nothing where none waits (paused ones do
    // not count). `leaves` turns what is due of a newsletter into when it may leave.
    using Leaving = std::function<Time(std::string_view newsletter, MailingKind kind, Time due)>;
    [[nodiscard]] std::optional<Time> next_due(const Leaving& leaves = {});

    // --- Relays; in queue_relays.cpp
    [[nodiscard]] RelayHealth relay_health(std::string_view relay);
    void save_relay_health(std::string_view relay, const RelayHealth& health);
    [[nodiscard]] RelayLessons relay_lessons(std::string_view relay);
    void save_relay_lessons(std::string_view relay, const RelayLessons& lessons);
    // Written by the command line, read by the daemon.
    [[nodiscard]] RelayOrders relay_orders(std::string_view relay);
    void save_relay_orders(std::string_view relay, const RelayOrders& orders);

    // --- Whose fault a refusal was; in queue_refusals.cpp
    // The number of the newest attempt, 0 where there is none.
    [[nodiscard]] std::int64_t last_attempt();
    // The last `limit` attempts, the oldest first.
    [[nodiscard]] std::vector<AttemptOnRecord> last_attempts(int limit);
    // What the mailing's deliveries were told for good since that attempt: they wait again, as if it had not
    // been.
    std::vector<DeliveryRow> take_back(std::int64_t mailing_id, std::int64_t since_attempt, Time now);
    // Deliveries that this relay put off since that attempt: due at once, and no attempt is counted.
    void uncount(std::string_view relay, std::int64_t since_attempt, Time now);
    // Of the mailing and its newsletter's last ones, by samples where they are large. Without its size.
    [[nodiscard]] MailboxAnswers mailbox_answers(std::int64_t mailing_id);
    // How many deliveries the mailing has by now, or a few more, at no cost.
    [[nodiscard]] std::int64_t size_of(std::int64_t mailing_id);
    [[nodiscard]] bool anything_sending(std::int64_t mailing_id);
    // Whether some reader of the mailing has been accepted, as far as its first few thousand show.
    [[nodiscard]] bool anybody_accepted(std::int64_t mailing_id);

    // --- What a bounce drops elsewhere; in queue_drops.cpp
    // `mailing_id` heard that the reader's address is bad: what waits for him in other mailings becomes
    // `suppressed`, for as long as that is believed. What is being sent is left to its own outcome.
    void drop_elsewhere(std::int64_t mailing_id, std::int64_t subscriber_id, Time now);
    // What this mailing's bounces dropped in mailings that are not cancelled; of one reader, or of all.
    [[nodiscard]] std::vector<DroppedDelivery> dropped_by(std::int64_t mailing_id,
                                                          std::optional<std::int64_t> subscriber_id = {});
    // It waits again as it did, unless somebody has done something else with it since.
    void restore(const DroppedDelivery& delivery);
    // The bounces stand, or were undone; up to `limit` are forgotten. How many.
    int forget_drops(std::int64_t mailing_id, int limit);

    // --- Limits; in queue_limits.cpp
    [[nodiscard]] std::vector<Throttle> throttles();
    // Gives a new one its number.
    void save_throttle(Throttle& throttle);
    void remove_throttle(std::int64_t id);
    // Moves up to `limit` deliveries back to where everybody waits; how many.
    int clear_shelf(std::int64_t shelf, int limit);
    // The shelves by the names of their domains and providers.
    struct Shelves {
        std::map<std::string, std::int64_t, std::less<>> domains;
        std::map<std::string, std::int64_t, std::less<>> providers;
        [[nodiscard]] std::int64_t of(std::string_view domain, const Providers& providers) const;
    };
    [[nodiscard]] Shelves shelves();
    // Attempts a second to the domains that count, by the last minute, or the last 2 000 attempts where that
    // is less.
    [[nodiscard]] double recent_rate(const std::function<bool(std::string_view domain)>& counts, Time now);
    [[nodiscard]] Breaker breaker(std::int64_t mailing_id);
    void save_breaker(std::int64_t mailing_id, const Breaker& breaker);
    // Mailings that have ended since their provisional suppressions were last looked at.
    [[nodiscard]] std::vector<std::int64_t> newly_ended(int limit);
    void bounces_stand(std::int64_t mailing_id);

    // --- Mailings that end the process: queue_press.cpp

    // It is being rendered, or its first letter is being made.
    void press_begins(std::int64_t mailing);
    void press_ended(std::int64_t mailing);
    // At a start behind an end that was not clean: what was in the press then, for the second time in a row,
    // is paused, with the reason. Returns those.
    std::vector<std::int64_t> pause_deadly_mailings();

    // --- The daemon's own time: queue_times.cpp

    // A relay has accepted something: mails with our links are out.
    [[nodiscard]] bool anything_sent();
    // When the daemon was last at work; nothing before its first step.
    [[nodiscard]] std::optional<Time> last_seen();
    void seen(Time now);
    // The clock was set: what waits, waits as long as it would have.
    void follow_clock(const ClockJump& jump);
    // Nothing waits longer than these allow: a clock that was ahead left later times.
    void bound_waits(Time latest_delivery, Time latest_relay);
    // Mailings that were planned in what is now the future, and have not begun: when they are to begin is
    // taken from the schedule anew.
    [[nodiscard]] std::vector<Mailing> planned_behind(Time now);
    void plan_again(std::int64_t mailing, Time now, Time not_before);

  private:
    // So many deliveries that had ended wait again; a mailing that was done goes on.
    void reopen(std::int64_t mailing_id, std::int64_t deliveries);

    db::Database& db_;
    std::int64_t last_served_mailing_ = 0;
    std::int64_t last_served_shelf_ = 0;
    std::map<std::int64_t, std::int64_t> provider_turns_;  // provider's throttle → the shelf served last
};

}  // namespace paperround::queue
