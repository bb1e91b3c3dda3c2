#include "pipeline/intake/report_collecting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "pipeline/data/data_directory.hpp"
#include "queue/store/delivery_store.hpp"
#include "queue/store/report_store.hpp"

namespace paperround::pipeline {

using namespace std::chrono_literals;

namespace {

constexpr auto next_look_at_maildirs = 1s;
constexpr auto next_look_at_servers = 1min;
constexpr unsigned seldomest_look = 10;  // times that
// Mails of one transaction: enough that its commit costs little for each, few enough that nobody waits for it.
constexpr std::size_t mails_at_once = 50;
constexpr std::size_t octets_at_once = 8U << 20U;
// Of one session with a server: POP3 removes nothing before its end.
constexpr std::size_t mails_of_a_session = 1000;
// While a mailing is being sent, the rest of the time is its own.
constexpr int share_beside_a_mailing = 10;
constexpr auto between_forgetting = 1min;
constexpr int forgotten_at_once = 2000;

// POP3 has no folder for mails that are too large to be fetched: how many lie there is said whenever it changes.
template <class Mailbox>
void tell_what_stays(Mailbox& mailbox, const std::vector<net::ListedMail>& listed, Events& events) {
    const auto too_large = static_cast<std::size_t>(std::ranges::count_if(
        listed, [](const net::ListedMail& mail) { return mail.octets > bounce::message_limit; }));
    if (too_large == std::exchange(mailbox.passed_over, too_large) || too_large == 0) return;
    events.bounce_mailbox(
        mailbox.name,
        fmt::format("{} mails in it of more than {} MiB stay there: look at them and remove them; "
                    "behind {} of them nothing is collected",
                    too_large, bounce::message_limit >> 20U, mails_of_a_session));
}

}  // namespace

ReportCollecting::ReportCollecting(const config::Settings& settings, std::vector<MailboxAccess> mailboxes,
                                   const audience::TokenSigner& signer, const Clock& clock, Events& events,
                                   queue::Recall& recall, OpenMailbox open)
    : settings_(settings),
      signer_(signer),
      clock_(clock),
      events_(events),
      recall_(recall),
      open_(std::move(open)),
      spool_(settings.data_dir) {
    for (MailboxAccess& each : mailboxes) {
        std::string name = each.mailbox.name();
        Maildir maildir(each.mailbox.maildir);
        mailboxes_.push_back({std::move(each), std::move(name), std::move(maildir)});
    }
}

void ReportCollecting::run(const std::stop_token& stop) {
    // What came by a webhook is forgotten here too.
    if (mailboxes_.empty() && settings_.bounces.webhooks.empty()) return;
    while (!stop.stop_requested()) {
        try {
            auto database = open_database(settings_.data_dir);
            while (!stop.stop_requested()) {
                if (collect(database, stop) == 0) wait(next_look_at_maildirs, stop);
            }
        } catch (const db::Error&) {
            // The ledger uses the same database all the time and reports when it fails.
            wait(after_database_error, stop);
        }
    }
}

std::size_t ReportCollecting::collect(db::Database& database, const std::stop_token& stop) {
    forget_old(database);
    ReportIntake intake(database, signer_, clock_, &recall_);
    std::size_t taken = 0;
    for (Mailbox& mailbox : mailboxes_) {
        if (stop.stop_requested()) break;
        const auto began = std::chrono::steady_clock::now();
        if (mailbox.due > began) continue;
        const std::size_t mails = collect_from(mailbox, intake, stop);
        taken += mails;
        if (mails == 0 || !queue::DeliveryStore(database).anything_sending()) continue;
        const auto worked = std::chrono::steady_clock::now() - began;
        wait(std::chrono::duration_cast<Duration>(worked) * (share_beside_a_mailing - 1), stop);
    }
    return taken;
}

void ReportCollecting::forget_old(db::Database& database) {
    const auto now = std::chrono::steady_clock::now();
    if (forgot_ && now - *forgot_ < between_forgetting) return;
    forgot_ = now;
    db::Transaction transaction(database);
    queue::ReportStore(database).forget_old(clock_.now(), forgotten_at_once);
    transaction.commit();
}

std::size_t ReportCollecting::collect_from(Mailbox& mailbox, ReportIntake& intake,
                                           const std::stop_token& stop) {
    return mailbox.access.mailbox.kind == config::MailboxKind::maildir
               ? collect_from_maildir(mailbox, intake)
               : collect_from_server(mailbox, intake, stop);
}

std::size_t ReportCollecting::collect_from_maildir(Mailbox& mailbox, ReportIntake& intake) {
    const auto mails = mailbox.maildir.next(mails_at_once, octets_at_once, bounce::message_limit + 1);
    tell_trouble(mailbox, mails ? std::string() : mails.error());
    if (!mails || mails->empty()) return 0;
    std::vector<ReturnedMail> returned;
    returned.reserve(mails->size());
    for (const Maildir::Mail& mail : *mails) returned.push_back({mail.octets, mailbox.name, {}});
    settle(mailbox, *mails, intake.take(returned));
    return mails->size();
}

void ReportCollecting::settle(Mailbox& mailbox, const std::vector<Maildir::Mail>& mails,
                              const std::vector<TakenMail>& taken) {
    for (std::size_t i = 0; i < mails.size(); ++i) {
        if (taken[i].unreadable)
            mailbox.maildir.unreadable(mails[i].name);
        else
            mailbox.maildir.taken(mails[i].name);
        tell(mailbox, mails[i].name, taken[i]);
    }
    if (mailbox.maildir.passed_over() == mailbox.passed_over) return;
    mailbox.passed_over = mailbox.maildir.passed_over();
    events_.bounce_mailbox(mailbox.name,
                           fmt::format("{} mails in it can be neither read nor moved, and are passed over",
                                       mailbox.passed_over));
}

std::size_t ReportCollecting::collect_from_server(Mailbox& mailbox, ReportIntake& intake,
                                                  const std::stop_token& stop) {
    auto done = [&]() -> Result<std::size_t, std::string> {
        auto session = open_(mailbox.access, cancelled_);
        if (!session) return failure(std::move(session.error()));
        return collect_over(**session, mailbox, intake, stop);
    }();
    if (cancelled_) return 0;
    tell_trouble(mailbox, done ? std::string() : done.error());
    mailbox.failures = done ? 0 : std::min(mailbox.failures + 1, seldomest_look);
    // A mailbox that gave something may have more.
    const bool at_once = done && *done > 0;
    mailbox.due = std::chrono::steady_clock::now() +
                  (at_once ? Duration(0) : Duration(next_look_at_servers) * std::max(mailbox.failures, 1U));
    return done.value_or(0);
}

Result<std::size_t, std::string> ReportCollecting::collect_over(net::RemoteMailbox& session, Mailbox& mailbox,
                                                                ReportIntake& intake,
                                                                const std::stop_token& stop) {
    auto listed = session.list(mails_of_a_session);
    if (!listed) return failure(std::move(listed.error()));
    if (mailbox.access.mailbox.kind == config::MailboxKind::pop3) tell_what_stays(mailbox, *listed, events_);
    std::size_t sum = 0;
    std::vector<Fetched> fetched;
    std::size_t octets = 0;
    for (std::size_t i = 0; i < listed->size() && !stop.stop_requested(); ++i) {
        const net::ListedMail& mail = (*listed)[i];
        const bool whole = mail.octets <= bounce::message_limit;
        auto content = whole ? session.fetch(mail.number, 2 * bounce::message_limit)
                             : session.header(mail.number, ReportSpool::most_octets);
        if (!content) return failure(std::move(content.error()));
        octets += content->size();
        fetched.push_back({mail.number, std::move(*content), whole});
        const bool last = i + 1 == listed->size();
        if (!last && fetched.size() < mails_at_once && octets < octets_at_once) continue;
        auto taken = take(session, mailbox, intake, fetched);
        if (!taken) return taken;
        sum += *taken;
        fetched.clear();
        octets = 0;
    }
    return sum;
}

// How many mails went from the mailbox by that.
Result<std::size_t, std::string> ReportCollecting::take(net::RemoteMailbox& session, Mailbox& mailbox,
                                                        ReportIntake& intake, std::vector<Fetched>& fetched) {
    std::vector<ReturnedMail> returned;
    returned.reserve(fetched.size());
    for (const Fetched& mail : fetched) returned.push_back({mail.octets, mailbox.name, {}, mail.whole});
    const auto taken = intake.take(returned);
    std::size_t gone = 0;
    std::vector<std::uint32_t> removable;
    for (std::size_t i = 0; i < fetched.size(); ++i) {
        if (!taken[i].seen_before) tell(mailbox, fmt::format("mail {}", fetched[i].number), taken[i]);
        if (taken[i].unreadable) {
            auto aside = session.put_aside(fetched[i].number);
            if (!aside) return failure(std::move(aside.error()));
            if (*aside) {
                ++gone;
                continue;
            }
            // What is too large stays where it is: to keep its beginning would be to lose the rest.
            if (!fetched[i].whole) continue;
            if (auto kept = spool_.keep(fetched[i].octets); !kept) return failure(std::move(kept.error()));
        }
        removable.push_back(fetched[i].number);
    }
    if (auto removed = session.remove(removable); !removed) return failure(std::move(removed.error()));
    return gone + removable.size();
}

void ReportCollecting::tell(const Mailbox& mailbox, const std::string& mail, const TakenMail& taken) {
    if (taken.unreadable && !taken.seen_before)
        events_.report_unreadable(mailbox.name, mail, bounce::to_string(*taken.unreadable));
    for (const TakenReport& report : taken.reports) events_.report_taken(mailbox.name, report);
}

void ReportCollecting::tell_trouble(Mailbox& mailbox, const std::string& trouble) {
    if (trouble != mailbox.trouble) events_.bounce_mailbox(mailbox.name, mailbox.trouble = trouble);
}

void ReportCollecting::wait(Duration duration, const std::stop_token& stop) {
    Lock lock(mutex_);
    pause_.wait_for(lock, stop, duration, [] { return false; });
}

}  // namespace paperround::pipeline
