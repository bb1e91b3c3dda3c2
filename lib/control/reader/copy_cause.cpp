#include "control/reader/copy_cause.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/address/mailbox.hpp"
#include "base/text/date_time.hpp"
#include "config/time/send_window.hpp"
#include "control/relays.hpp"
#include "queue/admin/action_log.hpp"
#include "queue/reply_line.hpp"

namespace paperround::control {

namespace {

using queue::DeliveryState;
using queue::MailingState;

constexpr unsigned most_attempts = 50;
constexpr unsigned most_shown_actions = 20;

struct Words {
    Cause cause;
    Got got;
    std::string_view words;
};

void say(Explanation& explanation, const Words& words, std::string_view more = {}) {
    explanation.cause = words.cause;
    explanation.got = words.got;
    explanation.words = fmt::format("{}{}{}", words.words, more.empty() ? "" : " ", more);
}

std::string attempt_words(const queue::Attempt& attempt) {
    const std::string reply = queue::reply_line(attempt.outcome);
    return fmt::format("try {}{}{} ({} at {}): {}", attempt.number, attempt.relay.empty() ? "" : " over ",
                       attempt.relay, queue::to_string(attempt.outcome.kind),
                       queue::to_string(attempt.outcome.stage), reply.empty() ? "no reply" : reply);
}

std::vector<Evidence> actions_about(Desk& desk, std::string_view subject, std::string_view of_action) {
    std::vector<Evidence> found;
    for (const queue::Action& action : queue::ActionLog(desk.database()).about(subject, most_shown_actions)) {
        if (!action.action.starts_with(of_action)) continue;
        found.push_back({action.at, fmt::format("{}: {}, {}: {}", action.actor, action.action, action.subject,
                                                action.result)});
    }
    std::ranges::reverse(found);
    return found;
}

void append(std::vector<Evidence>& evidence, std::vector<Evidence> more) {
    for (Evidence& one : more) evidence.push_back(std::move(one));
}

std::string subject_of(const queue::Mailing& mailing) {
    return fmt::format("mailing {}", mailing.id);
}

// The relays of the newsletter that take nothing at present, in words; empty if one of them does.
std::string relay_trouble(Desk& desk, const config::Newsletter& newsletter, std::vector<Evidence>& evidence) {
    std::string words;
    std::vector<Evidence> found;
    for (const RelayView& view : Relays(desk).list()) {
        const auto shares = newsletter.effective_relays();
        const bool carries = std::ranges::any_of(
            shares, [&view](const config::RelayShare& share) { return share.relay == view.relay->name; });
        if (!carries) continue;
        if (!view.orders.paused && view.health.up()) return {};
        words += fmt::format("{}{} is {}", words.empty() ? "" : ", ", view.relay->name, view.state());
        if (view.health.next_attempt && !view.orders.paused)
            words += fmt::format(" and is tried again at {}", format_rfc3339(*view.health.next_attempt));
        found.push_back({view.since(), fmt::format("relay {}: {}", view.relay->name, view.last_trouble())});
    }
    append(evidence, std::move(found));
    return words;
}

void explain_cancelled(Desk& desk, const Copy& copy, Explanation& explanation) {
    if (copy.mailing.state == MailingState::cancelled) {
        say(explanation,
            {Cause::mailing_cancelled, Got::no, "The mailing was cancelled before this copy was sent."});
        if (copy.mailing.finished)
            explanation.evidence.push_back({*copy.mailing.finished, "the mailing was cancelled"});
        append(explanation.evidence, actions_about(desk, subject_of(copy.mailing), "mailings cancel"));
        return;
    }
    say(explanation, {Cause::dropped, Got::no, "A person took this copy out of the queue."});
    for (const std::string& subject :
         {copy.delivery.recipient, fmt::format("{}, {}", copy.delivery.recipient, subject_of(copy.mailing)),
          subject_of(copy.mailing), copy.mailing.newsletter, std::string("all deliveries"),
          "domain " + std::string(domain_of(copy.delivery.recipient))}) {
        append(explanation.evidence, actions_about(desk, subject, "queue drop"));
    }
}

void explain_left(Desk& desk, const Copy& copy, Explanation& explanation) {
    const bool removed = copy.member && copy.member->state == audience::State::removed;
    if (removed) {
        say(explanation, {Cause::removed_meanwhile, Got::no,
                          "A person removed the reader from the list before this copy was sent."});
    } else {
        say(explanation,
            {Cause::left_meanwhile, Got::no, "The reader left the newsletter before this copy was sent."});
    }
    if (copy.member) append(explanation.evidence, evidence_of(desk, *copy.member, copy.mailing.newsletter));
}

void explain_suppressed(Desk& desk, const Copy& copy, Explanation& explanation) {
    say(explanation, {Cause::suppressed_meanwhile, Got::no,
                      "The address was suppressed before this copy was sent: it gets no mail."});
    const auto suppression = audience::AudienceStore(desk.database())
                                 .find_suppression(copy.delivery.recipient, copy.mailing.newsletter);
    if (suppression) return append(explanation.evidence, evidence_of(desk, *suppression));
    explanation.evidence.push_back({std::nullopt, "the suppression was lifted since"});
}

// A first that holds is why the copy waits.
void explain_waiting(Desk& desk, const Copy& copy, Explanation& explanation) {
    const Time now = desk.now();
    const auto& [mailing, delivery, reader, member] = copy;
    const config::Newsletter* newsletter = desk.settings().find_newsletter(mailing.newsletter);
    if (mailing.state == MailingState::paused) {
        say(explanation, {Cause::paused, Got::not_yet, "The mailing is paused:"}, mailing.pause_reason + ".");
        return append(explanation.evidence, actions_about(desk, subject_of(mailing), "mailings pause"));
    }
    if (newsletter == nullptr) {
        return say(explanation,
                   {Cause::paused, Got::not_yet,
                    "The newsletter is not in the configuration any more, so nothing of it is sent."});
    }
    if (delivery.due > now && delivery.tries > 0) {
        return say(explanation, {Cause::deferred, Got::not_yet, "The copy was put off. The next try is at"},
                   format_rfc3339(delivery.due) + ".");
    }
    if (newsletter->window && mailing.kind != queue::MailingKind::personal) {
        const Time opening = config::next_opening(*newsletter->window, now).begin;
        if (opening > now) {
            return say(explanation,
                       {Cause::window_closed, Got::not_yet, "The newsletter's send window is closed until"},
                       format_rfc3339(opening) + ".");
        }
    }
    if (const std::string words = relay_trouble(desk, *newsletter, explanation.evidence); !words.empty()) {
        return say(explanation,
                   {Cause::relay_trouble, Got::not_yet, "No relay of the newsletter takes mail now:"},
                   words + ".");
    }
    if (delivery.shelf != 0) {
        const auto limit = queue::ReaderHistory(desk.database()).name_of_shelf(delivery.shelf);
        if (limit) {
            return say(explanation,
                       {Cause::limited, Got::not_yet, "The copy waits its turn behind the limit of"},
                       *limit + " (`paperround queue --by provider`).");
        }
    }
    say(explanation, {Cause::queued, Got::not_yet, "The copy is queued, and is sent when its turn comes."});
}

void explain_held(Desk& desk, const Copy& copy, bool doubted, Explanation& explanation) {
    if (doubted) {
        return say(
            explanation,
            {Cause::held_in_doubt, Got::perhaps,
             "The message may have arrived: its end was sent, and no reply came. It is sent again only if a "
             "person says so (`paperround queue release --in-doubt`)."});
    }
    say(explanation,
        {Cause::held, Got::not_yet, "A person holds the copy; `paperround queue release` sends it."});
    for (const std::string& subject :
         {copy.delivery.recipient, subject_of(copy.mailing), copy.mailing.newsletter,
          std::string("all deliveries"), "domain " + std::string(domain_of(copy.delivery.recipient))}) {
        append(explanation.evidence, actions_about(desk, subject, "queue hold"));
    }
}

void explain_final(Desk& desk, const Copy& copy, Explanation& explanation) {
    switch (copy.delivery.state) {
        case DeliveryState::sent:
            return say(explanation,
                       {Cause::accepted, Got::yes,
                        "The relay accepted the message. What the reader's own server did with it "
                        "behind the relay is not known here."});
        case DeliveryState::bounced:
            say(explanation, {Cause::bounced, Got::no,
                              "The server said that this mailbox does not exist or takes no mail."});
            if (const auto suppression =
                    audience::AudienceStore(desk.database())
                        .find_suppression(copy.delivery.recipient, copy.mailing.newsletter))
                append(explanation.evidence, evidence_of(desk, *suppression));
            return;
        case DeliveryState::refused:
            return say(explanation,
                       {Cause::refused, Got::no,
                        "The message was refused for good, for a reason that is not the reader's: its "
                        "content, or what the server thinks of the sender."});
        case DeliveryState::expired:
            return say(explanation,
                       {Cause::expired, Got::no,
                        "The server put the message off until the time for trying again was over."});
        case DeliveryState::left:
            return explain_left(desk, copy, explanation);
        case DeliveryState::suppressed:
            return explain_suppressed(desk, copy, explanation);
        default:
            return explain_cancelled(desk, copy, explanation);
    }
}

}  // namespace

std::vector<Evidence> evidence_of(Desk& desk, const audience::Suppression& suppression) {
    std::string words = "suppressed: " + suppression.reason;
    if (!suppression.evidence.empty()) words += ": " + suppression.evidence;
    if (suppression.mailing_id) words += fmt::format(" (mailing {})", *suppression.mailing_id);
    if (suppression.provisional) words += "; provisional until that mailing has ended well";
    std::vector<Evidence> evidence{{suppression.created_at, std::move(words)}};
    append(evidence, actions_about(desk, suppression.address_key, "suppressions"));
    return evidence;
}

std::vector<Evidence> evidence_of(Desk& desk, const audience::Member& member, std::string_view newsletter) {
    std::vector<Evidence> evidence{{member.since, fmt::format("joined: {}", member.source)}};
    if (!member.ended_at) return evidence;
    evidence.push_back({*member.ended_at, fmt::format("{}{}{}", audience::to_string(member.state),
                                                      member.reason.empty() ? "" : ": ", member.reason)});
    append(evidence, actions_about(desk, fmt::format("{} of {}", member.subscriber.address, newsletter),
                                   "readers remove"));
    return evidence;
}

void explain_copy(Desk& desk, const Copy& copy, Explanation& explanation) {
    const auto attempts = queue::ReaderHistory(desk.database()).attempts(copy.delivery.id, most_attempts);
    const bool doubted = !attempts.empty() && attempts.back().outcome.kind == queue::OutcomeKind::in_doubt;
    switch (copy.delivery.state) {
        case DeliveryState::queued:
        case DeliveryState::deferred:
            explain_waiting(desk, copy, explanation);
            break;
        case DeliveryState::sending:
            say(explanation, {Cause::sending, Got::not_yet, "The copy is being sent at this moment."});
            break;
        case DeliveryState::in_doubt:
            say(explanation,
                {Cause::in_doubt, Got::perhaps,
                 "The message may have arrived: its end was sent, and no reply came. It is sent once more at"},
                format_rfc3339(copy.delivery.due) + ".");
            break;
        case DeliveryState::held:
            explain_held(desk, copy, doubted, explanation);
            break;
        default:
            explain_final(desk, copy, explanation);
    }
    for (const queue::Attempt& attempt : attempts)
        explanation.evidence.push_back({attempt.at, attempt_words(attempt)});
    std::ranges::stable_sort(explanation.evidence, {}, [](const Evidence& one) { return one.at; });
}

}  // namespace paperround::control
