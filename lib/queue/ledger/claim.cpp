#include "queue/ledger/claim.hpp"

#include <algorithm>

#include "base/address/mailbox.hpp"
#include "queue/store/delivery_row.hpp"
#include "queue/stored_states.hpp"

namespace paperround::queue {

namespace {

constexpr auto due_deliveries = select_deliveries +
                                "INDEXED BY deliveries_due WHERE mailing_id = ?1 AND shelf = ?4 AND " +
                                delivery_state::waiting<"state"> + " AND due <= ?2 ORDER BY due, id LIMIT ?3";

void set_state(db::Database& database, std::int64_t delivery_id, DeliveryState state) {
    auto& update = database.transaction().cached<"UPDATE deliveries SET state = ?2 WHERE id = ?1">();
    update.bind_all(delivery_id, static_cast<int>(state));
    update.run();
}

struct ActiveMailing {
    std::int64_t id = 0;
    Allowance::Newsletter* newsletter = nullptr;
    bool personal = false;
};

struct ActiveMailings {
    std::vector<ActiveMailing> personal;
    std::vector<ActiveMailing> newsletters;
};

ActiveMailings active_mailings(db::Database& database, Allowance& allowance) {
    ActiveMailings active;
    auto& query =
        database.cached<"SELECT id, newsletter, kind FROM mailings WHERE state " + mailing_state::active +
                        " ORDER "
                        "BY id">();
    while (query.step()) {
        const auto found =
            std::ranges::find(allowance.newsletters, query.text(1), &Allowance::Newsletter::name);
        if (found == allowance.newsletters.end()) continue;
        const bool personal = static_cast<MailingKind>(query.integer(2)) == MailingKind::personal;
        if (!personal && !found->open) continue;
        (personal ? active.personal : active.newsletters).push_back({query.integer(0), &*found, personal});
    }
    query.reset();
    return active;
}

// One claim: what it may take, and what it has taken so far.
class Claim {
  public:
    // `turns`: the shelf that was served last, by the provider whose room it shares.
    Claim(db::Database& database, Allowance& allowance, std::map<std::int64_t, std::int64_t>& turns, Time now)
        : database_(database), allowance_(allowance), turns_(turns), now_(now) {}

    // Takes up to `limit` due deliveries of one mailing, from its shelves in turn; how many.
    std::size_t take(const ActiveMailing& mailing, std::size_t limit, std::int64_t& last_shelf) {
        const std::size_t wanted = std::min(limit, mailing.newsletter->room);
        std::size_t taken = 0;
        auto places = places_behind(last_shelf);
        while (!places.empty() && taken < wanted) {
            const std::size_t share = std::max<std::size_t>(1, (wanted - taken) / places.size());
            std::vector<Allowance::Shelf*> more;
            for (Allowance::Shelf* place : places) {
                const std::size_t count = std::min({share, wanted - taken, allowance_.room(*place)});
                if (taken == wanted) break;
                last_shelf = place->id;
                const std::size_t got = take_from(mailing, *place, count);
                taken += got;
                if (got == count && allowance_.room(*place) > 0) more.push_back(place);
            }
            places = std::move(more);
        }
        if (mailing.newsletter->room != Throttle::no_limit) mailing.newsletter->room -= taken;
        return taken;
    }
    std::vector<Delivery> claimed;

  private:
    // The shelves with room and the place where everybody waits, beginning behind the one that was served
    // last.
    std::vector<Allowance::Shelf*> places_behind(std::int64_t last) {
        std::vector<Allowance::Shelf*> places{&unshelved_};
        for (Allowance::Shelf& shelf : allowance_.shelves) {
            if (allowance_.room(shelf) > 0) places.push_back(&shelf);
        }
        if (places.size() > 1) {
            std::ranges::sort(places, {}, &Allowance::Shelf::id);
            const auto next = std::ranges::upper_bound(places, last, {}, &Allowance::Shelf::id);
            std::rotate(places.begin(), next, places.end());
        }
        take_turns(places);
        return places;
    }

    // Of the shelves that share a provider's room the first may take all of it, so each is first in turn.
    void take_turns(std::vector<Allowance::Shelf*>& places) {
        std::map<std::size_t, std::vector<std::size_t>> sharing;  // provider → where its shelves stand
        for (std::size_t i = 0; i < places.size(); ++i) {
            if (places[i]->provider != Allowance::Shelf::no_provider)
                sharing[places[i]->provider].push_back(i);
        }
        for (const auto& [provider, positions] : sharing) {
            if (positions.size() < 2) continue;
            std::vector<Allowance::Shelf*> shelves;
            for (const std::size_t position : positions) shelves.push_back(places[position]);
            std::ranges::sort(shelves, {}, &Allowance::Shelf::id);
            const std::int64_t last = turns_[allowance_.providers[provider].id];
            const auto first = std::ranges::upper_bound(shelves, last, {}, &Allowance::Shelf::id);
            std::rotate(shelves.begin(), first, shelves.end());
            for (std::size_t i = 0; i < positions.size(); ++i) places[positions[i]] = shelves[i];
        }
    }

