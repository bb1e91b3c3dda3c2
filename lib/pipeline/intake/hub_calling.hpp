// Maintains the subscriptions at WebSub hubs, on its own thread: a slow hub delays other hubs, but no poll
// and no mail.
#pragma once

#include <condition_variable>
#include <stop_token>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "base/random.hpp"
#include "config/settings.hpp"
#include "net/curl_http_client.hpp"
#include "pipeline/events.hpp"
#include "post/websub_subscriber.hpp"
#include "websub/websub_key.hpp"

namespace paperround::pipeline {

class HubCalling {
  public:
    // All references must outlive it.
    HubCalling(const config::Settings& settings, const websub::WebSubKey& key, const Clock& clock,
               Random& random, Events& events);

    // Subscribes, renews and unsubscribes until asked to stop.
    void run(const std::stop_token& stop);
    // Ends the current call and all later ones. Callable from any thread.
    void interrupt() { http_.cancel(); }

  private:
    void call_hubs(post::WebSubSubscriber& subscriber, const std::stop_token& stop);

    const config::Settings& settings_;
    const websub::WebSubKey& key_;
    const Clock& clock_;
    Random& random_;
    Events& events_;
    net::CurlHttpClient http_;
    Mutex mutex_;
    std::condition_variable_any pause_;
};

}  // namespace paperround::pipeline
