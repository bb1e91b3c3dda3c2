#include "pipeline/press/letter.hpp"

#include <algorithm>

#include "audience/audience_store.hpp"
#include "base/address/mailbox.hpp"

namespace paperround::pipeline {

std::string_view language_of(const audience::Subscriber& reader) {
    const auto found = reader.attributes.find("language");
    return found == reader.attributes.end() ? std::string_view() : std::string_view(found->second);
}

email::Recipient recipient_of(const Printed& printed, const audience::Subscriber& reader,
                              std::int64_t delivery_id, const config::Settings& settings,
                              const audience::TokenSigner& signer) {
    const auto& mailing = printed.mailing;
    std::optional<std::string> mailto;
    if (const std::string& domain = settings.bounce_domain_of(printed.newsletter); !domain.empty()) {
        mailto = signer.sign(audience::ReturnAddress{.purpose = audience::Purpose::leave_by_mail,
                                                     .delivery_id = delivery_id,
                                                     .made = mailing.created}) +
                 "@" + domain + "?subject=unsubscribe";
    }
    // A second attempt has the same Message-ID and Date as the first, so that a recipient of both can
    // recognise it.
    return {.subscriber = reader,
            .unsubscribe_url = unsubscribe_url(
                settings, signer,
                {.newsletter = mailing.newsletter, .subscriber_id = reader.id, .mailing_id = mailing.id}),
            .message_id = queue::message_id({mailing.key, mailing.seal}, delivery_id,
                                            domain_of(printed.newsletter.from.address)),
            .date = std::max(mailing.created, mailing.not_before),
            .unsubscribe_mailto = std::move(mailto)};
}

std::vector<std::optional<audience::Subscriber>> Composer::readers_of(
    std::span<const queue::Delivery> deliveries) {
    const db::Snapshot snapshot(database_);  // one for all: taking the locks costs more than reading the rows
    audience::AudienceStore audience(database_);
    std::vector<std::optional<audience::Subscriber>> readers;
    readers.reserve(deliveries.size());
    for (const queue::Delivery& delivery : deliveries)
        readers.push_back(audience.find(delivery.subscriber_id));
    return readers;
}

void Composer::look_again() {
    database_.forget_pages();
    room_.press.look_again();
}

std::string return_path(const config::Newsletter& newsletter, std::int64_t delivery_id,
                        const config::Settings& settings, const audience::TokenSigner& signer, Time now) {
    const std::string& domain = settings.bounce_domain_of(newsletter);
    if (domain.empty()) return newsletter.from.address;
    return signer.sign(audience::ReturnAddress{
               .purpose = audience::Purpose::bounce, .delivery_id = delivery_id, .made = now}) +
           "@" + domain;
}

Result<std::optional<Letter>, queue::Outcome> Composer::compose(
    const queue::Delivery& delivery, const std::optional<audience::Subscriber>& reader) {
    using queue::OutcomeKind;
    const auto printed = room_.press.printed(delivery.mailing_id, reader ? language_of(*reader) : "");
    if (!printed && printed.error().code == PrintError::Code::interrupted) return std::optional<Letter>();
    if (!printed) {
        return failure(
            queue::Outcome{.kind = OutcomeKind::rejected_message, .text = printed.error().message});
    }
    if (!reader) {
        return failure(
            queue::Outcome{.kind = OutcomeKind::rejected_policy, .text = "the subscriber no longer exists"});
    }
    const email::Recipient recipient =
        recipient_of(**printed, *reader, delivery.id, room_.settings, room_.tokens);
    std::string message = email::compose((*printed)->rendered, recipient);
    room_.press.proved(**printed);
    message.insert(0, signer_for((*printed)->newsletter).sign(message, room_.clock.now()));
    return Letter{.delivery = delivery,
                  .envelope = {.mail_from = return_path((*printed)->newsletter, delivery.id, room_.settings,
                                                        room_.tokens, room_.clock.now()),
                               .rcpt_to = delivery.recipient,
                               .id = recipient.message_id},
                  .message = std::move(message)};
}

email::DkimSigner& Composer::signer_for(const config::Newsletter& newsletter) {
    auto found = signers_.find(newsletter.name);
    if (found == signers_.end()) {
        found =
            signers_.emplace(newsletter.name, room_.signing.signer_for(newsletter, relay_.rewrites)).first;
    }
    return found->second;
}

}  // namespace paperround::pipeline
