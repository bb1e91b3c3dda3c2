#include "queue/store/provider_store.hpp"

#include <array>

#include "db/migrations.hpp"

namespace paperround::queue {

namespace {

constexpr std::array<std::string_view, 1> provider_steps{R"sql(
CREATE TABLE recipient_domains (
    domain TEXT PRIMARY KEY,
    mx TEXT NOT NULL,       -- the best; empty: none
    until INTEGER NOT NULL  -- when it is to be asked for again
) WITHOUT ROWID;
CREATE INDEX recipient_domains_until ON recipient_domains (until);
)sql"};

}  // namespace

void ProviderStore::migrate(db::Database& database) {
    db::migrate(database, "providers", provider_steps);
}

std::optional<ProviderStore::Known> ProviderStore::find(std::string_view domain) {
    auto& query = db_.cached<"SELECT mx, until FROM recipient_domains WHERE domain = ?1">();
    query.bind(1, domain);
    std::optional<Known> found;
    if (query.step()) found = {query.text(0), query.time(1)};
    query.reset();
    return found;
}

void ProviderStore::save(std::string_view domain, const Known& known) {
    auto& upsert = db_.transaction()
                       .cached<
                           "INSERT INTO recipient_domains VALUES (?1, ?2, ?3) ON CONFLICT (domain) DO UPDATE "
                           "SET mx = ?2, until = ?3">();
    upsert.bind_all(domain, known.mx, known.until);
    upsert.run();
}

void ProviderStore::load(Providers& providers) {
    auto query =
        db_.prepare<"SELECT domain, mx, until FROM recipient_domains ORDER BY until DESC LIMIT ?1">();
    query.bind(1, static_cast<std::int64_t>(Providers::most_learned));
    while (query.step()) providers.learn(query.text(0), query.text(1), query.time(2));
}

int ProviderStore::forget(Time before) {
    auto& remove = db_.transaction().cached<"DELETE FROM recipient_domains WHERE until < ?1">();
    remove.bind(1, before);
    return remove.run();
}

}  // namespace paperround::queue
