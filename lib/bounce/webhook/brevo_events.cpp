#include <utility>

#include "base/text.hpp"
#include "bounce/webhook/event_report.hpp"
#include "bounce/webhook/events.hpp"

namespace paperround::bounce {

namespace {

using refusal::Reason;

std::vector<Report> reports_of_brevo(const JsonValue& event) {
    const std::string_view kind = event["event"].words();
    const std::string_view recipient = event["email"].words();
    EventSays says{.recipient = recipient, .words = event["reason"].words()};
    if (kind == "hard_bounce" || kind == "hardBounce" || kind == "invalid_email" || kind == "invalid") {
        says.verdict = Reason::user_unknown;
        return {event_bounce(says)};
    }
    if (kind == "soft_bounce" || kind == "softBounce") {
        says.permanent = false;
        return {event_bounce(says)};
    }
    // Brevo did not try: it has the address on a list of its own.
    if (kind == "blocked" || kind == "error") {
        says.verdict = kind == "error" ? Reason::system : Reason::rejected;
        says.description = std::exchange(says.words, {});
        return {event_bounce(says)};
    }
    if (kind == "deferred") return {event_delay(says)};
    if (kind == "spam" || kind == "complaint") return {event_of_reader(Kind::complaint, recipient)};
    if (kind == "unsubscribed" || kind == "unsubscribe")
        return {event_of_reader(Kind::unsubscribe, recipient)};
    return {};
}

std::string without_brackets(std::string_view id) {
    id = trim(id);
    if (id.starts_with('<')) id.remove_prefix(1);
    if (id.ends_with('>')) id.remove_suffix(1);
    return std::string(id);
}

}  // namespace

Events brevo_events(std::string_view body) {
    const auto request = parse_json(body);
    if (!request) return failure(EventError::no_json);
    std::vector<Event> events;
    for (const JsonValue* event : each_event(*request)) {
        auto reports = reports_of_brevo(*event);
        if (reports.empty()) continue;
        const std::string id = without_brackets((*event)["message-id"].words());
        events.push_back({.octets = event->to_json(),
                          .reading = {.reports = std::move(reports),
                                      .traces = event_traces({{"Message-ID", "<" + id + ">"}}, {id})}});
    }
    return events;
}

}  // namespace paperround::bounce
