// Looks up the mail servers of recipient domains, on a thread of its own, and tells queue::Providers whose
// they are. No delivery waits for it: until a domain has an answer it counts for itself.
//
// Policy: an answer counts as long as the DNS says, at least an hour and at most a week; that a domain has no
// mail server, for 15 minutes. Without an answer what was known goes on, and the domain is asked for again 5
// minutes later at the earliest. A name server that answers none of the first 20 questions, or stops to (100
// in a row), is left alone for a minute.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "db/database.hpp"
#include "net/mx_resolver.hpp"
#include "pipeline/events.hpp"
#include "queue/provider_store.hpp"
#include "queue/providers.hpp"
#include "queue/queue_store.hpp"

namespace paperround::pipeline {

class ProviderLookup {
  public:
    // Of domains that wait to be looked up; more are not taken on.
    static constexpr std::size_t most_wanted = queue::Providers::most_learned;

    // All must outlive it. Tells `providers` what is stored. `done` is called on its thread after each round.
    ProviderLookup(
        db::Database database, std::shared_ptr<queue::Providers> providers, net::MxResolver& resolver,
        const Clock& clock, Events& events, std::function<void()> done = [] {});

    // --- Thread-safe
    // Asks for the domains of these addressees, as far as they are not known. True where of some nothing is
    // known yet and an answer may come soon.
    bool want(std::span<const queue::Addressee> addressees);
    // Whether domains are being looked up, and the name server answers.
    [[nodiscard]] bool looking_up() const;

    // --- On its thread
    void run(const std::stop_token& stop);
    // One round, for what is wanted now.
    void look_up_wanted(const std::stop_token& stop);

  private:
    struct Round;

    void add_wanted(std::string_view domain) REQUIRES(mutex_);
    [[nodiscard]] std::vector<std::string> take_wanted();
    [[nodiscard]] std::vector<std::string> not_stored(std::vector<std::string> domains);
    void take_answer(Round& round, std::string_view domain, const net::MxAnswer& answer);
    void store(Round& round);
    void finish(Round& round);

    db::Database database_;
    queue::ProviderStore store_;
    std::shared_ptr<queue::Providers> providers_;
    net::MxResolver& resolver_;
    const Clock& clock_;
    Events& events_;
    std::function<void()> done_;

    mutable Mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<std::string> wanted_ GUARDED_BY(mutex_);  // the next ones first
    std::set<std::string, std::less<>> is_wanted_ GUARDED_BY(mutex_);
    bool at_work_ GUARDED_BY(mutex_) = false;
    bool silent_ GUARDED_BY(mutex_) = false;  // the name server did not answer the last time
};

}  // namespace paperround::pipeline