    std::vector<Delivery> due(const ActiveMailing& mailing, std::int64_t shelf, std::size_t limit) {
        auto& query = database_.cached<due_deliveries>();
        query.bind_all(mailing.id, now_, static_cast<std::int64_t>(limit), shelf);
        std::vector<Delivery> found;
        while (query.step()) found.push_back(read_delivery(query));
        query.reset();
        return found;
    }

    void mark(const ActiveMailing& mailing, const Allowance::Shelf& place, Delivery&& delivery) {
        set_state(database_, delivery.id, DeliveryState::sending);
        delivery.newsletter = mailing.newsletter->name;
        delivery.personal = mailing.personal;
        delivery.provider = allowance_.provider_of(place);
        claimed.push_back(std::move(delivery));
    }

    // What it meets that has to wait elsewhere by now goes there.
    std::size_t take_from(const ActiveMailing& mailing, Allowance::Shelf& place, std::size_t limit) {
        std::size_t taken = 0;
        while (taken < limit) {
            auto found = due(mailing, place.id, limit - taken);
            const bool last = found.size() < limit - taken;
            for (Delivery& delivery : found) {
                const std::int64_t shelf = allowance_.shelf_of
                                               ? allowance_.shelf_of(domain_of(delivery.recipient), place.id)
                                               : place.id;
                if (shelf == place.id) {
                    mark(mailing, place, std::move(delivery));
                    ++taken;
                } else if (allowance_.moves > 0) {
                    --allowance_.moves;
                    auto& move =
                        database_.transaction().cached<"UPDATE deliveries SET shelf = ?2 WHERE id = ?1">();
                    move.bind_all(delivery.id, shelf);
                    move.run();
                }
            }
            if (last || allowance_.moves == 0) break;
        }
        allowance_.take(place, taken);
        if (const std::int64_t provider = allowance_.provider_of(place); provider != 0 && taken > 0)
            turns_[provider] = place.id;
        return taken;
    }

    db::Database& database_;
    Allowance& allowance_;
    std::map<std::int64_t, std::int64_t>& turns_;
    Time now_;
    Allowance::Shelf unshelved_;
};

}  // namespace

std::vector<Delivery> claim(db::Database& database, Allowance& allowance, std::size_t limit,
                            ClaimTurns& turns, Time now) {
    Claim claim(database, allowance, turns.shelf_of_provider, now);
    auto active = active_mailings(database, allowance);
    for (const ActiveMailing& mailing : active.personal) {
        if (claim.claimed.size() < limit) claim.take(mailing, limit - claim.claimed.size(), turns.shelf);
    }
    // In turn: begin behind the mailing that was served last, and give each an equal share until nothing is
    // left.
    auto& waiting = active.newsletters;
    const auto next = std::ranges::upper_bound(waiting, turns.mailing, {}, &ActiveMailing::id);
    std::rotate(waiting.begin(), next, waiting.end());
    while (!waiting.empty() && claim.claimed.size() < limit) {
        const std::size_t share = std::max<std::size_t>(1, (limit - claim.claimed.size()) / waiting.size());
        std::vector<ActiveMailing> more;
        for (const ActiveMailing& mailing : waiting) {
            const std::size_t wanted = std::min(share, limit - claim.claimed.size());
            if (wanted == 0) break;
            turns.mailing = mailing.id;
            if (claim.take(mailing, wanted, turns.shelf) == wanted) more.push_back(mailing);
        }
        waiting = std::move(more);
    }
    return std::move(claim.claimed);
}

bool anything_due(db::Database& database, const Allowance& allowance, Time now) {
    Allowance copy = allowance;
    const auto active = active_mailings(database, copy);
    std::vector<std::int64_t> places{0};
    for (const Allowance::Shelf& shelf : allowance.shelves) places.push_back(shelf.id);
    for (const auto* mailings : {&active.personal, &active.newsletters}) {
        for (const ActiveMailing& mailing : *mailings) {
            for (const std::int64_t shelf : places) {
                auto& query = database.cached<due_deliveries>();
                query.bind_all(mailing.id, now, 1, shelf);
                const bool found = query.step();
                query.reset();
                if (found) return true;
            }
        }
    }
    return false;
}

}  // namespace paperround::queue
