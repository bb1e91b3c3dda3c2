#include "pipeline/letter.hpp"

#include <algorithm>

#include "audience/audience_store.hpp"
#include "base/mailbox.hpp"

namespace paperround::pipeline {

email::Recipient recipient_of(const Printed& printed, const audience::Subscriber& reader,
                              std::int64_t delivery_id, const config::Settings& settings,
                              const audience::TokenSigner& signer) {
    const auto& mailing = printed.mailing;
    // A second attempt carries the same Message-ID and Date as the first: whoever gets both can tell.
    return {
        .subscriber = reader,
        .unsubscribe_url = unsubscribe_url(
            settings, signer,
            {.newsletter = mailing.newsletter, .subscriber_id = reader.id, .mailing_id = mailing.id}),
        .message_id = queue::message_id(mailing.key, delivery_id, domain_of(printed.newsletter.from.address)),
        .date = std::max(mailing.created, mailing.not_before)};
}

Result<Letter, queue::Outcome> Composer::compose(const queue::Delivery& delivery) {
    using queue::OutcomeKind;
    const auto printed = press_.printed(delivery.mailing_id);
    if (!printed) {
        return failure(
            queue::Outcome{.kind = OutcomeKind::rejected_message, .text = printed.error().message});
    }
    const auto reader = audience::AudienceStore(database_).find(delivery.subscriber_id);
    if (!reader) {
        return failure(
            queue::Outcome{.kind = OutcomeKind::rejected_policy, .text = "the subscriber no longer exists"});
    }
    return Letter{
        .envelope = {.mail_from = (*printed)->newsletter.from.address, .rcpt_to = delivery.recipient},
        .message = email::compose((*printed)->rendered,
                                  recipient_of(**printed, *reader, delivery.id, settings_, signer_))};
}

}  // namespace paperround::pipeline
