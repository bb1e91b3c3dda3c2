// What each relay may claim now: the limits of relays, newsletters, recipient domains and their providers,
// the newsletters' send windows, and the relays' shares of each newsletter. Belongs to the ledger and its
// thread.
//
// Changes between begin() and the end of the ledger's transaction are made to a copy, and hold only once
// keep() was called: a commit that fails has claimed nothing and used nothing up. save() stores, in that
// transaction, what its claims have paid.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/limits.hpp"
#include "config/time/send_window.hpp"
#include "queue/ledger/relay_shares.hpp"
#include "queue/limit/allowance.hpp"
#include "queue/limit/providers.hpp"
#include "queue/limit/throttle.hpp"
#include "queue/mailing.hpp"
#include "queue/outcome.hpp"
#include "queue/relay/relay_pace.hpp"

namespace paperround::queue {

class LimitStore;

struct LimitSettings {
    Scope scope = Scope::relay;
    std::string name;
    config::Limit limit;
};

// One newsletter's relays.
struct Carriers {
    std::string newsletter;
    std::vector<RelayShares::Relay> relays;
};

// The send windows of those newsletters that have one, by name.
using SendWindows = std::map<std::string, config::SendWindow, std::less<>>;

class Allotment {
  public:
    // Reads what earlier runs have used up, and makes what is new known to the store: needs a transaction of
    // its caller's.
    Allotment(LimitStore& store, const std::vector<LimitSettings>& settings,
              const std::vector<Carriers>& carriers, std::vector<std::string> relays,
              const SendWindows& windows = {},
              std::shared_ptr<const Providers> providers = std::make_shared<Providers>());

    void begin(Time now);
    void keep();
    void save(LimitStore& store);

    // --- What became of what was claimed
    void claimed(std::size_t lane, const Delivery& delivery);
    void ended(std::size_t lane, const Delivery& delivery, OutcomeKind kind);
    void released(std::size_t lane, const Delivery& delivery);
    // The domain asked for less: its provider is slowed, and the domain itself where it is limited or its
    // provider unknown. Gives those whose limit changed.
    struct Slowed {
        std::string name;
        double per_second = 0.0;
    };
    std::vector<Slowed> slowed(LimitStore& store, const Delivery& delivery, Time now);

    // What domains of these providers complained of since then was about the relay: they are as fast as
    // before.
    void take_back_complaints(const std::vector<std::string>& providers, Time since);

    // A relay's learned rate has changed.
    void set_pace(LimitStore& store, std::size_t lane, const RelayPace& pace, Time now);
    // What a relay's limit is filled with, a second; nothing where it has none.
    [[nodiscard]] std::optional<double> pace(std::size_t lane) const;
    // How long until a rate that keeps something back lets the next one through.
    [[nodiscard]] std::optional<Duration> until_room() const;

    // --- What may be claimed
    // Said of every lane before its allowance is asked for.
    void observe(std::size_t lane, bool up, bool has_room, Time now);
    // How many a lane may claim in all.
    [[nodiscard]] std::size_t room(std::size_t lane, Time now) const;
    // A lane that only probes whether its relay is back takes one, whatever its share.
    [[nodiscard]] Allowance allowance(std::size_t lane, bool probe, Time now) const;
    // Whether another relay takes over what this one cannot deliver.
    [[nodiscard]] bool another_carries(std::size_t lane, std::string_view newsletter) const;
    // What a lane could claim today if all limits but the daily ceilings were open; nothing where its own is
    // reached.
    [[nodiscard]] Allowance within_today(std::size_t lane, Time now) const;

    // Whether the newsletter's window has closed since it was last kept: what was claimed and not begun goes
    // back.
    [[nodiscard]] bool closes(std::string_view newsletter) const;
    [[nodiscard]] bool any_closes() const { return !closing_.empty(); }

    // Domains and providers whose slow-down has ended since begin().
    [[nodiscard]] const std::vector<std::string>& restored() const { return restored_; }
    // A bounded part of emptying the shelves that nothing limits any more; true where more is left.
    bool clear_shelves(LimitStore& store);

  private:
    [[nodiscard]] const Throttle* find(Scope scope, std::string_view name) const;
    [[nodiscard]] Throttle* find(Scope scope, std::string_view name);
    [[nodiscard]] Throttle* find(Scope scope, std::int64_t id);
    std::optional<double> slow(LimitStore& store, Scope scope, std::string_view name, Time now);
    [[nodiscard]] bool belongs_to(Scope scope, std::string_view name, std::string_view domain) const;
    [[nodiscard]] std::int64_t shelf_of(std::string_view domain, std::int64_t present) const;
    template <class Room>
    void add_shelves(Allowance& allowance, Room&& room) const;
    template <class Action>
    void each_of(std::size_t lane, const Delivery& delivery, Action&& action);

    // A window and what its hours were found to be.
    struct Window {
        config::SendWindow window;
        config::Opening opening{};  // that `looked_at` lies in, or the next one
        Time looked_at{};           // before the opening's end
        [[nodiscard]] bool open(Time now) const { return opening.begin <= now && now < opening.end; }
    };
    void look_at_windows(Time now);
    [[nodiscard]] bool open(std::string_view newsletter, Time now) const;

    std::shared_ptr<const Providers> providers_;
    std::vector<std::string> relays_;
    std::map<std::string, Window, std::less<>> windows_;
    std::set<std::string, std::less<>> closing_;
    std::vector<Throttle> kept_;
    std::vector<Throttle> throttles_;  // the working copy, in the order of scope and name
    std::map<std::string, RelayShares, std::less<>> shares_;
    std::vector<std::string> restored_;
};

}  // namespace paperround::queue
