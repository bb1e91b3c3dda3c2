// Claims, outcomes and recovery: the part of QueueStore that only the daemon's ledger uses.
#include <algorithm>

#include "base/mailbox.hpp"
#include "queue/queue_store.hpp"
#include "queue/stored_states.hpp"

namespace paperround::queue {

namespace {

constexpr db::Sql due_deliveries =
    "SELECT id, mailing_id, subscriber_id, recipient, attempts, doubts, tries, waited, "
    "shelf FROM deliveries INDEXED BY deliveries_due "
    "WHERE mailing_id = ?1 AND shelf = ?4 AND state " +
    delivery_state::waiting + " AND due <= ?2 ORDER BY due, id LIMIT ?3";

Delivery read_delivery(const db::Statement& row) {
    Delivery delivery{.id = row.integer(0),
                      .mailing_id = row.integer(1),
                      .subscriber_id = row.integer(2),
                      .recipient = row.text(3),
                      .attempts = static_cast<unsigned>(row.integer(4)),
                      .doubts = static_cast<unsigned>(row.integer(5)),
                      .tries = row.integer(6),
                      .waited = Duration(row.integer(7))};
    delivery.shelf = row.integer(8);
    return delivery;
}

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

std::vector<Delivery> QueueStore::claim(std::span<const std::string> newsletters, std::size_t limit,
                                        Time now) {
    Allowance allowance;
    for (const std::string& newsletter : newsletters) allowance.newsletters.push_back({newsletter});
    return claim(allowance, limit, now);
}

std::vector<Delivery> QueueStore::claim(Allowance& allowance, std::size_t limit, Time now) {
    Claim claim(db_, allowance, provider_turns_, now);
    auto active = active_mailings(db_, allowance);
    for (const ActiveMailing& mailing : active.personal) {
        if (claim.claimed.size() < limit)
            claim.take(mailing, limit - claim.claimed.size(), last_served_shelf_);
    }
    // In turn: begin behind the mailing that was served last, and give each an equal share until nothing is
    // left.
    auto& waiting = active.newsletters;
    const auto next = std::ranges::upper_bound(waiting, last_served_mailing_, {}, &ActiveMailing::id);
    std::rotate(waiting.begin(), next, waiting.end());
    while (!waiting.empty() && claim.claimed.size() < limit) {
        const std::size_t share = std::max<std::size_t>(1, (limit - claim.claimed.size()) / waiting.size());
        std::vector<ActiveMailing> more;
        for (const ActiveMailing& mailing : waiting) {
            const std::size_t wanted = std::min(share, limit - claim.claimed.size());
            if (wanted == 0) break;
            last_served_mailing_ = mailing.id;
            if (claim.take(mailing, wanted, last_served_shelf_) == wanted) more.push_back(mailing);
        }
        waiting = std::move(more);
    }
    return std::move(claim.claimed);
}

bool QueueStore::anything_due(const Allowance& allowance, Time now) {
    Allowance copy = allowance;
    const auto active = active_mailings(db_, copy);
    std::vector<std::int64_t> places{0};
    for (const Allowance::Shelf& shelf : allowance.shelves) places.push_back(shelf.id);
    for (const auto* mailings : {&active.personal, &active.newsletters}) {
        for (const ActiveMailing& mailing : *mailings) {
            for (const std::int64_t shelf : places) {
                auto& query = db_.cached<due_deliveries>();
                query.bind_all(mailing.id, now, 1, shelf);
                const bool found = query.step();
                query.reset();
                if (found) return true;
            }
        }
    }
    return false;
}

std::vector<std::int64_t> QueueStore::inactive(std::span<const std::int64_t> mailings) {
    auto& query = db_.cached<"SELECT 1 FROM mailings WHERE id = ?1 AND state " + mailing_state::active>();
    std::vector<std::int64_t> found;
    for (const std::int64_t id : mailings) {
        query.bind(1, id);
        if (!query.step()) found.push_back(id);
        query.reset();
    }
    return found;
}

bool QueueStore::record(const Delivery& delivery, const Outcome& outcome, const Step& step,
                        std::string_view relay, Time now) {
    bool off_the_account = false;
    auto& update = db_.transaction()
                       .cached<
                           "UPDATE deliveries SET state = ?2, due = ?3, attempts = attempts + ?4, doubts = "
                           "doubts + ?5, tries = tries + 1, waited = waited + ?6 WHERE id = ?1 AND state " +
                           delivery_state::sending>();
    update.bind_all(delivery.id, static_cast<int>(step.state), step.due, step.counted, step.doubted,
                    step.waits.count());
    if (update.run() > 0) {
        off_the_account = is_final(step.state);
    } else if (outcome.kind == OutcomeKind::accepted) {
        set_state(db_, delivery.id, DeliveryState::sent);
    }
    auto& insert =
        db_.transaction()
            .cached<
                "INSERT INTO attempts (delivery_id, at, attempt, outcome, relay, stage, code, "
                "enhanced, text, tls, ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)">();
    insert.bind_all(delivery.id, now, delivery.tries + 1, static_cast<int>(outcome.kind), relay,
                    static_cast<int>(outcome.stage), outcome.code, outcome.enhanced, outcome.text,
                    outcome.tls, static_cast<std::int64_t>(outcome.took.count()));
    insert.run();
    return off_the_account;
}

void QueueStore::release(std::int64_t delivery_id) {
    auto& update =
        db_.transaction()
            .cached<"UPDATE deliveries SET state = ?2 WHERE id = ?1 AND state " + delivery_state::sending>();
    update.bind_all(delivery_id, static_cast<int>(DeliveryState::queued));
    update.run();
}

int QueueStore::recover_interrupted(const config::Retry& retry, config::OnDoubt on_doubt, Time now,
                                    Random& random) {
    std::vector<Delivery> interrupted;
    {
        auto query = db_.prepare<
            "SELECT id, mailing_id, subscriber_id, recipient, attempts, doubts, tries, waited, "
            "shelf FROM deliveries WHERE state " +
            delivery_state::sending + " ORDER BY id">();
        while (query.step()) interrupted.push_back(read_delivery(query));
    }
    const Outcome outcome{.kind = OutcomeKind::in_doubt,
                          .stage = Stage::final_dot,
                          .text = "the daemon stopped without recording how this attempt ended"};
    for (const Delivery& delivery : interrupted) {
        const Step step = next_step(delivery, outcome, retry, on_doubt, {}, now, random);
        if (record(delivery, outcome, step, "", now)) settle(delivery.mailing_id, 1, now);
    }
    return static_cast<int>(interrupted.size());
}

}  // namespace paperround::queue
