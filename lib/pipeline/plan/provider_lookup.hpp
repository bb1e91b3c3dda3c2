// Looks up the mail servers of recipient domains, on its own thread, and tells queue::Providers. No delivery
// waits for it: until a domain has an answer it counts for itself.
//
// Policy: an answer holds for its TTL, but at least an hour and at most a week; the answer that a domain has
// no mail server holds for 15 minutes. Without an answer the previous one still holds, and the domain is
// looked up again after at least 5 minutes. A name server that answers none of the first 20 questions, or
// later none of 100 in a row, is not asked for a minute.
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
#include "queue/limit/providers.hpp"
#include "queue/store/provider_store.hpp"

namespace paperround::pipeline {

class ProviderLookup {
  public:
    // Most domains that wait to be looked up; further ones are ignored.
    static constexpr std::size_t most_wanted = queue::Providers::most_learned;

    // All arguments must outlive this object. `providers` is told of stored answers. `done` is called on its
    // thread after each round.
    ProviderLookup(
        db::Database database, std::shared_ptr<queue::Providers> providers, net::MxResolver& resolver,
        const Clock& clock, Events& events, std::function<void()> done = [] {});

    // --- Thread-safe
    // Queues the addressees' unknown domains. True if nothing is known about some of them yet and an answer
    // may come soon.
    bool want(std::span<const queue::Addressee> addressees);
    // Whether domains are being looked up, and the name server answers.
    [[nodiscard]] bool looking_up() const;

    // --- On its thread
    void run(const std::stop_token& stop);
    // Runs one round, for the domains that wait now.
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
    std::deque<std::string> wanted_ GUARDED_BY(mutex_);  // next ones first
    std::set<std::string, std::less<>> is_wanted_ GUARDED_BY(mutex_);
    bool at_work_ GUARDED_BY(mutex_) = false;
    bool silent_ GUARDED_BY(mutex_) = false;  // the name server did not answer in the last round
};

}  // namespace paperround::pipeline
