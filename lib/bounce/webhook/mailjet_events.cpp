#include <array>

#include "bounce/webhook/event_report.hpp"
#include "bounce/webhook/events.hpp"

namespace paperround::bounce {

namespace {

using refusal::Reason;

struct MailjetError {
    std::string_view name;
    Reason reason;
};
// Of Mailjet's table of errors.
constexpr std::array mailjet_errors{MailjetError{"user unknown", Reason::user_unknown},
                                    MailjetError{"mailbox inactive", Reason::inactive},
                                    MailjetError{"quota exceeded", Reason::mailbox_full},
                                    MailjetError{"blacklisted", Reason::inactive},
                                    MailjetError{"spam reporter", Reason::rejected},
                                    MailjetError{"invalid domain", Reason::host_unknown},
                                    MailjetError{"no mail host", Reason::host_unknown},
                                    MailjetError{"relay/access denied", Reason::policy},
                                    MailjetError{"sender blocked", Reason::policy},
                                    MailjetError{"content blocked", Reason::content},
                                    MailjetError{"policy issue", Reason::policy},
                                    MailjetError{"system issue", Reason::system},
                                    MailjetError{"protocol issue", Reason::system},
                                    MailjetError{"connection issue", Reason::network},
                                    MailjetError{"greylisted", Reason::rate},
                                    MailjetError{"preblocked", Reason::rejected},
                                    MailjetError{"duplicate in campaign", Reason::rejected},
                                    MailjetError{"typofix", Reason::host_unknown},
                                    MailjetError{"bad or empty template", Reason::content}};

Reason verdict_of_mailjet(std::string_view error) {
    for (const MailjetError& each : mailjet_errors) {
        if (each.name == error) return each.reason;
    }
    return Reason::unknown;
}

std::vector<Report> reports_of_mailjet(const JsonValue& event) {
    const std::string_view kind = event["event"].words();
    const std::string_view recipient = event["email"].words();
    if (kind == "bounce" || kind == "blocked") {
        const std::string_view error = event["error"].words();
        const EventSays says{.recipient = recipient,
                             .words = event["comment"].words(),
                             .description = error,
                             .verdict = verdict_of_mailjet(error),
                             .permanent = kind == "blocked" || event["hard_bounce"].is_true()};
        return {error == "greylisted" ? event_delay(says) : event_bounce(says)};
    }
    if (kind == "spam") return {event_of_reader(Kind::complaint, recipient)};
    if (kind == "unsub") return {event_of_reader(Kind::unsubscribe, recipient)};
    return {};
}

}  // namespace

Events mailjet_events(std::string_view body) {
    const auto request = parse_json(body);
    if (!request) return failure(EventError::no_json);
    std::vector<Event> events;
    for (const JsonValue* event : each_event(*request)) {
        auto reports = reports_of_mailjet(*event);
        if (reports.empty()) continue;
        events.push_back(
            {.octets = event->to_json(),
             .reading = {.reports = std::move(reports),
                         .traces = event_traces({}, {std::string((*event)["MessageID"].words()),
                                                     std::string((*event)["Message_GUID"].words())})}});
    }
    return events;
}

}  // namespace paperround::bounce
