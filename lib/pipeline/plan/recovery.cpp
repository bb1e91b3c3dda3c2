#include "pipeline/plan/recovery.hpp"

#include "pipeline/plan/clock_jump.hpp"
#include "queue/store/delivery_store.hpp"
#include "queue/store/mailing_store.hpp"
#include "queue/store/press_store.hpp"
#include "queue/store/time_store.hpp"

namespace paperround::pipeline {

void recover(db::Database& database, const config::Settings& settings, Time now, Random& random,
             Events& events) {
    if (const auto jump = take_up_clock(database, settings, now)) events.clock_set(jump->length());
    queue::TimeStore times(database);
    queue::DeliveryStore deliveries(database);
    queue::PressStore in_press(database);
    queue::MailingStore mailings(database);
    db::Transaction transaction(database);
    times.seen(now);
    const int doubts = deliveries.recover_interrupted(settings.retry, settings.on_doubt, now, random);
    const auto deadly = in_press.pause_deadly_mailings();
    transaction.commit();
    if (doubts > 0) events.recovered(doubts);
    for (const std::int64_t id : deadly) {
        if (const auto mailing = mailings.mailing(id))
            events.paused(id, mailing->newsletter, mailing->pause_reason);
    }
}

}  // namespace paperround::pipeline
