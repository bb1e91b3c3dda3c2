// Collects what came back from the configured mailboxes, on a thread of its own. A mail is moved or removed only after its
// effect is committed; whoever is killed between the two finds it taken already.
//
// A Maildir is looked at each second, a mailbox on a server each minute; where that fails more and more seldom, each 10
// minutes at least. The intake yields to the mailing: while deliveries are being sent it works for at most a tenth of the
// time.
#pragma once

#include <atomic>
#include <condition_variable>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "audience/token.hpp"
#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "config/settings.hpp"
#include "pipeline/events.hpp"
#include "pipeline/intake/mailbox_access.hpp"
#include "pipeline/intake/maildir.hpp"
#include "pipeline/intake/report_intake.hpp"
#include "pipeline/intake/report_spool.hpp"
#include "queue/ledger/recall.hpp"

namespace paperround::pipeline {

class ReportCollecting {
  public:
    // All references outlive it. `mailboxes`: those of the settings, with their secrets.
    ReportCollecting(const config::Settings& settings, std::vector<MailboxAccess> mailboxes,
                     const audience::TokenSigner& signer, const Clock& clock, Events& events,
                     queue::Recall& recall, OpenMailbox open = open_remote_mailbox);

    // Until asked to stop; at once where no mailbox is configured.
    void run(const std::stop_token& stop);
    // Ends what goes on over the network. Callable from any thread.
    void interrupt() { cancelled_ = true; }
    // Takes a few mails from each mailbox that is due. How many mails were taken. Throws db::Error.
    std::size_t collect(db::Database& database, const std::stop_token& stop);

  private:
    using Moment = std::chrono::steady_clock::time_point;
    struct Mailbox {
        MailboxAccess access;
        std::string name;  // as reports have it: "maildir /var/mail/bounces"
        Maildir maildir;
        Moment due{};
        std::string trouble = {};  // as it was said last; empty: none
        unsigned failures = 0;     // in a row
        std::size_t passed_over = 0;
    };
    // What was fetched and is to be taken in one transaction.
    struct Fetched {
        std::uint32_t number = 0;
        std::string octets;
        bool whole = true;
    };
    std::size_t collect_from(Mailbox& mailbox, ReportIntake& intake, const std::stop_token& stop);
    std::size_t collect_from_maildir(Mailbox& mailbox, ReportIntake& intake);
    std::size_t collect_from_server(Mailbox& mailbox, ReportIntake& intake, const std::stop_token& stop);
    [[nodiscard]] Result<std::size_t, std::string> collect_over(net::RemoteMailbox& session, Mailbox& mailbox,
                                                                ReportIntake& intake,
                                                                const std::stop_token& stop);
    [[nodiscard]] Result<std::size_t, std::string> take(net::RemoteMailbox& session, Mailbox& mailbox,
                                                        ReportIntake& intake, std::vector<Fetched>& fetched);
    void settle(Mailbox& mailbox, const std::vector<Maildir::Mail>& mails,
                const std::vector<TakenMail>& taken);
    void tell(const Mailbox& mailbox, const std::string& mail, const TakenMail& taken);
    void tell_trouble(Mailbox& mailbox, const std::string& trouble);
    void forget_old(db::Database& database);
    void wait(Duration duration, const std::stop_token& stop);

    const config::Settings& settings_;
    const audience::TokenSigner& signer_;
    const Clock& clock_;
    Events& events_;
    queue::Recall& recall_;
    OpenMailbox open_;
    ReportSpool spool_;
    std::vector<Mailbox> mailboxes_;
    std::optional<Moment> forgot_;
    std::atomic<bool> cancelled_ = false;
    Mutex mutex_;
    std::condition_variable_any pause_;
};

}  // namespace paperround::pipeline
