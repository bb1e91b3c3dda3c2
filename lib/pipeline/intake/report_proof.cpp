#include "pipeline/intake/report_proof.hpp"

#include <algorithm>

#include "base/address/mailbox.hpp"
#include "queue/store/delivery_lookup.hpp"

namespace paperround::pipeline {

std::optional<ProvenDelivery> ReportProof::by_token(const bounce::Traces& traces) const {
    if (signer_ == nullptr) return std::nullopt;
    std::optional<ProvenDelivery> proven;
    for (const std::string& text : traces.unsubscribe_tokens) {
        const auto token = signer_->verify(audience::Purpose::leave, text);
        if (!token || token->mailing_id == 0) continue;
        const ProvenDelivery each{token->mailing_id, token->newsletter, token->subscriber_id};
        if (proven && *proven != each) return std::nullopt;
        proven = each;
    }
    return proven;
}

std::optional<ProvenDelivery> ReportProof::by_message_id(const bounce::Traces& traces,
                                                         const bounce::Report& report) const {
    if (database_ == nullptr) return std::nullopt;
    queue::DeliveryLookup lookup(*database_);
    for (const std::string& id : traces.message_ids) {
        const auto delivery = lookup.by_message_id(id);
        if (!delivery) continue;
        const std::string key = address_key(delivery->recipient);
        const bool named = address_key(report.recipient) == key ||
                           std::ranges::any_of(traces.addressees, [&](const std::string& each) {
                               return address_key(each) == key;
                           });
        if (named) return ProvenDelivery{delivery->mailing_id, delivery->newsletter, delivery->subscriber_id};
    }
    return std::nullopt;
}

std::optional<ProvenDelivery> ReportProof::prove(const bounce::Traces& traces,
                                                 const bounce::Report& report) const {
    auto by_token = this->by_token(traces);
    return by_token ? by_token : by_message_id(traces, report);
}

}  // namespace paperround::pipeline
