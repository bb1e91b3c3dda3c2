#include "queue/store/limit_store.hpp"

#include <algorithm>

#include "base/address/mailbox.hpp"
#include "queue/stored_states.hpp"

namespace paperround::queue {

std::vector<Throttle> LimitStore::throttles() {
    auto query = db_.prepare<
        "SELECT id, scope, name, tokens, refilled, day, used, slow_normal, slow_limit, "
        "slow_changed FROM limits ORDER BY scope, name">();
    std::vector<Throttle> found;
    while (query.step()) {
        Throttle throttle{.id = query.integer(0),
                          .scope = static_cast<Scope>(query.integer(1)),
                          .name = query.text(2),
                          .bucket = {.tokens = query.real(3), .refilled = query.time(4)},
                          .day = query.time(5),
                          .used = static_cast<std::uint64_t>(query.integer(6))};
        if (!query.is_null(7)) {
            throttle.slow = {.normal = query.real(7), .limit = query.real(8), .changed = query.time(9)};
        }
        found.push_back(std::move(throttle));
    }
    return found;
}

void LimitStore::save_throttle(Throttle& throttle) {
    auto& upsert =
        db_.transaction()
            .cached<
                "INSERT INTO limits (scope, name, tokens, refilled, day, used, slow_normal, slow_limit, slow_changed) "
                "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (scope, name) DO UPDATE SET tokens = ?3, "
                "refilled = ?4, day = ?5, used = ?6, slow_normal = ?7, slow_limit = ?8, slow_changed = ?9 RETURNING id">();
    upsert.bind_all(static_cast<int>(throttle.scope), throttle.name, throttle.bucket.tokens,
                    throttle.bucket.refilled, throttle.day, static_cast<std::int64_t>(throttle.used));
    if (throttle.slow) {
        upsert.bind(7, throttle.slow->normal).bind(8, throttle.slow->limit).bind(9, throttle.slow->changed);
    } else {
        upsert.bind_null(7).bind_null(8).bind_null(9);
    }
    throttle.id = upsert.run_for_id().value();
}

void LimitStore::remove_throttle(std::int64_t id) {
    db_.transaction().cached<"DELETE FROM limits WHERE id = ?1">().bind(1, id).run();
}

int LimitStore::clear_shelf(std::int64_t shelf, int limit) {
    auto& update =
        db_.transaction()
            .cached<
                "UPDATE deliveries SET shelf = 0 WHERE id IN (SELECT id FROM deliveries INDEXED BY "
                "deliveries_shelved WHERE shelf = ?1 AND shelf > 0 AND state " +
                delivery_state::not_final + " LIMIT ?2)">();
    update.bind_all(shelf, limit);
    return update.run();
}

LimitStore::Shelves LimitStore::shelves() {
    auto& query = db_.cached<"SELECT scope, name, id FROM limits WHERE scope IN (?1, ?2)">();
    query.bind_all(static_cast<int>(Scope::domain), static_cast<int>(Scope::provider));
    Shelves found;
    while (query.step()) {
        const bool domain = query.integer(0) == static_cast<int>(Scope::domain);
        (domain ? found.domains : found.providers).emplace(query.text(1), query.integer(2));
    }
    query.reset();
    return found;
}

std::int64_t LimitStore::Shelves::of(std::string_view domain, const Providers& known) const {
    if (const auto found = domains.find(domain); found != domains.end()) return found->second;
    if (providers.empty()) return 0;
    const auto provider = known.known_provider_of(domain);
    const auto found = provider ? providers.find(*provider) : providers.end();
    return found == providers.end() ? 0 : found->second;
}

double LimitStore::recent_rate(const std::function<bool(std::string_view domain)>& counts, Time now) {
    // The sample bounds the work; at a thousand a second it is the last two seconds.
    auto& query = db_.cached<
        "SELECT a.at, d.recipient FROM attempts a JOIN deliveries d ON d.id = a.delivery_id "
        "WHERE a.at >= ?1 ORDER BY a.id DESC LIMIT 2000">();
    query.bind(1, now - std::chrono::minutes(1));
    std::int64_t count = 0;
    Time oldest = now;
    while (query.step()) {
        oldest = std::min(oldest, query.time(0));
        count += counts(domain_of(query.text(1))) ? 1 : 0;
    }
    query.reset();
    const std::chrono::duration<double> length = std::max<Duration>(now - oldest, std::chrono::seconds(1));
    return static_cast<double>(count) / length.count();
}

}  // namespace paperround::queue
