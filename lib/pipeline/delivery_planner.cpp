#include "pipeline/delivery_planner.hpp"

#include "audience/audience_store.hpp"
#include "base/encoding.hpp"
#include "base/mailbox.hpp"
#include "post/post_store.hpp"
#include "queue/queue_store.hpp"

namespace paperround::pipeline {

using namespace std::chrono_literals;

namespace {
// Small enough that a chunk's commit stays far below 100 ms, so that other writers get their turn.
constexpr std::size_t fan_out_chunk = 500;
// Two mailings this far apart must hear the same before a doubtful refusal suppresses an address.
constexpr auto repeated_after = 72h;
constexpr int confirmed_at_once = 1000;
}  // namespace

void DeliveryPlanner::settle(const queue::Delivery& delivery, const queue::Outcome& outcome,
                             const queue::Step& step, Time now) {
    switch (step.verdict) {
        case queue::Verdict::nothing:
            return;
        case queue::Verdict::bad_address:
            return suppress(delivery, outcome, now);
        case queue::Verdict::maybe_bad_address:
            if (queue::QueueStore(database_).doubted_before(delivery.subscriber_id, delivery.mailing_id,
                                                            now - repeated_after)) {
                suppress(delivery, outcome, now);
            }
    }
}

void DeliveryPlanner::suppress(const queue::Delivery& delivery, const queue::Outcome& outcome, Time now) {
    audience::AudienceStore(database_).suppress({.address_key = address_key(delivery.recipient),
                                                 .reason = "bounced",
                                                 .evidence = outcome.text,
                                                 .provisional = true,
                                                 .mailing_id = delivery.mailing_id,
                                                 .created_at = now});
    queue::QueueStore(database_).withdraw("", delivery.subscriber_id, queue::DeliveryState::suppressed, now);
}

bool DeliveryPlanner::prepare_deliveries(Time now) {
    plan_ready_posts(now);
    queue::QueueStore(database_).start_due(now);
    const bool more_to_confirm = confirm_some();
    return fan_out_some(now) || more_to_confirm;
}

void DeliveryPlanner::breaker_tripped(std::int64_t mailing_id) {
    audience::AudienceStore(database_).undo_provisional(mailing_id);
}

bool DeliveryPlanner::confirm_some() {
    queue::QueueStore queue(database_);
    for (const std::int64_t mailing : queue.newly_ended(1)) {
        const int confirmed =
            audience::AudienceStore(database_).confirm_provisional(mailing, confirmed_at_once);
        if (confirmed == 0) queue.bounces_stand(mailing);
        return true;
    }
    return false;
}

void DeliveryPlanner::plan_ready_posts(Time now) {
    post::PostStore posts(database_);
    queue::QueueStore queue(database_);
    for (const config::Newsletter& newsletter : settings_.newsletters) {
        for (const post::StoredPost& ready : posts.ready_posts(newsletter.name)) {
            const Time not_before = config::next_sending(newsletter.schedule, now);
            const auto mailing = queue.create_mailing({.newsletter = newsletter.name,
                                                       .post_id = ready.id,
                                                       .title = ready.post.title,
                                                       .key = base32(random_.bytes(10)),
                                                       .not_before = not_before},
                                                      now);
            posts.mark_mailed(ready.id);
            if (mailing) events_.mailing_planned(newsletter.name, ready.post.title, not_before);
        }
    }
}

bool DeliveryPlanner::fan_out_some(Time now) {
    queue::QueueStore queue(database_);
    const auto mailing = queue.next_fanning();
    if (!mailing) return false;
    const auto readers = audience::AudienceStore(database_).active_after(
        mailing->newsletter, mailing->fan_out_cursor, fan_out_chunk);
    std::vector<queue::Addressee> addressees;
    addressees.reserve(readers.size());
    for (const audience::Subscriber& reader : readers) addressees.push_back({reader.id, reader.address});
    queue.add_deliveries(mailing->id, addressees, now);
    if (readers.size() == fan_out_chunk) return true;
    queue.finish_fan_out(mailing->id, now);
    events_.fan_out_finished(mailing->newsletter, mailing->id);
    return queue.next_fanning().has_value();
}

}  // namespace paperround::pipeline
