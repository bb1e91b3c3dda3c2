#include "control/report/reports.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "audience/audience_store.hpp"
#include "base/address/mailbox.hpp"
#include "base/text/date_time.hpp"
#include "control/json_line.hpp"
#include "control/newsletter_choice.hpp"
#include "queue/admin/delivery_log.hpp"
#include "queue/admin/report_shares.hpp"
#include "queue/store/mailing_store.hpp"
#include "queue/store/provider_store.hpp"

namespace paperround::control {

namespace {

using Json = nlohmann::ordered_json;
using queue::ReportEffect;

constexpr std::array<std::string_view, 6> report_kinds{"bounce",    "delayed",     "complaint",
                                                       "autoreply", "unsubscribe", "other"};
constexpr std::array listed_effects{
    ReportEffect::none,       ReportEffect::unproved, ReportEffect::bounced,      ReportEffect::counted,
    ReportEffect::suppressed, ReportEffect::about_us, ReportEffect::unsubscribed, ReportEffect::complained};

Answer<std::optional<ReportEffect>> effect_of(const std::string& word) {
    if (word.empty()) return std::optional<ReportEffect>();
    std::vector<std::string_view> words;
    for (const ReportEffect effect : listed_effects) {
        if (queue::to_string(effect) == word) return std::optional(effect);
        words.push_back(queue::to_string(effect));
    }
    return refuse(Refusal::Code::malformed,
                  fmt::format("effect: expected one of {}, got \"{}\"", fmt::join(words, ", "), word));
}

Answer<queue::ReportFilter> filter_of(Desk& desk, const ReportQuestion& question) {
    queue::ReportFilter filter{.mailing_id = question.mailing,
                               .subscriber_id = {},
                               .newsletter = question.newsletter,
                               .kind = question.kind,
                               .effect = {},
                               .since = question.since,
                               .limit = question.limit};
    const auto effect = effect_of(question.effect);
    if (!effect) return failure(effect.error());
    filter.effect = *effect;
    if (!question.kind.empty() && std::ranges::find(report_kinds, question.kind) == report_kinds.end()) {
        return refuse(Refusal::Code::malformed, fmt::format("kind: expected one of {}, got \"{}\"",
                                                            fmt::join(report_kinds, ", "), question.kind));
    }
    const bool named = !question.newsletter.empty();
    if (named && !queue::DeliveryLog(desk.database()).knows_newsletter(question.newsletter)) {
        const auto known = choose_newsletter(desk.settings(), question.newsletter);
        if (!known) return failure(known.error());
    }
    if (question.mailing && !queue::MailingStore(desk.database()).mailing(*question.mailing))
        return refuse(Refusal::Code::unknown, fmt::format("no mailing {}", *question.mailing));
    if (question.recipient.empty()) return filter;
    const auto address = canonical_address(question.recipient);
    const auto reader =
        audience::AudienceStore(desk.database()).find(address ? *address : question.recipient);
    if (!reader) return refuse(Refusal::Code::unknown, fmt::format("{} is no reader", question.recipient));
    filter.subscriber_id = reader->id;
    return filter;
}

Json json_of(const queue::ReportRow& row) {
    const auto or_null = [](const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); };
    return {{"report", row.id},
            {"time", format_rfc3339_millis(row.at)},
            {"source", row.source},
            {"kind", row.kind},
            {"class", row.of_class},
            {"reason", row.reason},
            {"status", or_null(row.status)},
            {"code", row.code == 0 ? Json(nullptr) : Json(row.code)},
            {"recipient", or_null(row.recipient)},
            {"diagnostic", or_null(row.diagnostic)},
            {"delivery", row.delivery_id == 0 ? Json(nullptr)
                                              : Json{{"mailing", row.mailing_id},
                                                     {"newsletter", row.newsletter},
                                                     {"reader", row.subscriber_id}}},
            {"effect", queue::to_string(row.effect)}};
}

double share_of(std::int64_t part, std::int64_t whole) {
    return whole <= 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

double ReportShare::bounce_share() const {
    return share_of(bounced, answered);
}

double ReportShare::complaint_share() const {
    return share_of(complaints, answered - bounced);
}

std::string_view ReportShare::standing() const {
    if (complaint_share() >= complaints_that_are_refused) return "too high";
    return complaint_share() >= complaints_to_stay_below ? "high" : "";
}

Answer<void> Reports::list(const ReportQuestion& question,
                           const std::function<void(const queue::ReportRow&)>& visit) {
    const auto filter = filter_of(desk_, question);
    if (!filter) return failure(filter.error());
    queue::ReportStore(desk_.database()).each(*filter, visit);
    return {};
}

Answer<ReportView> Reports::show(std::int64_t id) {
    queue::ReportStore reports(desk_.database());
    auto row = reports.find(id);
    if (!row) return refuse(Refusal::Code::unknown, fmt::format("no report {}", id));
    auto mail = reports.octets_of(row->mail_id);
    return ReportView{std::move(*row), std::move(mail)};
}

std::vector<queue::ReportCount> Reports::counts(unsigned days) {
    return queue::ReportStore(desk_.database()).counts_since(desk_.now() - std::chrono::days(days));
}

std::vector<ReportShare> Reports::shares(unsigned days, unsigned mailings) {
    queue::Providers providers(desk_.settings().effective_providers());
    queue::ProviderStore(desk_.database()).load(providers);
    queue::ReportShares found(desk_.database());
    std::vector<ReportShare> shares;
    std::map<std::string, ReportShare> by_provider;
    const auto provider_of = [&](std::string_view recipient) -> ReportShare& {
        const std::string name = providers.provider_of(domain_of(recipient));
        ReportShare& share = by_provider[name];
        if (share.name.empty()) share.name = name;
        return share;
    };
    const Time since = desk_.now() - std::chrono::days(days);
    for (const queue::Mailing& mailing : queue::MailingStore(desk_.database()).mailings(mailings)) {
        if (mailing.created < since) continue;
        ReportShare share{.mailing = mailing.id, .name = mailing.newsletter};
        found.each_answered(mailing.id, [&](std::string_view recipient, bool bounced) {
            for (ReportShare* each : {&share, &provider_of(recipient)}) {
                ++each->answered;
                if (bounced) ++each->bounced;
            }
        });
        found.each_complaint(mailing.id, [&](std::string_view recipient) {
            ++share.complaints;
            ++provider_of(recipient).complaints;
        });
        shares.push_back(std::move(share));
    }
    const auto first_provider = static_cast<std::ptrdiff_t>(shares.size());
    for (auto& [name, share] : by_provider) shares.push_back(std::move(share));
    std::ranges::stable_sort(
        shares.begin() + first_provider, shares.end(),
        [](const ReportShare& a, const ReportShare& b) { return a.answered > b.answered; });
    return shares;
}

std::string to_json(const queue::ReportRow& row) {
    return json_line(json_of(row));
}

std::string to_json(const ReportView& view) {
    Json object = json_of(view.row);
    object["mail"] = view.mail ? Json(*view.mail) : Json(nullptr);
    return json_line(object);
}

std::string to_json(const queue::ReportCount& count) {
    return json_line(Json{{"day", format_rfc3339(count.day).substr(0, 10)},
                          {"source", count.source},
                          {"kind", count.kind},
                          {"effect", queue::to_string(count.effect)},
                          {"count", count.count}});
}

std::string to_json(const ReportShare& share) {
    return json_line(Json{{"mailing", share.mailing == 0 ? Json(nullptr) : Json(share.mailing)},
                          {"newsletter", share.mailing == 0 ? Json(nullptr) : Json(share.name)},
                          {"provider", share.mailing == 0 ? Json(share.name) : Json(nullptr)},
                          {"answered", share.answered},
                          {"bounced", share.bounced},
                          {"bounce_share", share.bounce_share()},
                          {"complaints", share.complaints},
                          {"complaint_share", share.complaint_share()},
                          {"complaint_limits", {complaints_to_stay_below, complaints_that_are_refused}}});
}

}  // namespace paperround::control
