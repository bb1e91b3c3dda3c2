#include "pipeline/intake/report_effects.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "audience/audience_store.hpp"
#include "base/address/mailbox.hpp"
#include "queue/store/delivery_store.hpp"

namespace paperround::pipeline {

using queue::ReportEffect;

namespace {

constexpr std::string_view complaint_reason = "complaint";
constexpr std::string_view by_mail_reason = "by mail";

// The server's words, or the reason where it had none; and where the report is.
std::string evidence_of(const queue::ReportRow& row, std::string_view prefix) {
    return fmt::format("{}{} (report {})", prefix, row.diagnostic.empty() ? row.reason : row.diagnostic,
                       row.id);
}

}  // namespace

void ReportEffects::apply(const queue::ReportRow& row, Consequence consequence, TakenReport& taken) {
    switch (consequence) {
        case Consequence::nothing:
            break;
        case Consequence::bounced:
        case Consequence::about_us:
        case Consequence::soft:
        case Consequence::hard:
            taken.effect = bounce(row, consequence, taken);
            break;
        case Consequence::complaint:
        case Consequence::departure:
            taken.effect = leave(row, taken, consequence == Consequence::complaint);
            break;
    }
    if (taken.effect != row.effect) queue::ReportStore(database_).set_effect(row.id, taken.effect);
}

ReportEffect ReportEffects::bounce(const queue::ReportRow& row, Consequence consequence, TakenReport& taken) {
    queue::DeliveryStore(database_).record_later_bounce({.delivery_id = row.delivery_id,
                                                         .mailing_id = row.mailing_id,
                                                         .tries = taken.delivery->tries,
                                                         .source = "report",
                                                         .code = row.code,
                                                         .enhanced = row.status,
                                                         .text = row.diagnostic},
                                                        now_);
    if (is_about_us(row, consequence, taken)) return ReportEffect::about_us;
    if (consequence == Consequence::bounced) return ReportEffect::bounced;
    if (consequence == Consequence::soft) {
        queue::ReportStore(database_).set_effect(row.id, ReportEffect::counted);
        if (!was_enough(row)) return ReportEffect::counted;
    }
    end_address(row, taken,
                consequence == Consequence::hard
                    ? ""
                    : fmt::format("{} mailings in a row came back, the last: ", soft_limit));
    return ReportEffect::suppressed;
}

bool ReportEffects::is_about_us(const queue::ReportRow& row, Consequence consequence, TakenReport& taken) {
    const std::int64_t readers = queue::ReportStore(database_).tell(row.mailing_id, row.words);
    if (consequence == Consequence::about_us) {
        if (readers == many_readers) taken.readers_told = readers;
        return true;
    }
    if (!is_about_the_way(taken.report) || !told_to_everybody(row, readers)) return false;
    if (!told_to_everybody(row, readers - 1)) {
        taken.readers_told = readers;
        take_back(row);
    }
    return true;
}

bool ReportEffects::told_to_everybody(const queue::ReportRow& row, std::int64_t readers) {
    return readers >= many_readers &&
           is_everybodys(readers, queue::DeliveryStore(database_).size_of(row.mailing_id));
}

bool ReportEffects::was_enough(const queue::ReportRow& row) {
    queue::ReportStore reports(database_);
    auto against = reports.counted_against(row.subscriber_id, now_ - soft_window);
    if (against.size() < soft_limit) return false;
    // What others were told as well became certain only after some of them had been counted.
    std::erase_if(against, [&](const queue::ReportRow& each) {
        return each.reason != refusal::to_string(refusal::Reason::mailbox_full) &&
               told_to_everybody(each, reports.readers_told(each.mailing_id, each.words));
    });
    if (against.size() < soft_limit) return false;
    std::vector<std::int64_t> mailings;
    mailings.reserve(against.size());
    for (const queue::ReportRow& each : against) mailings.push_back(each.mailing_id);
    const auto received = reports.mailings_received(row.subscriber_id, mailings.back(), mailings.front());
    return in_a_row(mailings, received) >= soft_limit;
}

void ReportEffects::end_address(const queue::ReportRow& row, const TakenReport& taken,
                                std::string_view prefix) {
    audience::AudienceStore(database_).suppress({.address_key = address_key(taken.delivery->recipient),
                                                 .reason = "bounced",
                                                 .evidence = evidence_of(row, prefix),
                                                 .provisional = false,
                                                 .mailing_id = row.mailing_id,
                                                 .created_at = now_});
    withdraw("", row.subscriber_id, queue::DeliveryState::suppressed);
}

// Before it was certain that the words were about us they were believed.
void ReportEffects::take_back(const queue::ReportRow& row) {
    queue::ReportStore reports(database_);
    queue::DeliveryLookup deliveries(database_);
    audience::AudienceStore audience(database_);
    for (const queue::ReportRow& each : reports.suppressing(row.mailing_id, row.words)) {
        reports.set_effect(each.id, ReportEffect::about_us);
        const auto delivery = deliveries.by_number(each.delivery_id);
        const auto suppression = delivery ? audience.find_suppression(delivery->recipient) : std::nullopt;
        // One that stood before, or that a person has made since, is not ours to lift.
        if (suppression && suppression->evidence == evidence_of(each, ""))
            audience.unsuppress(delivery->recipient);
    }
}

ReportEffect ReportEffects::leave(const queue::ReportRow& row, const TakenReport& taken, bool complaint) {
    audience::AudienceStore audience(database_);
    const bool was_active = audience.leave(row.newsletter, row.subscriber_id, now_,
                                           complaint ? complaint_reason : by_mail_reason);
    if (complaint) {
        audience.suppress({.address_key = address_key(taken.delivery->recipient),
                           .reason = std::string(complaint_reason),
                           .evidence = evidence_of(row, ""),
                           .provisional = false,
                           .mailing_id = std::nullopt,
                           .created_at = now_,
                           .newsletter = row.newsletter});
    }
    withdraw(row.newsletter, row.subscriber_id,
             complaint ? queue::DeliveryState::suppressed : queue::DeliveryState::left);
    if (complaint) return ReportEffect::complained;
    return was_active ? ReportEffect::unsubscribed : ReportEffect::none;
}

void ReportEffects::withdraw(std::string_view newsletter, std::int64_t subscriber_id,
                             queue::DeliveryState state) {
    const auto held = queue::DeliveryStore(database_).withdraw(newsletter, subscriber_id, state, now_);
    recalled_.insert(recalled_.end(), held.begin(), held.end());
}

}  // namespace paperround::pipeline
