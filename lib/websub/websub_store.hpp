// The tables of WebSub: which hubs feeds announce, and the subscriptions at them. Methods run in the caller's
// transaction where there is one (they begin none themselves). Belongs to the thread of its Database;
// failures of the database are db::Error.
//
// A subscription holds no secret, only the nonce that it is derived from (websub/websub_key.hpp). It knows
// topic, hub and callback itself, so that it can be ended after its source has left the configuration.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock_jump.hpp"
#include "db/database.hpp"
#include "websub/hub_discovery.hpp"

namespace paperround::websub {

enum class SubscriptionState {
    subscribing,    // wanted; not yet verified by the hub, or lapsed
    active,         // verified: the hub pushes until `lease_end`
    denied,         // the hub does not want to; asked again later
    unsubscribing,  // no longer wanted; the hub is asked to end it, then it is forgotten
};
[[nodiscard]] std::string_view to_string(SubscriptionState state);

struct Subscription {
    std::int64_t id = 0;  // 0: not stored yet
    std::string newsletter;
    std::string location;  // of the source, as configured
    HubAnnouncement at;
    std::string public_url;  // what its callback begins with
    std::string nonce;       // WebSubKey::nonce_size octets, unique
    SubscriptionState state = SubscriptionState::subscribing;
    Time lease_end;         // the epoch: never verified
    Time next_call;         // when the hub is to be asked: at first, again, or to renew
    Time verify_until;      // so long the hub's verification of the last call is awaited; the epoch: none is
    unsigned failures = 0;  // calls in a row that no verification has followed
    std::string last_error;
    bool operator==(const Subscription&) const = default;

    [[nodiscard]] bool pushes(Time now) const {
        return state == SubscriptionState::active && lease_end > now;
    }
};

class WebSubStore {
  public:
    explicit WebSubStore(db::Database& database) : database_(database) {}
    // Makes or upgrades the tables, in a transaction of its own.
    static void migrate(db::Database& database);
    // Whether the tables are there: for who reads a database without upgrading it.
    [[nodiscard]] bool exists() const;

    // What the source's feed says now; without a hub: nothing.
    void announce(std::string_view newsletter, std::string_view location, const HubAnnouncement& hub);
    [[nodiscard]] std::optional<HubAnnouncement> announced(std::string_view newsletter,
                                                           std::string_view location) const;

    [[nodiscard]] std::vector<Subscription> all() const;  // oldest first
    [[nodiscard]] std::optional<Subscription> find(std::int64_t id) const;
    [[nodiscard]] std::optional<Subscription> find_nonce(std::string_view nonce) const;
    // The earliest whose next_call has come.
    [[nodiscard]] std::optional<Subscription> due(Time now) const;
    // The end of the lease under which the source is pushed; nothing where it is not, or where the hub has
    // yet to prove that it pushes: many feeds name one that nobody tells of new posts.
    [[nodiscard]] std::optional<Time> pushed_until(std::string_view newsletter, std::string_view location,
                                                   Time now) const;
    // The hub has pushed; a poll has found a post that it had not.
    void note_push(std::int64_t id);
    void note_missing_push(std::string_view newsletter, std::string_view location);
    // Returns its id.
    std::int64_t add(const Subscription& subscription);
    void save(const Subscription& subscription);
    void remove(std::int64_t id);

    // The clock was set: leases and waits last as long as they would have.
    void follow_clock(const ClockJump& jump);

  private:
    db::Database& database_;
};

}  // namespace paperround::websub
