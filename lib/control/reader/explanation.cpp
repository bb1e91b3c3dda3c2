#include "control/reader/explanation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "audience/join_store.hpp"
#include "audience/past/forgotten_store.hpp"
#include "base/address/mailbox.hpp"
#include "base/text/date_time.hpp"
#include "control/reader/copy_cause.hpp"
#include "control/reader/letter_cause.hpp"
#include "pipeline/plan/next_due.hpp"
#include "pipeline/plan/wanted_readers.hpp"
#include "queue/admin/closing_account.hpp"
#include "queue/store/mailing_store.hpp"

namespace paperround::control {

namespace {

constexpr unsigned newest_mailings = 5;

class Explaining {
  public:
    Explaining(Desk& desk, std::string address)
        : desk_(desk), address_(std::move(address)), audience_(desk.database()) {
        reader_ = audience_.find(address_);
        if (reader_) memberships_ = audience_.memberships(reader_->id);
        requests_ = audience::JoinStore(desk.database()).requests_of(address_);
    }

    // Of the newsletter's next mailing.
    Explanation next(const std::string& newsletter) {
        Explanation explanation{.newsletter = newsletter};
        const auto member = member_of(newsletter);
        if (!member) {
            explain_stranger(newsletter, explanation);
        } else if (member->state != audience::State::active) {
            explain_gone(*member, newsletter, explanation);
        } else if (const auto suppression = audience_.find_suppression(address_, newsletter)) {
            explain_suppression(*suppression, explanation);
        } else if (!is_wanted(newsletter)) {
            explain_segment(newsletter, explanation);
        } else {
            explain_next(newsletter, *member, explanation);
        }
        return explanation;
    }

    Explanation of(const queue::Mailing& mailing) {
        Explanation explanation{
            .newsletter = mailing.newsletter, .mailing = mailing.id, .title = mailing.title};
        const auto member = member_of(mailing.newsletter);
        const auto delivery =
            reader_ ? queue::ReaderHistory(desk_.database()).delivery(mailing.id, reader_->id) : std::nullopt;
        if (delivery) {
            explain_copy(desk_, {mailing, *delivery, *reader_, member}, explanation);
        } else if (!member) {
            explain_stranger(mailing.newsletter, explanation);
        } else if (mailing.kind == queue::MailingKind::letters) {
            explain_no_letter(desk_, mailing, reader_->id, explanation);
        } else {
            explain_without_copy(mailing, *member, explanation);
        }
        return explanation;
    }

    // Those that he reads or read, those that he asked for, and those that there are.
    std::set<std::string> newsletters() {
        std::set<std::string> names;
        for (const auto& [name, member] : memberships_) names.insert(name);
        for (const auto& request : requests_) names.insert(request.newsletter);
        for (const auto& newsletter : desk_.settings().newsletters) names.insert(newsletter.name);
        return names;
    }

  private:
    std::optional<audience::Member> member_of(const std::string& newsletter) {
        const auto found = memberships_.find(newsletter);
        return found == memberships_.end() ? std::nullopt : std::optional(found->second);
    }

    // Nothing says that he ever read it.
    void explain_stranger(const std::string& newsletter, Explanation& explanation) {
        const auto asked = std::ranges::find(requests_, newsletter, &audience::JoinRequest::newsletter);
        if (asked != requests_.end() && !asked->confirmed_at) {
            explanation.cause = Cause::never_confirmed;
            explanation.words =
                "Somebody asked by the page to subscribe this address, and nobody confirmed by the link in the mail.";
            explanation.evidence.push_back({asked->asked_at, "asked by " + asked->form});
            if (!asked->reply.empty())
                explanation.evidence.push_back(
                    {std::nullopt, "the mail that asks to confirm: " + asked->reply});
            return;
        }
        if (const auto forgotten = audience::ForgottenStore(desk_.database()).find(address_)) {
            explanation.cause = Cause::forgotten;
            explanation.words =
                "This person was forgotten. Nothing is stored of him but a hash, by which he stays away.";
            explanation.evidence.push_back({forgotten->at, "forgotten"});
            return;
        }
        explanation.cause = Cause::not_on_the_list;
        explanation.words = fmt::format("This address is not on the list of {}, and never was.", newsletter);
        if (const auto suppression = audience_.find_suppression(address_, newsletter))
            add(explanation, evidence_of(desk_, *suppression));
    }

    void explain_gone(const audience::Member& member, const std::string& newsletter,
                      Explanation& explanation) {
        const bool removed = member.state == audience::State::removed;
        explanation.cause = removed ? Cause::removed_before : Cause::left_before;
        explanation.words =
            removed ? "A person removed the reader from the list." : "The reader left the newsletter.";
        add(explanation, evidence_of(desk_, member, newsletter));
    }

    void explain_suppression(const audience::Suppression& suppression, Explanation& explanation) {
        explanation.cause = Cause::suppressed_before;
        explanation.words = "The reader is on the list, and the address is suppressed: it gets no mail.";
        add(explanation, evidence_of(desk_, suppression));
    }

