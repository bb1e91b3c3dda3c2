// Everything that is stored of one address: a part of control/reader/erasure.hpp.
#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "audience/audience_store.hpp"
#include "audience/join_store.hpp"
#include "audience/past/forgotten_store.hpp"
#include "base/address/mailbox.hpp"
#include "base/text/date_time.hpp"
#include "control/json_line.hpp"
#include "control/reader/erasure.hpp"
#include "control/series_view.hpp"
#include "queue/admin/action_log.hpp"
#include "queue/admin/reader_history.hpp"
#include "queue/store/mailing_store.hpp"
#include "queue/store/report_store.hpp"

namespace paperround::control {

namespace {

using Json = nlohmann::ordered_json;

constexpr unsigned no_limit = std::numeric_limits<unsigned>::max() / 2;

Json described(const audience::Member& member, const std::string& newsletter) {
    return {{"newsletter", newsletter},
            {"state", audience::to_string(member.state)},
            {"since", format_rfc3339(member.since)},
            {"ended", time_or_null<Json>(member.ended_at)},
            {"source", member.source},
            {"reason", member.reason}};
}

Json described(const audience::JoinRequest& request) {
    return {{"newsletter", request.newsletter},
            {"language", request.language},
            {"form", request.form},
            {"network", request.network},
            {"asked", format_rfc3339(request.asked_at)},
            {"reply", request.reply},
            {"confirmed", time_or_null<Json>(request.confirmed_at)}};
}

Json described(const SeriesView& series, const std::string& newsletter) {
    Json letters = Json::array();
    for (const audience::SeriesCopy& copy : series.copies) {
        letters.push_back(
            {{"letter", copy.letter}, {"mailing", copy.mailing_id}, {"made", format_rfc3339(copy.made_at)}});
    }
    return {{"newsletter", newsletter},
            {"joined", format_rfc3339(series.reader.joined_at)},
            {"next_due", time_or_null<Json>(series.reader.due)},
            {"ended", time_or_null<Json>(series.reader.ended_at)},
            {"letters", std::move(letters)}};
}

Json described(const audience::Suppression& suppression) {
    return {{"newsletter", suppression.newsletter.empty() ? Json(nullptr) : Json(suppression.newsletter)},
            {"reason", suppression.reason},
            {"evidence", suppression.evidence},
            {"provisional", suppression.provisional},
            {"since", format_rfc3339(suppression.created_at)}};
}

Json described(const queue::ReportRow& report) {
    return {{"time", format_rfc3339(report.at)},
            {"mailing", report.mailing_id},
            {"kind", report.kind},
            {"reason", report.reason},
            {"recipient", report.recipient},
            {"words", report.diagnostic},
            {"effect", queue::to_string(report.effect)}};
}

Json described(db::Database& database, const queue::ReaderDelivery& delivery) {
    const auto mailing = queue::MailingStore(database).mailing(delivery.mailing_id);
    Json object{{"mailing", delivery.mailing_id},
                {"newsletter", mailing ? mailing->newsletter : ""},
                {"title", mailing ? mailing->title : ""},
                {"recipient", delivery.recipient},
                {"state", queue::to_string(delivery.state)},
                {"attempts", Json::array()}};
    for (const queue::Attempt& attempt : queue::ReaderHistory(database).attempts(delivery.id, no_limit)) {
        object["attempts"].push_back({{"time", format_rfc3339_millis(attempt.at)},
                                      {"relay", attempt.relay},
                                      {"outcome", queue::to_string(attempt.outcome.kind)},
                                      {"code", attempt.outcome.code},
                                      {"enhanced", attempt.outcome.enhanced},
                                      {"text", attempt.outcome.text}});
    }
    return object;
}

}  // namespace

Answer<void> export_person(Desk& desk, std::string_view text, std::ostream& output) {
    const auto address = canonical_address(text);
    if (!address)
        return refuse(Refusal::Code::malformed, fmt::format("{}: {}", text, address.error().reason));
    db::Database& database = desk.database();
    audience::AudienceStore audience(database);
    const auto reader = audience.find(*address);
    const auto requests = audience::JoinStore(database).requests_of(*address);
    const auto suppressions = audience.suppressions_of(*address);
    const auto forgotten = audience::ForgottenStore(database).find(*address);
    if (!reader && requests.empty() && suppressions.empty() && !forgotten)
        return refuse(Refusal::Code::unknown, fmt::format("nothing is stored of {}", *address));
    Json object{{"address", reader ? reader->address : *address},
                {"written", format_rfc3339(desk.now())},
                {"name", reader ? reader->name : ""},
                {"attributes", reader ? Json(reader->attributes) : Json::object()},
                {"tags", reader ? Json(reader->tags) : Json::array()},
                {"subscriptions", Json::array()},
                {"welcome", Json::array()},
                {"requests", Json::array()},
                {"suppressions", Json::array()},
                {"forgotten", forgotten ? Json(format_rfc3339(forgotten->at)) : Json(nullptr)},
                {"deliveries", Json::array()},
                {"reports", Json::array()},
                {"actions", Json::array()}};
    for (const auto& suppression : suppressions) object["suppressions"].push_back(described(suppression));
    for (const auto& request : requests) object["requests"].push_back(described(request));
    if (reader) {
        for (const auto& [newsletter, member] : audience.memberships(reader->id)) {
            object["subscriptions"].push_back(described(member, newsletter));
            if (const auto series = series_of(desk, newsletter, reader->id))
                object["welcome"].push_back(described(*series, newsletter));
        }
        for (const auto& delivery : queue::ReaderHistory(database).deliveries(reader->id, no_limit))
            object["deliveries"].push_back(described(database, delivery));
        queue::ReportStore(database).each(
            {.subscriber_id = reader->id, .limit = no_limit},
            [&object](const queue::ReportRow& report) { object["reports"].push_back(described(report)); });
    }
    for (const queue::Action& one : queue::ActionLog(database).naming(*address)) {
        object["actions"].push_back({{"time", format_rfc3339(one.at)},
                                     {"actor", one.actor},
                                     {"action", one.action},
                                     {"subject", one.subject},
                                     {"result", one.result}});
    }
    output << json_line(object) << "\n";
    desk.record("readers export", *address, "everything about this person");
    return {};
}

}  // namespace paperround::control
