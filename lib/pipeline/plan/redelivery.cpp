#include "pipeline/plan/redelivery.hpp"

#include "audience/audience_store.hpp"
#include "queue/store/delivery_store.hpp"
#include "queue/store/mailing_store.hpp"

namespace paperround::pipeline {

namespace {
constexpr int rows_at_once = 1000;
}

RedeliveryCount Redelivery::again(const queue::Mailing& mailing, const RedeliveryOptions& options) {
    queue::DeliveryStore deliveries(database_);
    queue::MailingStore mailings(database_);
    for (bool more = true; more;) {
        // Finish a cancellation that is still going on.
        db::Transaction transaction(database_);
        more = deliveries.sweep_cancelled(rows_at_once, clock_.now()) > 0;
        transaction.commit();
    }
    RedeliveryCount count;
    for (std::int64_t after = 0; after >= 0;) after = chunk(mailing, options, after, count);
    if (options.states.contains(queue::DeliveryState::cancelled)) {
        db::Transaction transaction(database_);
        mailings.resume_fan_out(mailing.id);
        transaction.commit();
    }
    return count;
}

// Returns the last subscriber of the chunk; -1 at the end.
std::int64_t Redelivery::chunk(const queue::Mailing& mailing, const RedeliveryOptions& options,
                               std::int64_t after, RedeliveryCount& count) {
    db::Transaction transaction(database_);
    queue::DeliveryStore deliveries(database_);
    audience::AudienceStore audience(database_);
    const auto rows = deliveries.deliveries_after(mailing.id, after, rows_at_once);
    std::vector<std::int64_t> ids;
    for (const queue::DeliveryRow& row : rows) {
        if (!options.states.contains(row.state)) continue;
        if (options.lift_suppressions) {
            const auto suppression = audience.find_suppression(row.recipient);
            const bool own = suppression && suppression->mailing_id == mailing.id;
            // A complaint is not a bounce, even if it was about this mailing.
            if (own && suppression->reason == "bounced") audience.unsuppress(row.recipient);
        }
        if (audience.is_active(mailing.newsletter, row.subscriber_id)) {
            ids.push_back(row.id);
        } else if (audience.is_suppressed(row.recipient, mailing.newsletter)) {
            ++count.suppressed;
        } else {
            ++count.left;
        }
    }
    count.queued += deliveries.queue_again(mailing.id, ids, clock_.now());
    transaction.commit();
    return rows.size() < rows_at_once ? -1 : rows.back().subscriber_id;
}

}  // namespace paperround::pipeline
