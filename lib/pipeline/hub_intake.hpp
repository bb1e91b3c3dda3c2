// What WebSub hubs send to the running daemon: confirmed, denied or stored, told to the log, and the ledger
// woken where there is something to mail. Thread-safe: one request at a time, since they share one database
// connection; each takes milliseconds, a feed of 10 MiB half a second.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "base/random.hpp"
#include "config/settings.hpp"
#include "db/database.hpp"
#include "pipeline/events.hpp"
#include "post/websub_callbacks.hpp"
#include "queue/ledger.hpp"
#include "websub/websub_key.hpp"

namespace paperround::pipeline {

class HubIntake {
  public:
    // All references must outlive it.
    HubIntake(db::Database database, const config::Settings& settings, const websub::WebSubKey& key,
              const Clock& clock, Random& random, Events& events, queue::Ledger& ledger);

    // Whether we made this callback's id at some time. Reads nothing but the id.
    [[nodiscard]] bool knows(std::string_view id) const { return key_.nonce_of(id).has_value(); }
    // `query` is that of the hub's GET. The challenge to give back, empty where there is none (a denial);
    // nothing where the hub asks for what is not meant. Throws db::Error.
    [[nodiscard]] std::optional<std::string> confirm(std::string_view id, std::string_view query);
    // False where the subscription is over. When it returns, the posts are committed. Throws db::Error.
    [[nodiscard]] bool receive(std::string_view id, const post::Push& push);

  private:
    Mutex mutex_;
    db::Database database_ GUARDED_BY(mutex_);
    const websub::WebSubKey& key_;
    Events& events_;
    queue::Ledger& ledger_;
    post::WebSubCallbacks callbacks_ GUARDED_BY(mutex_);
};

}  // namespace paperround::pipeline
