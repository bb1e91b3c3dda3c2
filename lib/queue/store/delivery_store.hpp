// Deliveries on disk: made by the fan-out, recorded when their attempts have ended, withdrawn, sent again. How they
// are claimed: queue/ledger/claim.hpp.
// Writes inside the transaction that its caller has open. Not thread-safe: one for each connection. Failures are
// db::Error.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "db/database.hpp"
#include "queue/limit/providers.hpp"
#include "queue/mailing.hpp"
#include "queue/outcome.hpp"
#include "queue/policy/retry_policy.hpp"

namespace paperround::queue {

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

// A report that came back says that a message did not arrive.
struct LaterBounce {
    std::int64_t delivery_id = 0;
    std::int64_t mailing_id = 0;
    std::int64_t tries = 0;   // of the delivery
    std::string_view source;  // where the report came from; stands in the log in place of a relay
    int code = 0;
    std::string_view enhanced;
    std::string_view text;
};

class DeliveryStore {
  public:
    explicit DeliveryStore(db::Database& database) : db_(database) {}

    // Creates deliveries for addressees in ascending order of subscriber_id and moves the mailing's cursor
    // with them, in one commit: fan-out goes on after a crash where it stood. Known subscribers are passed
    // over.
    void add_deliveries(std::int64_t mailing_id, std::span<const Addressee> addressees, Time now,
                        const Providers& providers = Providers());
    // Whether the reader's copy waits for its time, or is being sent, in a mailing that is not over. One that a person
    // holds is not meant.
    [[nodiscard]] bool is_on_its_way(std::int64_t mailing_id, std::int64_t subscriber_id);
    [[nodiscard]] Progress progress(std::int64_t mailing_id);
    // A page of a mailing's deliveries in ascending order of subscriber_id.
    [[nodiscard]] std::vector<DeliveryRow> deliveries_after(std::int64_t mailing_id,
                                                            std::int64_t subscriber_id, int limit);
    // Writes the attempt and its consequence for the delivery. A delivery that was cancelled meanwhile stays
    // so, unless the relay had accepted it. True where the delivery is final by this: the caller settles it
    // with its mailing.
    bool record(const Delivery& delivery, const Outcome& outcome, const Step& step, std::string_view relay,
                Time now);
    // A delivery that a relay has accepted, or may have, becomes `bounced`, and the log says why. False where it was
    // not accepted, or has bounced already.
    bool record_later_bounce(const LaterBounce& bounce, Time now);
    // A claimed delivery that no courier began goes back untouched.
    void release(std::int64_t delivery_id);
    // After an unclean stop: what was `sending` may have arrived. Each is recorded as a doubt (promise 2), without those
    // of `known`, in ascending order.
    int recover_interrupted(const config::Retry& retry, config::OnDoubt on_doubt, Time now, Random& random,
                            std::span<const std::int64_t> known = {});
    struct Claimed {
        Delivery delivery;
        DeliveryState state = DeliveryState::sending;
    };
    // The delivery that was claimed with this number of tries on record, for this reader, and of which no attempt was
    // recorded since. Somebody may have withdrawn it meanwhile, or queued it again.
    [[nodiscard]] std::optional<Claimed> find_claimed(std::int64_t delivery_id, std::int64_t mailing_id,
                                                      std::int64_t subscriber_id, std::int64_t tries);
    // What waits, or is held, is `sending` again: its attempt was made and is about to be recorded.
    void take_up(std::int64_t delivery_id);
    // The reader left: waiting and held deliveries become `final_state`; of one newsletter, or of all when it
    // is empty. Returns those that couriers hold at this moment.
    std::vector<std::int64_t> withdraw(std::string_view newsletter, std::int64_t subscriber_id,
                                       DeliveryState final_state, Time now);
    // The reader's deliveries that are not final, in mailings that are not over.
    [[nodiscard]] std::int64_t count_open(std::int64_t subscriber_id);
    // Those of `ids` that are no longer `sending`, or whose mailing is: somebody withdrew or paused them.
    [[nodiscard]] std::vector<std::int64_t> no_longer_sending(std::span<const std::int64_t> ids);
    // Cancels up to `limit` waiting deliveries of cancelled mailings; how many. The daemon calls it too, so
    // that a command that dies half-way leaves nothing behind.
    int sweep_cancelled(int limit, Time now);
    // Queues those of `ids` that have ended without being sent, with their attempts counted anew, and opens
    // the mailing again; how many.
    int queue_again(std::int64_t mailing_id, std::span<const std::int64_t> ids, Time now);
    // What the mailing's deliveries were told for good since that attempt: they wait again, as if it had not
    // been.
    std::vector<DeliveryRow> take_back(std::int64_t mailing_id, std::int64_t since_attempt, Time now);
    // Deliveries that this relay put off since that attempt: due at once, and no attempt is counted.
    void uncount(std::string_view relay, std::int64_t since_attempt, Time now);
    // How many deliveries the mailing has by now, or a few more, at no cost.
    [[nodiscard]] std::int64_t size_of(std::int64_t mailing_id);
    [[nodiscard]] bool anything_sending(std::int64_t mailing_id);
    [[nodiscard]] bool anything_sending();  // of any mailing
    // When the next waiting delivery or scheduled mailing is due; nothing where none waits (paused ones do
    // not count). `leaves` turns what is due of a newsletter into when it may leave.
    using Leaving = std::function<Time(std::string_view newsletter, MailingKind kind, Time due)>;
    [[nodiscard]] std::optional<Time> next_due(const Leaving& leaves = {});

  private:
    bool record_though_withdrawn(const Delivery& delivery, const Outcome& outcome, const Step& step);
    std::string words_about_withdrawn(const Delivery& delivery, const Outcome& outcome);

    db::Database& db_;
};

}  // namespace paperround::queue
