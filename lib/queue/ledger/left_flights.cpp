#include "queue/ledger/left_flights.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "base/address/mailbox.hpp"
#include "queue/policy/retry_policy.hpp"
#include "queue/store/delivery_store.hpp"
#include "queue/store/mailing_store.hpp"

namespace paperround::queue {

namespace {

// The later of them outweighs the others, if several records speak of one claim: a doubt, an outcome, nothing.
int weight(Flight flight) {
    switch (flight) {
        case Flight::dot_leaving:
            return 2;
        case Flight::answered:
            return 1;
        case Flight::claimed:
            return 0;
    }
    return 0;
}

std::vector<const FlightRecord*> one_for_each_claim(std::span<const FlightRecord> records) {
    std::map<std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t>, const FlightRecord*> found;
    for (const FlightRecord& record : records) {
        const FlightRecord*& known =
            found[{record.delivery, record.mailing, record.subscriber, record.tries}];
        if (known == nullptr || weight(record.flight) > weight(known->flight)) known = &record;
    }
    std::vector<const FlightRecord*> chosen;
    chosen.reserve(found.size());
    for (const auto& [claim, record] : found) chosen.push_back(record);
    return chosen;
}

class Settling {
  public:
    Settling(db::Database& database, const config::Retry& retry, config::OnDoubt on_doubt, Time now,
             Random& random)
        : deliveries_(database),
          mailings_(database),
          retry_(retry),
          on_doubt_(on_doubt),
          now_(now),
          random_(random) {}

    void settle(const FlightRecord& record) {
        auto claimed =
            deliveries_.find_claimed(record.delivery, record.mailing, record.subscriber, record.tries);
        // Its outcome is on record already, or its claim is not.
        if (!claimed) return;
        if (record.flight == Flight::claimed) {
            if (claimed->state != DeliveryState::sending) return;
            deliveries_.release(record.delivery);
            ++left_.not_begun;
            return;
        }
        // A person cancelled it and queued it again, before anybody knew of the attempt.
        if (!is_final(claimed->state)) deliveries_.take_up(record.delivery);
        if (record.flight == Flight::dot_leaving) {
            doubt(claimed->delivery, record.relay);
        } else {
            answered(std::move(claimed->delivery), record);
        }
    }

    [[nodiscard]] LeftFlights settle_others() && {
        std::vector<std::int64_t> known;
        known.reserve(left_.answered.size());
        for (const LeftReport& report : left_.answered) known.push_back(report.delivery.id);
        std::ranges::sort(known);
        left_.in_doubt += deliveries_.recover_interrupted(retry_, on_doubt_, now_, random_, known);
        return std::move(left_);
    }

  private:
    void doubt(const Delivery& delivery, std::string_view relay) {
        const Outcome outcome{
            .kind = OutcomeKind::in_doubt,
            .stage = Stage::final_dot,
            .text = "the daemon was ended while its final dot left, or before the reply to that"};
        const Step step = next_step(delivery, outcome, retry_, on_doubt_, {}, now_, random_);
        if (deliveries_.record(delivery, outcome, step, relay, now_))
            mailings_.settle(delivery.mailing_id, 1, now_);
        ++left_.in_doubt;
    }

    void answered(Delivery&& delivery, const FlightRecord& record) {
        const auto mailing = mailings_.mailing(delivery.mailing_id);
        if (!mailing) return;
        delivery.newsletter = mailing->newsletter;
        delivery.personal = mailing->kind == MailingKind::personal;
        delivery.flight = {record.slot, record.claim};
        Outcome outcome = record.outcome;
        // Its reader had himself forgotten meanwhile, and the words may name him.
        if (domain_of(delivery.recipient).empty() && !outcome.text.empty())
            outcome.text = "the reply is not kept, since its reader was forgotten";
        left_.answered.push_back({record.relay, std::move(delivery), std::move(outcome)});
    }

    DeliveryStore deliveries_;
    MailingStore mailings_;
    const config::Retry& retry_;
    config::OnDoubt on_doubt_;
    Time now_;
    Random& random_;
    LeftFlights left_;
};

}  // namespace

LeftFlights settle_left_flights(db::Database& database, std::span<const FlightRecord> records,
                                const config::Retry& retry, config::OnDoubt on_doubt, Time now,
                                Random& random) {
    Settling settling(database, retry, on_doubt, now, random);
    for (const FlightRecord* record : one_for_each_claim(records)) settling.settle(*record);
    return std::move(settling).settle_others();
}

}  // namespace paperround::queue
