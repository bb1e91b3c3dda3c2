#include "pipeline/plan/departure.hpp"

#include "audience/audience_store.hpp"
#include "base/address/mailbox.hpp"
#include "queue/store/delivery_store.hpp"

namespace paperround::pipeline {

using queue::DeliveryState;

std::optional<audience::Subscriber> Departure::reader_of(const audience::Token& token) {
    return audience::AudienceStore(database_).find(token.subscriber_id);
}

bool Departure::leave(const audience::Token& token) {
    db::Transaction transaction(database_);
    const bool was_active =
        audience::AudienceStore(database_).leave(token.newsletter, token.subscriber_id, clock_.now());
    const auto held = queue::DeliveryStore(database_).withdraw(token.newsletter, token.subscriber_id,
                                                               DeliveryState::left, clock_.now());
    transaction.commit();
    if (recall_ != nullptr) recall_->add(held);
    return was_active;
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
