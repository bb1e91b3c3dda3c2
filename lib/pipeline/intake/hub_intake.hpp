// Handles what WebSub hubs send to the running daemon: confirms, denies or stores it, reports it to the log,
// and wakes the ledger if there is something to mail. Thread-safe: one request at a time, since they share
// one database connection; a request takes milliseconds, a feed of 10 MiB half a second.
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
#include "queue/ledger/hand_out.hpp"
#include "websub/websub_key.hpp"

namespace paperround::pipeline {

class HubIntake {
  public:
    // All references must outlive it.
    HubIntake(db::Database database, const config::Settings& settings, const websub::WebSubKey& key,
              const Clock& clock, Random& random, Events& events, queue::HandOut& hand_out);

    // Whether this callback's id was ever made here. Reads nothing but the id.
    [[nodiscard]] bool knows(std::string_view id) const { return key_.nonce_of(id).has_value(); }
    // `query` is that of the hub's GET. Returns the challenge, empty for a denial, which has none; nothing if
    // the hub's request does not match a call of ours. Throws db::Error.
    [[nodiscard]] std::optional<std::string> confirm(std::string_view id, std::string_view query);
    // False if the subscription has ended. When it returns, the posts are committed. Throws db::Error.
    [[nodiscard]] bool receive(std::string_view id, const post::Push& push);

  private:
    Mutex mutex_;
    db::Database database_ GUARDED_BY(mutex_);
    const websub::WebSubKey& key_;
    Events& events_;
    queue::HandOut& hand_out_;
    post::WebSubCallbacks callbacks_ GUARDED_BY(mutex_);
};

}  // namespace paperround::pipeline
