#include "pipeline/recovery.hpp"

#include "pipeline/clock_jump.hpp"
#include "queue/queue_store.hpp"

namespace paperround::pipeline {

void recover(db::Database& database, const config::Settings& settings, Time now, Random& random,
             Events& events) {
    if (const auto jump = take_up_clock(database, settings, now)) events.clock_set(jump->length());
    queue::QueueStore store(database);
    db::Transaction transaction(database);
    store.seen(now);
    const int doubts = store.recover_interrupted(settings.retry, settings.on_doubt, now, random);
    const auto deadly = store.pause_deadly_mailings();
    transaction.commit();
    if (doubts > 0) events.recovered(doubts);
    for (const std::int64_t id : deadly) {
        if (const auto mailing = store.mailing(id))
            events.paused(id, mailing->newsletter, mailing->pause_reason);
    }
}

}  // namespace paperround::pipeline
