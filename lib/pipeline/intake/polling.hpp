// Polls the sources: several threads take due sources in turn, so that slow sites do not hold up others. The
// poller commits what it finds; the ledger is woken if there is something to mail.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <set>
#include <stop_token>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "base/random.hpp"
#include "config/settings.hpp"
#include "net/curl_http_client.hpp"
#include "pipeline/events.hpp"
#include "pipeline/intake/picture_learning.hpp"
#include "post/poller.hpp"
#include "queue/ledger/hand_out.hpp"

namespace paperround::pipeline {

class Polling {
  public:
    // All references must outlive it.
    Polling(const config::Settings& settings, const Clock& clock, Random& random, Events& events,
            queue::HandOut& hand_out, PictureLearning& pictures);

    // Polls due sources until asked to stop.
    void run(const std::stop_token& stop);
    // Ends current polls, which then store nothing, and all later ones. Callable from any thread.
    void interrupt() { http_.cancel(); }
    // Polls every source once, due or not. A folder in which a file is being written is polled again until
    // the file is complete, for a minute at most.
    void poll_all(const std::stop_token& stop);

  private:
    using SourceKey = std::pair<std::string, std::string>;  // newsletter, location

    void work(const std::stop_token& stop);
    [[nodiscard]] std::optional<post::DueSource> take_due(post::Poller& poller);
    // Returns true if the source is still being written.
    bool poll(post::Poller& poller, const post::DueSource& due, const std::stop_token& stop);
    void poll_until_settled(post::Poller& poller, const post::DueSource& due, const std::stop_token& stop);
    [[nodiscard]] std::size_t worker_count() const;

    const config::Settings& settings_;
    const Clock& clock_;
    Random& random_;
    Events& events_;
    queue::HandOut& hand_out_;
    PictureLearning& pictures_;
    net::CurlHttpClient http_;
    Mutex mutex_;
    std::condition_variable_any pause_;
    std::set<SourceKey> in_progress_ GUARDED_BY(mutex_);
};

}  // namespace paperround::pipeline
