// The part of AudienceStore that keeps suppressions.
#include "audience/address_variants.hpp"
#include "audience/audience_store.hpp"
#include "base/address/mailbox.hpp"

namespace paperround::audience {

namespace {

constexpr int rows_at_once = 500;

constexpr db::Sql select_suppressions =
    "SELECT address_key, newsletter, reason, evidence, provisional, mailing_id, created_at FROM suppressions ";

Suppression read_suppression(const db::Statement& row) {
    Suppression suppression{.address_key = row.text(0),
                            .reason = row.text(2),
                            .evidence = row.text(3),
                            .provisional = row.integer(4) != 0,
                            .mailing_id = std::nullopt,
                            .created_at = row.time(6),
                            .newsletter = row.text(1)};
    if (!row.is_null(5)) suppression.mailing_id = row.integer(5);
    return suppression;
}

}  // namespace

void AudienceStore::suppress(const Suppression& suppression) {
    // Who complained, or was suppressed by hand, is so for more than a mailing's bounce, and is not lifted with it.
    database_.transaction()
        .cached<
            "INSERT INTO suppressions (address_key, newsletter, reason, evidence, provisional, mailing_id, created_at) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (address_key, newsletter) DO UPDATE SET "
            "reason = excluded.reason, evidence = excluded.evidence, provisional = 0, "
            "mailing_id = excluded.mailing_id, created_at = excluded.created_at "
            "WHERE (suppressions.provisional = 1 AND excluded.provisional = 0) "
            "OR (suppressions.mailing_id IS NOT NULL AND excluded.mailing_id IS NULL)">()
        .bind_all(suppression.address_key, suppression.newsletter, suppression.reason, suppression.evidence,
                  suppression.provisional, suppression.mailing_id, suppression.created_at)
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
    // Only those of all newsletters are ever provisional.
    return database_.transaction()
        .cached<
            "UPDATE suppressions SET provisional = 0 WHERE newsletter = '' AND address_key IN (SELECT address_key "
            "FROM suppressions WHERE mailing_id = ?1 AND provisional = 1 LIMIT ?2)">()
        .bind_all(mailing_id, limit)
        .run();
}

bool AudienceStore::is_suppressed(std::string_view address, std::string_view newsletter) {
    auto& query = database_.cached<
        "SELECT 1 FROM suppressions WHERE address_key = ?1 AND (newsletter = '' OR newsletter = ?2)">();
    const bool found = query.bind_all(address_key(address), newsletter).step();
    query.reset();
    return found;
}

std::optional<Suppression> AudienceStore::find_suppression(std::string_view address,
                                                           std::string_view newsletter) {
    auto& query =
        database_
            .cached<select_suppressions +
                    "WHERE address_key = ?1 AND (newsletter = '' OR newsletter = ?2) ORDER BY newsletter">();
    std::optional<Suppression> found;
    if (query.bind_all(address_key(address), newsletter).step()) found = read_suppression(query);
    query.reset();
    return found;
}

bool AudienceStore::unsuppress(std::string_view address, std::string_view newsletter) {
    return database_.transaction()
               .cached<
                   "DELETE FROM suppressions WHERE address_key = ?1 AND (newsletter = '' OR newsletter = ?2)">()
               .bind_all(address_key(address), newsletter)
               .run() != 0;
}

std::vector<Suppression> AudienceStore::suppressions_of(std::string_view address) {
    auto& query = database_.cached<select_suppressions + "WHERE address_key = ?1 ORDER BY newsletter">();
    query.bind(1, address_key(address));
    std::vector<Suppression> found;
    while (query.step()) found.push_back(read_suppression(query));
    query.reset();
    return found;
}

int AudienceStore::unsuppress_everywhere(std::string_view address) {
    return database_.transaction()
        .cached<"DELETE FROM suppressions WHERE address_key = ?1">()
        .bind(1, address_key(address))
        .run();
}

bool AudienceStore::erase(std::string_view address) {
    const std::string key = address_key(address);
    int erased = 0;
    if (const auto subscriber = find(address)) {
        erased += database_.transaction()
                      .cached<"DELETE FROM subscriptions WHERE subscriber_id = ?1">()
                      .bind(1, subscriber->id)
                      .run();
        erased += database_.transaction()
                      .cached<"DELETE FROM taken_over_links WHERE subscriber_id = ?1">()
                      .bind(1, subscriber->id)
                      .run();
        erased += database_.transaction()
                      .cached<"DELETE FROM subscribers WHERE id = ?1">()
                      .bind(1, subscriber->id)
                      .run();
    }
    erased += unsuppress_everywhere(address);
    erased += database_.transaction()
                  .cached<"DELETE FROM join_requests WHERE variants_key = ?1 AND lower(address) = ?2">()
                  .bind_all(variants_key(address), key)
                  .run();
    return erased != 0;
}

void AudienceStore::list_suppressions(const std::function<bool(const Suppression&)>& visit) {
    Suppression last;
    for (;;) {
        auto& query = database_.cached<select_suppressions +
                                       "WHERE (address_key, newsletter) > (?1, ?2) "
                                       "ORDER BY address_key, newsletter LIMIT ?3">();
        query.bind_all(last.address_key, last.newsletter, rows_at_once);
        std::vector<Suppression> found;
        while (query.step()) found.push_back(read_suppression(query));
        query.reset();
        for (const Suppression& suppression : found) {
            if (!visit(suppression)) return;
        }
        if (found.size() < rows_at_once) return;
        last = found.back();
    }
}

}  // namespace paperround::audience