    // As the newsletter is configured now.
    bool is_wanted(const std::string& newsletter) {
        const auto wanted = pipeline::wanted_readers(desk_.settings().find_newsletter(newsletter));
        return !wanted || !reader_ || wanted(*reader_);
    }
    void explain_segment(const std::string& newsletter, Explanation& explanation) {
        const auto& segment = *desk_.settings().find_newsletter(newsletter)->to;
        explanation.cause = Cause::not_in_segment;
        explanation.words = "The reader is on the list, and not among those whom the newsletter is for.";
        explanation.evidence.push_back({std::nullopt, "to: " + segment.text()});
        std::string known = fmt::format("name = '{}'", reader_->name);
        for (const auto& [name, value] : reader_->attributes)
            known += fmt::format(", {} = '{}'", name, value);
        for (const std::string& tag : reader_->tags) known += fmt::format(", tag '{}'", tag);
        explanation.evidence.push_back({std::nullopt, "he has " + known});
    }

    void explain_next(const std::string& name, const audience::Member& member, Explanation& explanation) {
        add(explanation, evidence_of(desk_, member, name));
        const config::Newsletter* newsletter = desk_.settings().find_newsletter(name);
        explanation.cause = Cause::not_due;
        explanation.got = Got::not_yet;
        if (newsletter == nullptr) {
            explanation.words = "The reader is on the list of a newsletter that is not configured any more.";
            return;
        }
        const auto moment = pipeline::next_mailing(desk_.database(), *newsletter, desk_.now());
        if (!moment) {
            explanation.words =
                "The reader gets the next mailing. No post is ready to be mailed, or too few for a "
                "digest (`paperround posts`).";
        } else if (*moment > desk_.now()) {
            explanation.words =
                "The reader gets the next mailing. It is due at " + format_rfc3339(*moment) + ".";
        } else {
            explanation.cause = Cause::reads;
            explanation.words = "The reader gets the next mailing, which is due.";
        }
    }

    void explain_without_copy(const queue::Mailing& mailing, const audience::Member& member,
                              Explanation& explanation) {
        const auto ahead = queue::ClosingAccount(desk_.database()).without_delivery(mailing.id);
        const bool active = member.state == audience::State::active;
        if (ahead.goes_on_behind && *ahead.goes_on_behind < member.subscriber.id && active &&
            !audience_.is_suppressed(address_, mailing.newsletter) && is_wanted(mailing.newsletter))
            return explain_ahead(mailing, explanation);
        if (member.since > mailing.created) {
            explanation.cause = Cause::joined_after;
            explanation.words = "The reader joined after the mailing had been planned.";
            explanation.evidence.push_back({mailing.created, "the mailing was planned"});
            return add(explanation, evidence_of(desk_, member, mailing.newsletter));
        }
        if (member.ended_at) return explain_gone(member, mailing.newsletter, explanation);
        if (const auto suppression = audience_.find_suppression(address_, mailing.newsletter))
            return explain_suppression(*suppression, explanation);
        if (!is_wanted(mailing.newsletter)) return explain_segment(mailing.newsletter, explanation);
        if (mailing.state == queue::MailingState::cancelled) {
            explanation.cause = Cause::never_reached;
            explanation.words = "The mailing was cancelled before a copy for this reader was made.";
            if (mailing.finished) explanation.evidence.push_back({*mailing.finished, "cancelled"});
            return;
        }
        explanation.cause = Cause::not_there_by_then;
        explanation.words =
            "No copy was made: when copies were made the address was suppressed or not subscribed, and that has "
            "changed since.";
        add(explanation, evidence_of(desk_, member, mailing.newsletter));
    }

    // His copy is still to be made.
    void explain_ahead(const queue::Mailing& mailing, Explanation& explanation) {
        explanation.got = Got::not_yet;
        if (mailing.state == queue::MailingState::scheduled && mailing.not_before > desk_.now()) {
            explanation.cause = Cause::not_due;
            explanation.words = "The mailing goes out from " + format_rfc3339(mailing.not_before) + ".";
        } else if (mailing.state == queue::MailingState::paused) {
            explanation.cause = Cause::paused;
            explanation.words = "The mailing is paused: " + mailing.pause_reason + ".";
        } else {
            explanation.cause = Cause::not_reached;
            explanation.words = "The copies are being made, and this reader's is still to come.";
        }
    }

    static void add(Explanation& explanation, std::vector<Evidence> more) {
        for (Evidence& one : more) explanation.evidence.push_back(std::move(one));
    }

    Desk& desk_;
    std::string address_;
    audience::AudienceStore audience_;
    std::optional<audience::Subscriber> reader_;
    std::map<std::string, audience::Member> memberships_;
    std::vector<audience::JoinRequest> requests_;
};

}  // namespace

Answer<std::vector<Explanation>> explain(Desk& desk, std::string_view address,
                                         std::optional<std::int64_t> mailing) {
    auto canonical = canonical_address(address);
    if (!canonical)
        return refuse(Refusal::Code::malformed, fmt::format("{}: {}", address, canonical.error().reason));
    queue::MailingStore mailings(desk.database());
    const db::Snapshot snapshot(desk.database());
    Explaining explaining(desk, std::move(*canonical));
    std::vector<Explanation> explanations;
    if (mailing) {
        const auto found = mailings.mailing(*mailing);
        if (!found) return refuse(Refusal::Code::unknown, fmt::format("no mailing {}", *mailing));
        explanations.push_back(explaining.of(*found));
        return explanations;
    }
    for (const std::string& newsletter : explaining.newsletters()) {
        explanations.push_back(explaining.next(newsletter));
        for (const std::int64_t id :
             queue::ReaderHistory(desk.database()).mailings_of(newsletter, newest_mailings)) {
            if (const auto found = mailings.mailing(id)) explanations.push_back(explaining.of(*found));
        }
    }
    return explanations;
}

}  // namespace paperround::control
