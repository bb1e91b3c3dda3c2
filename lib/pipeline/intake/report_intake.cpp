#include "pipeline/intake/report_intake.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "audience/audience_store.hpp"
#include "bounce/reader.hpp"
#include "pipeline/intake/report_effects.hpp"
#include "pipeline/intake/report_policy.hpp"

namespace paperround::pipeline {

using queue::ReportEffect;

namespace {

constexpr std::string_view kind_of_unreadable = "mail";

queue::ReportRow row_of(const bounce::Report& report, const ReturnedMail& mail, std::int64_t mail_id,
                        Time now) {
    return {.mail_id = mail_id,
            .at = now,
            .source = std::string(mail.source),
            .kind = std::string(bounce::to_string(report.kind)),
            .of_class = std::string(bounce::to_string(report.of)),
            .reason = std::string(bounce::reason_name(report)),
            .status = report.status,
            .code = report.code,
            .recipient = report.recipient,
            .diagnostic = report.diagnostic,
            .words = words_key(report),
            .newsletter = {}};
}

// Whether what the report did is worth its mail as evidence. Whoever has a copy of ours can prove reports without number:
// what says nothing new keeps nothing.
bool did_something(ReportEffect effect) {
    return effect != ReportEffect::none && effect != ReportEffect::unproved &&
           effect != ReportEffect::repeated && effect != ReportEffect::unreadable;
}

// A copy of the message went on, wherever another of them failed.
bool reached_somebody(const bounce::Reading& reading) {
    return std::ranges::any_of(reading.reports, [](const bounce::Report& report) {
        return report.action == bounce::Action::delivered || report.action == bounce::Action::relayed ||
               report.action == bounce::Action::expanded;
    });
}

// Of one transaction.
class Taking {
  public:
    Taking(db::Database& database, const ReportProof& proof, Time now)
        : database_(database),
          proof_(proof),
          now_(now),
          reports_(database),
          effects_(database, now),
          unproved_listed_(reports_.counted(now, ReportEffect::unproved)) {}

    TakenMail take(const ReturnedMail& mail, Result<bounce::Reading, bounce::ReadError> reading) {
        TakenMail taken;
        if (!reading) taken.unreadable = reading.error();
        const auto mail_id = reports_.add_mail(mail.octets, mail.source, now_);
        if (!mail_id) {
            taken.seen_before = true;
            return taken;
        }
        if (!reading) {
            count(mail.source, kind_of_unreadable, ReportEffect::unreadable);
            return taken;
        }
        if (!mail.recipient.empty()) reading->traces.delivered_to.emplace_back(mail.recipient);
        meant_as_departure(*reading);
        const bool reached = reached_somebody(*reading);
        const auto named = proof_.named_in(reading->traces, now_);
        for (bounce::Report& report : reading->reports)
            taken.reports.push_back(apply(mail, *mail_id, named, std::move(report), reached));
        const bool evidence = std::ranges::any_of(
            taken.reports, [](const TakenReport& report) { return did_something(report.effect); });
        if (evidence) reports_.keep_octets(*mail_id, mail.octets);
        return taken;
    }
    // Whether what was signed with it may count: it has signed nothing, or this. Such a mark is forgotten as a mail is of
    // which nothing is kept (queue/store/report_store.hpp), long after its signature is late.
    bool may_count(const OneUse& once, std::string_view source) {
        const bool first = reports_.add_mail(once.token, source, now_).has_value();
        const bool new_pair =
            reports_.add_mail(fmt::format("{}\n{}", once.token, once.body), source, now_).has_value();
        return first || !new_pair;
    }
    // The last of the transaction.
    void write_counts() {
        for (const auto& [what, number] : counts_) {
            const auto& [source, kind, effect] = what;
            reports_.count(now_, source, kind, effect, number);
        }
    }
    [[nodiscard]] const std::vector<std::int64_t>& recalled() const { return effects_.recalled(); }

  private:
    // Whatever is sent to a reader's own address to leave by asks for that, unless a mail system wrote it.
    void meant_as_departure(bounce::Reading& reading) const {
        const bounce::Kind kind = reading.reports.front().kind;
        const bool by_mail_system =
            kind == bounce::Kind::bounce || kind == bounce::Kind::delayed || kind == bounce::Kind::complaint;
        if (by_mail_system || !proof_.asks_to_leave(reading.traces, now_)) return;
        reading.reports.resize(1);
        reading.reports.front().kind = bounce::Kind::unsubscribe;
        reading.reports.front().ground = bounce::Ground::none;
    }

