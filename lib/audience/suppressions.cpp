// The part of AudienceStore that keeps suppressions.
#include "audience/audience_store.hpp"
#include "base/address/mailbox.hpp"

namespace paperround::audience {

namespace {

constexpr int page_size = 500;

Suppression read_suppression(const db::Statement& row) {
    Suppression suppression{row.text(0),         row.text(1),  row.text(2),
                            row.integer(3) != 0, std::nullopt, row.time(5)};
    if (!row.is_null(4)) suppression.mailing_id = row.integer(4);
    return suppression;
}

}  // namespace

void AudienceStore::suppress(const Suppression& suppression) {
    // Who complained, or was suppressed by hand, is so for more than a mailing's bounce, and is not lifted with it.
    database_.transaction()
        .cached<
            "INSERT INTO suppressions (address_key, reason, evidence, provisional, mailing_id, created_at) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (address_key) DO UPDATE SET "
            "reason = excluded.reason, evidence = excluded.evidence, provisional = 0, "
            "mailing_id = excluded.mailing_id, created_at = excluded.created_at "
            "WHERE (suppressions.provisional = 1 AND excluded.provisional = 0) "
            "OR (suppressions.mailing_id IS NOT NULL AND excluded.mailing_id IS NULL)">()
        .bind_all(suppression.address_key, suppression.reason, suppression.evidence, suppression.provisional,
                  suppression.mailing_id, suppression.created_at)
        .run();
}

int AudienceStore::undo_provisional(std::int64_t mailing_id) {
    return database_.transaction()
        .cached<"DELETE FROM suppressions WHERE mailing_id = ?1 AND provisional = 1">()
        .bind(1, mailing_id)
        .run();
}

bool AudienceStore::undo_provisional(std::int64_t mailing_id, std::string_view address) {
    return database_.transaction()
               .cached<
                   "DELETE FROM suppressions WHERE address_key = ?2 AND mailing_id = ?1 AND provisional "
                   "= 1">()
               .bind_all(mailing_id, address_key(address))
               .run() != 0;
}

int AudienceStore::confirm_provisional(std::int64_t mailing_id, int limit) {
    return database_.transaction()
        .cached<
            "UPDATE suppressions SET provisional = 0 WHERE address_key IN (SELECT address_key "
            "FROM suppressions WHERE mailing_id = ?1 AND provisional = 1 LIMIT ?2)">()
        .bind_all(mailing_id, limit)
        .run();
}

bool AudienceStore::is_suppressed(std::string_view address) {
    auto& query = database_.cached<"SELECT 1 FROM suppressions WHERE address_key = ?1">();
    const bool found = query.bind(1, address_key(address)).step();
    query.reset();
    return found;
}

std::optional<Suppression> AudienceStore::find_suppression(std::string_view address) {
    auto& query = database_.cached<
        "SELECT address_key, reason, evidence, provisional, mailing_id, created_at FROM "
        "suppressions WHERE address_key = ?1">();
    std::optional<Suppression> found;
    if (query.bind(1, address_key(address)).step()) found = read_suppression(query);
    query.reset();
    return found;
}

bool AudienceStore::unsuppress(std::string_view address) {
    return database_.transaction()
               .cached<"DELETE FROM suppressions WHERE address_key = ?1">()
               .bind(1, address_key(address))
               .run() != 0;
}

void AudienceStore::list_suppressions(const std::function<bool(const Suppression&)>& visit) {
    std::string after;
    for (;;) {
        auto& query = database_.cached<
            "SELECT address_key, reason, evidence, provisional, mailing_id, created_at FROM "
            "suppressions WHERE address_key > ?1 ORDER BY address_key LIMIT ?2">();
        query.bind_all(after, page_size);
        std::vector<Suppression> found;
        while (query.step()) found.push_back(read_suppression(query));
        query.reset();
        for (const Suppression& suppression : found) {
            if (!visit(suppression)) return;
        }
        if (found.size() < page_size) return;
        after = found.back().address_key;
    }
}

}  // namespace paperround::audience
