#include "pipeline/intake/report_proof.hpp"

#include <algorithm>

#include "audience/audience_store.hpp"
#include "base/address/mailbox.hpp"
namespace paperround::pipeline {

std::vector<ProvenDelivery> ReportProof::named_by_tokens(const bounce::Traces& traces, Time now) const {
    std::vector<ProvenDelivery> named;
    if (signer_ == nullptr) return named;
    const auto add = [&named](const ProvenDelivery& each) {
        if (std::ranges::find(named, each) == named.end()) named.push_back(each);
    };
    const auto add_address = [&](std::string_view local_part) {
        const auto address = signer_->verify_return(local_part, now);
        if (!address || database_ == nullptr) return;
        const auto delivery = queue::DeliveryLookup(*database_).by_number(address->delivery_id);
        if (delivery) add({delivery->mailing_id, delivery->newsletter, delivery->subscriber_id});
    };
    for (const std::string& text : traces.unsubscribe_tokens) {
        const auto token = signer_->verify(audience::Purpose::leave, text);
        if (token && token->mailing_id != 0)
            add({token->mailing_id, token->newsletter, token->subscriber_id});
        else
            add_address(text);
    }
    for (const auto* addresses : {&traces.delivered_to, &traces.return_paths}) {
        for (const std::string& address : *addresses) add_address(local_part_of(address));
    }
    return named;
}

bool ReportProof::asks_to_leave(const bounce::Traces& traces, Time now) const {
    return signer_ != nullptr && std::ranges::any_of(traces.delivered_to, [&](const std::string& address) {
               const auto ours = signer_->verify_return(local_part_of(address), now);
               return ours && ours->purpose == audience::Purpose::leave_by_mail;
           });
}

ReportProof::Named ReportProof::named_in(const bounce::Traces& traces, Time now) const {
    Named named{.by_tokens = named_by_tokens(traces, now),
                .by_message_id = {},
                .addressees = {},
                .reply_ids = traces.reply_ids,
                .now = now};
    if (!named.by_tokens.empty() || database_ == nullptr) return named;
    queue::DeliveryLookup lookup(*database_);
    for (const std::string& id : traces.message_ids) {
        if (auto delivery = lookup.by_message_id(id, now))
            named.by_message_id.push_back(std::move(*delivery));
    }
    for (const std::string& each : traces.addressees) named.addressees.push_back(address_key(each));
    return named;
}

std::optional<ProvenDelivery> ReportProof::prove(const Named& named, const bounce::Report& report) const {
    if (named.by_tokens.size() == 1) return named.by_tokens.front();
    if (!named.by_tokens.empty()) return std::nullopt;
    for (const queue::NamedDelivery& delivery : named.by_message_id) {
        const std::string key = address_key(delivery.recipient);
        if (address_key(report.recipient) == key ||
            std::ranges::find(named.addressees, key) != named.addressees.end())
            return ProvenDelivery{delivery.mailing_id, delivery.newsletter, delivery.subscriber_id};
    }
    return prove_by_reply(named, report);
}

bool ReportProof::is_early(const bounce::Reading& reading, Time now) const {
    if (reading.traces.reply_ids.empty() || database_ == nullptr) return false;
    const Named named = named_in(reading.traces, now);
    return std::ranges::any_of(reading.reports, [&](const bounce::Report& report) {
        if (report.recipient.empty() || prove(named, report)) return false;
        const auto reader = audience::AudienceStore(*database_).find(report.recipient);
        return reader && queue::DeliveryLookup(*database_).is_being_sent(reader->id, now);
    });
}

std::optional<ProvenDelivery> ReportProof::prove_by_reply(const Named& named,
                                                          const bounce::Report& report) const {
    if (named.reply_ids.empty() || report.recipient.empty() || database_ == nullptr) return std::nullopt;
    const auto reader = audience::AudienceStore(*database_).find(report.recipient);
    if (!reader) return std::nullopt;
    queue::DeliveryLookup lookup(*database_);
    for (const std::string& id : named.reply_ids) {
        const auto delivery = lookup.by_reply(reader->id, id, named.now);
        if (delivery && address_key(delivery->recipient) == address_key(report.recipient))
            return ProvenDelivery{delivery->mailing_id, delivery->newsletter, delivery->subscriber_id};
    }
    return std::nullopt;
}

}  // namespace paperround::pipeline
