// Sends the mails that ask readers to confirm, on a thread of its own, over the newsletter's relays in their
// order: one at a time, since nobody asks for many. They pass by the ledger, but keep the relays' rates: each waits
// for its turn among the couriers' messages.
//
// Before the content of a mail leaves, its request is durably `sending`. So after a crash at most one mail is in
// doubt; like one whose final dot got no answer, it is sent once more under the same Message-ID, and after a
// second doubt not again. A refusal is final; what is temporary is tried again as `retry` says, until
// give_up_after. The relay's own trouble counts no attempt; it rests then, 5 s at first, 5 min at most.
#pragma once

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "audience/join_store.hpp"
#include "audience/token.hpp"
#include "base/clock.hpp"
#include "base/interrupt.hpp"
#include "base/mutex.hpp"
#include "base/random.hpp"
#include "config/settings.hpp"
#include "db/database.hpp"
#include "pipeline/courier/relay_access.hpp"
#include "pipeline/press/signing.hpp"
#include "queue/outcome.hpp"

namespace paperround::pages {

// One try, for the journal.
struct ConfirmationTried {
    audience::JoinRequest request;  // as it is afterwards
    std::string relay;              // empty: none was reached
    queue::Outcome outcome;
};

// Called on the thread that sends. Implementations do not throw.
class ConfirmationEvents {
  public:
    virtual ~ConfirmationEvents() = default;
    virtual void confirmation_tried(const ConfirmationTried& tried) = 0;
    // Mails that may have been sent when the last run ended.
    virtual void confirmations_in_doubt(std::size_t mails) = 0;
    // Neither the database nor the template can be used now; tried again.
    virtual void confirmations_stuck(const std::string& why) = 0;
};

// What it works with; all of it outlives the Confirmations.
struct ConfirmationMeans {
    const config::Settings& settings;
    const std::vector<pipeline::RelayAccess>& relays;
    const pipeline::Signing& signing;
    const audience::TokenSigner& signer;
    const Clock& clock;
    Random& random;
    ConfirmationEvents& events;
    std::filesystem::path installed_templates;
    // Whether the relay's rate lets a mail begin now; may wait for a moment. Without this function: always.
    std::function<bool(const std::string& relay)> take_turn = {};
};

class Confirmations {
  public:
    Confirmations(db::Database database, const ConfirmationMeans& means)
        : database_(std::move(database)), means_(means) {}
    ~Confirmations() { stop(Duration(0)); }
    Confirmations(const Confirmations&) = delete;
    Confirmations& operator=(const Confirmations&) = delete;

    // On a thread of its own, until the end of this object. No other Confirmations may run over the database.
    void start();
    // A mail is owed: look now. Thread-safe.
    void wake();
    // Once start() was called: waits until nothing is due, or the database or the templates cannot be used.
    void wait_until_none_due(const std::stop_token& stop);
    // Begins no other mail, and ends the thread. The one that is being sent is interrupted after `patience`, which
    // may leave a doubt.
    void stop(Duration patience);

    // What start() does again and again: sends what is due. Returns how many were tried. Throws db::Error.
    std::size_t send_due();
    // What an unclean end left behind. Throws db::Error.
    void recover();

  private:
    struct Mail {
        std::string message;
        std::string id;
    };
    void run(const std::stop_token& stop);
    struct Rest {
        Time until{};
        unsigned troubles = 0;  // in a row
    };
    void attempt(audience::JoinRequest request);
    [[nodiscard]] Result<Mail, std::string> compose(const audience::JoinRequest& request,
                                                    const config::Newsletter& newsletter,
                                                    const config::Relay& relay) const;
    [[nodiscard]] ConfirmationTried send(const audience::JoinRequest& request,
                                         const config::Newsletter& newsletter);
    [[nodiscard]] queue::Outcome send_over(const pipeline::RelayAccess& access,
                                           const audience::JoinRequest& request,
                                           const config::Newsletter& newsletter);
    void judge(audience::JoinRequest& request, const queue::Outcome& outcome) const;
    void keep(const audience::JoinRequest& request);
    // When the relay may be asked; nothing: now. A relay that a person has paused is looked at again soon.
    [[nodiscard]] std::optional<Time> free_at(const std::string& relay);
    void forget_unconfirmed();
    void rest(const std::string& relay);

    db::Database database_;
    ConfirmationMeans means_;
    Interrupt interrupt_;
    std::map<std::string, Rest, std::less<>> rests_;  // by relay, of those in trouble
    std::optional<Time> forgot_at_;
    Mutex mutex_;
    std::condition_variable_any woken_;
    bool owed_ GUARDED_BY(mutex_) = false;
    bool running_ GUARDED_BY(mutex_) = false;
    bool none_due_ GUARDED_BY(mutex_) = false;  // at the last look
    std::atomic<bool> stopping_ = false;
    std::jthread thread_;  // declared last: it uses the members above
};

}  // namespace paperround::pages
