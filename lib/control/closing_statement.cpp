#include "control/closing_statement.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "audience/audience_store.hpp"
#include "control/json_line.hpp"
#include "pipeline/plan/wanted_readers.hpp"
#include "queue/store/mailing_store.hpp"

namespace paperround::control {

using queue::Place;

namespace {

std::string all_places() {
    std::string words;
    for (std::size_t i = 0; i < queue::place_count; ++i)
        words += fmt::format("{}{}", i == 0 ? "" : ", ", queue::to_string(static_cast<Place>(i)));
    return words;
}

}  // namespace

ClosingStatement closing_statement(Desk& desk, const queue::Mailing& mailing) {
    const db::Snapshot snapshot(desk.database());
    queue::ClosingAccount account(desk.database());
    const queue::PlaceCounts counts = account.counts(mailing.id);
    const queue::WithoutDelivery without = account.without_delivery(mailing.id);
    ClosingStatement statement;
    for (std::size_t i = 0; i < queue::place_count; ++i)
        statement.lines.push_back(
            {.place = static_cast<Place>(i), .readers = counts.at(i), .without_delivery = 0});
    const auto add = [&statement](Place place, std::int64_t readers) {
        ClosingLine& line = statement.lines.at(static_cast<std::size_t>(place));
        line.readers += readers;
        line.without_delivery += readers;
    };
    add(Place::suppressed, without.passed_over);
    add(Place::cancelled, without.not_reached);
    if (without.goes_on_behind) {
        const auto ahead =
            audience::AudienceStore(desk.database())
                .count_active_after(
                    mailing.newsletter, *without.goes_on_behind,
                    pipeline::wanted_readers(desk.settings().find_newsletter(mailing.newsletter)));
        add(Place::waiting, static_cast<std::int64_t>(ahead.mailable));
        add(Place::suppressed, static_cast<std::int64_t>(ahead.suppressed));
    }
    for (const ClosingLine& line : statement.lines) statement.audience += line.readers;
    return statement;
}

Answer<void> list_place(Desk& desk, std::int64_t mailing, std::string_view place,
                        const std::function<bool(const queue::PlacedDelivery&)>& visit) {
    const auto asked = queue::parse_place(place);
    if (!asked) {
        return refuse(Refusal::Code::malformed, fmt::format("\"{}\" is none of {}", place, all_places()));
    }
    if (!queue::MailingStore(desk.database()).mailing(mailing))
        return refuse(Refusal::Code::unknown, fmt::format("no mailing {}", mailing));
    queue::ClosingAccount(desk.database()).list(mailing, *asked, visit);
    return {};
}

std::string to_json(const queue::PlacedDelivery& delivery) {
    nlohmann::ordered_json object{{"recipient", delivery.recipient},
                                  {"state", queue::to_string(delivery.state)},
                                  {"due", nullptr},
                                  {"tried", time_or_null<nlohmann::ordered_json>(delivery.tried)},
                                  {"outcome", nullptr},
                                  {"relay", delivery.relay},
                                  {"code", delivery.outcome.code},
                                  {"enhanced", delivery.outcome.enhanced},
                                  {"text", delivery.outcome.text}};
    if (!queue::is_final(delivery.state)) object["due"] = format_rfc3339(delivery.due);
    if (delivery.tried) object["outcome"] = queue::to_string(delivery.outcome.kind);
    return json_line(object);
}

}  // namespace paperround::control
