#include "pipeline/intake/report_proof.hpp"

#include <algorithm>

#include "base/address/mailbox.hpp"
#include "queue/store/delivery_lookup.hpp"

namespace paperround::pipeline {

std::vector<ProvenDelivery> ReportProof::named_by_tokens(const bounce::Traces& traces) const {
    std::vector<ProvenDelivery> named;
    if (signer_ == nullptr) return named;
    for (const std::string& text : traces.unsubscribe_tokens) {
        const auto token = signer_->verify(audience::Purpose::leave, text);
        if (!token || token->mailing_id == 0) continue;
        const ProvenDelivery each{token->mailing_id, token->newsletter, token->subscriber_id};
        if (std::ranges::find(named, each) == named.end()) named.push_back(each);
    }
    return named;
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
    const auto named = named_by_tokens(traces);
    if (named.empty()) return by_message_id(traces, report);
    return named.size() == 1 ? std::optional(named.front()) : std::nullopt;
}

}  // namespace paperround::pipeline
