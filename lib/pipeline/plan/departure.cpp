#include "pipeline/plan/departure.hpp"

#include "audience/audience_store.hpp"
#include "base/address/mailbox.hpp"
#include "queue/store/delivery_store.hpp"

namespace paperround::pipeline {

using queue::DeliveryState;

Departed write_departures(db::Database& database, std::span<const audience::Token> tokens, Time now) {
    audience::AudienceStore audience(database);
    queue::DeliveryStore deliveries(database);
    Departed departed;
    for (const audience::Token& token : tokens) {
        const bool was_active = audience.leave(token.newsletter, token.subscriber_id, now);
        const bool known = was_active || audience.find(token.subscriber_id);
        departed.left.push_back(was_active ? Left::now : known ? Left::before : Left::unknown);
        if (!known) continue;
        const auto held =
            deliveries.withdraw(token.newsletter, token.subscriber_id, DeliveryState::left, now);
        departed.held.insert(departed.held.end(), held.begin(), held.end());
    }
    return departed;
}

bool Departure::leave(const audience::Token& token) {
    db::Transaction transaction(database_);
    const Departed departed = write_departures(database_, std::span(&token, 1), clock_.now());
    transaction.commit();
    if (recall_ != nullptr) recall_->add(departed.held);
    return departed.left.front() == Left::now;
}

bool Departure::remove(std::string_view newsletter, std::string_view address,
                       const std::function<void()>& also) {
    db::Transaction transaction(database_);
    audience::AudienceStore audience(database_);
    const auto subscriber = audience.find(address);
    if (!subscriber || !audience.remove(newsletter, address, clock_.now())) return false;
    const auto held = queue::DeliveryStore(database_).withdraw(newsletter, subscriber->id,
                                                               DeliveryState::left, clock_.now());
    if (also) also();
    transaction.commit();
    if (recall_ != nullptr) recall_->add(held);
    return true;
}

void Departure::suppress(std::string_view address, std::string_view reason, std::string_view evidence) {
    db::Transaction transaction(database_);
    audience::AudienceStore audience(database_);
    audience.suppress({.address_key = address_key(address),
                       .reason = std::string(reason),
                       .evidence = std::string(evidence),
                       .created_at = clock_.now()});
    std::vector<std::int64_t> held;
    if (const auto subscriber = audience.find(address)) {
        held = queue::DeliveryStore(database_).withdraw("", subscriber->id, DeliveryState::suppressed,
                                                        clock_.now());
    }
    transaction.commit();
    if (recall_ != nullptr) recall_->add(held);
}

}  // namespace paperround::pipeline