    TakenReport apply(const ReturnedMail& mail, std::int64_t mail_id, const ReportProof::Named& named,
                      bounce::Report report, bool reached) {
        TakenReport taken;
        queue::ReportRow row = row_of(report, mail, mail_id, now_);
        const auto proven = proof_.prove(named, report);
        if (proven)
            taken.delivery = queue::DeliveryLookup(database_).of_reader(proven->mailing, proven->reader);
        taken.report = std::move(report);
        if (!taken.delivery) {
            row.effect = taken.effect = ReportEffect::unproved;
            if (unproved_listed_++ < queue::listed_unproved) reports_.add(row, {});
        } else {
            apply_proved(row, reached, taken);
        }
        count(mail.source, row.kind, taken.effect);
        return taken;
    }

    void count(std::string_view source, std::string_view kind, ReportEffect effect) {
        ++counts_[{std::string(source), std::string(kind), effect}];
    }

    // What makes two reports of one delivery the same. A delivery that was sent again may bounce again, and who joined
    // again may leave again.
    std::string said_by(const queue::ReportRow& row, std::int64_t tries) {
        if (row.kind == bounce::to_string(bounce::Kind::unsubscribe)) {
            const auto member = audience::AudienceStore(database_).member(row.newsletter, row.subscriber_id);
            return fmt::format("{} {}", row.kind, member ? to_millis(member->since) : 0);
        }
        if (row.kind == bounce::to_string(bounce::Kind::bounce))
            return fmt::format("{} {} {}", row.kind, row.of_class, tries);
        return row.kind;
    }

    void apply_proved(queue::ReportRow& row, bool reached, TakenReport& taken) {
        row.delivery_id = taken.delivery->id;
        row.mailing_id = taken.delivery->mailing_id;
        row.subscriber_id = taken.delivery->subscriber_id;
        row.newsletter = taken.delivery->newsletter;
        const auto id = reports_.add(row, said_by(row, taken.delivery->tries));
        if (!id) {
            taken.effect = ReportEffect::repeated;
            return;
        }
        row.id = *id;
        const bool bounce = taken.report.kind == bounce::Kind::bounce;
        effects_.apply(row, bounce && reached ? Consequence::nothing : consequence_of(taken.report), taken);
    }

    db::Database& database_;
    const ReportProof& proof_;
    Time now_;
    queue::ReportStore reports_;
    ReportEffects effects_;
    std::int64_t unproved_listed_;
    std::map<std::tuple<std::string, std::string, ReportEffect>, std::int64_t> counts_;
};

}  // namespace

std::vector<TakenMail> ReportIntake::take(std::span<const ReturnedMail> mails) {
    std::vector<Result<bounce::Reading, bounce::ReadError>> readings;
    readings.reserve(mails.size());
    for (const ReturnedMail& mail : mails) {
        readings.push_back(mail.whole ? bounce::read_message(mail.octets)
                                      : failure(bounce::ReadError::too_large));
    }
    std::vector<TakenMail> taken;
    taken.reserve(mails.size());
    db::Transaction transaction(database_);
    Taking taking(database_, proof_, clock_.now());
    for (std::size_t i = 0; i < mails.size(); ++i)
        taken.push_back(taking.take(mails[i], std::move(readings[i])));
    taking.write_counts();
    transaction.commit();
    if (recall_ != nullptr) recall_->add(taking.recalled());
    return taken;
}

bool ReportIntake::is_early(std::span<const bounce::Event> events) const {
    const Time now = clock_.now();
    return std::ranges::any_of(
        events, [&](const bounce::Event& event) { return proof_.is_early(event.reading, now); });
}

std::optional<std::vector<TakenMail>> ReportIntake::take_events(std::span<bounce::Event> events,
                                                                std::string_view source, const OneUse& once) {
    std::vector<TakenMail> taken;
    if (events.empty() && once.token.empty()) return taken;
    db::Transaction transaction(database_);
    Taking taking(database_, proof_, clock_.now());
    if (!once.token.empty() && !taking.may_count(once, source)) return std::nullopt;
    for (bounce::Event& event : events)
        taken.push_back(taking.take({event.octets, source, {}}, std::move(event.reading)));
    taking.write_counts();
    transaction.commit();
    if (recall_ != nullptr) recall_->add(taking.recalled());
    return taken;
}

}  // namespace paperround::pipeline
