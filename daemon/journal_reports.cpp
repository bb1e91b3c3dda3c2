// What the journal says of what came back.
#include <spdlog/logger.h>

#include "daemon/journal.hpp"

namespace paperround::daemon {

namespace {

using queue::ReportEffect;

std::string_view words_for(ReportEffect effect) {
    switch (effect) {
        case ReportEffect::bounced:
            return "came back; the address stays";
        case ReportEffect::counted:
            return "came back, which counts; the address stays for now";
        case ReportEffect::suppressed:
            return "came back; the address is suppressed";
        case ReportEffect::about_us:
            return "came back with words that are about no reader; the address stays";
        case ReportEffect::unsubscribed:
            return "asked to leave by mail, and has left";
        case ReportEffect::complained:
            return "complained; the subscription is ended, and the address suppressed for this newsletter";
        default:
            return {};
    }
}

}  // namespace

void Journal::report_taken(std::string_view mailbox, const pipeline::TakenReport& taken) {
    const bounce::Report& report = taken.report;
    if (!taken.delivery) {
        logger_->debug("{}: a {} about {} without a proof changes nothing", mailbox,
                       bounce::to_string(report.kind),
                       report.recipient.empty() ? "nobody" : report.recipient);
        return;
    }
    const queue::NamedDelivery& delivery = *taken.delivery;
    if (const std::string_view words = words_for(taken.effect); !words.empty())
        logger_->info("{}: mailing {} to {} {} ({}): {}", delivery.newsletter, delivery.mailing_id,
                      delivery.recipient, words, bounce::reason_name(report), report.diagnostic);
    if (taken.readers_told > 0)
        logger_->error(
            "{}: mailing {} came back from {} readers with the same words, which are about the sender or the way and "
            "about no reader: nobody is suppressed for them: {}",
            delivery.newsletter, delivery.mailing_id, taken.readers_told, report.diagnostic);
}

void Journal::report_unreadable(std::string_view mailbox, std::string_view mail, std::string_view why) {
    logger_->warn("{}: {} cannot be read and is put aside: {}", mailbox, mail, why);
}

void Journal::webhook_subscription(std::string_view webhook, bool may_send) {
    if (may_send)
        logger_->info("{}: its topic is subscribed, and sends what comes back from now on", webhook);
    else
        logger_->error("{}: the subscription of its topic was ended: nothing comes back from there any more",
                       webhook);
}

void Journal::bounce_mailbox(std::string_view mailbox, std::string_view trouble) {
    if (trouble.empty())
        logger_->info("{}: what comes back is collected again", mailbox);
    else
        logger_->error("{}: what comes back is not collected: {}", mailbox, trouble);
}

}  // namespace paperround::daemon
