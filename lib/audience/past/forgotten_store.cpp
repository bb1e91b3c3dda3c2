#include "audience/past/forgotten_store.hpp"

#include <vector>

#include "base/address/mailbox.hpp"
#include "base/crypto.hpp"
#include "base/encoding.hpp"

namespace paperround::audience {

namespace {

constexpr std::size_t salt_octets = 32;
constexpr std::size_t hash_octets = 32;
constexpr int hashes_at_once = 500;

struct Salt {
    std::int64_t id = 0;
    std::string text;
    bool own = false;
};

std::vector<Salt> salts_of(db::Database& database) {
    auto& query = database.cached<"SELECT id, salt, own FROM forgotten_salts">();
    std::vector<Salt> salts;
    while (query.step()) salts.push_back({query.integer(0), query.text(1), query.integer(2) != 0});
    query.reset();
    return salts;
}

std::string hash_of(std::string_view address, const std::string& salt) {
    return hex(hmac_sha256(decode_base64url(salt).value_or(salt), address_key(address)));
}

}  // namespace

bool is_well_formed(const ForgottenAddress& address) {
    const auto salt = decode_base64url(address.salt);
    return salt && salt->size() == salt_octets && address.hash.size() == 2 * hash_octets &&
           address.hash.find_first_not_of("0123456789abcdef") == std::string::npos;
}

ForgottenAddress ForgottenStore::add(std::string_view address, Time now, Random& random) {
    Salt own;
    for (Salt& salt : salts_of(database_)) {
        if (salt.own) own = std::move(salt);
    }
    if (own.id == 0) {
        own.text = base64url(random.bytes(salt_octets));
        own.id = salt_id(own.text, true);
    }
    ForgottenAddress forgotten{own.text, hash_of(address, own.text), now};
    database_.transaction()
        .cached<
            "INSERT INTO forgotten (hash, salt_id, forgotten_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING">()
        .bind_all(forgotten.hash, own.id, now)
        .run();
    return forgotten;
}

bool ForgottenStore::take(const ForgottenAddress& address) {
    if (!is_well_formed(address)) return false;
    std::int64_t id = 0;
    const auto salts = salts_of(database_);
    for (const Salt& salt : salts) {
        if (salt.text == address.salt) id = salt.id;
    }
    if (id == 0 && salts.size() >= most_salts) return false;
    if (id == 0) id = salt_id(address.salt, false);
    return database_.transaction()
               .cached<
                   "INSERT INTO forgotten (hash, salt_id, forgotten_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING">()
               .bind_all(address.hash, id, address.at)
               .run() != 0;
}

std::int64_t ForgottenStore::salt_id(std::string_view salt, bool own) {
    return database_.transaction()
        .cached<"INSERT INTO forgotten_salts (salt, own) VALUES (?1, ?2) RETURNING id">()
        .bind_all(salt, own)
        .run_for_id()
        .value();
}

std::optional<ForgottenAddress> ForgottenStore::find(std::string_view address) {
    for (const Salt& salt : salts_of(database_)) {
        const std::string hash = hash_of(address, salt.text);
        auto& query = database_.cached<"SELECT forgotten_at FROM forgotten WHERE hash = ?1">();
        std::optional<ForgottenAddress> found;
        if (query.bind(1, hash).step()) found = ForgottenAddress{salt.text, hash, query.time(0)};
        query.reset();
        if (found) return found;
    }
    return std::nullopt;
}

bool ForgottenStore::remove(std::string_view address) {
    int removed = 0;
    for (const Salt& salt : salts_of(database_)) {
        removed += database_.transaction()
                       .cached<"DELETE FROM forgotten WHERE hash = ?1">()
                       .bind(1, hash_of(address, salt.text))
                       .run();
    }
    return removed != 0;
}

std::uint64_t ForgottenStore::count() {
    auto query = database_.prepare<"SELECT count(*) FROM forgotten">();
    query.step();
    return static_cast<std::uint64_t>(query.integer(0));
}

void ForgottenStore::list(const std::function<bool(const ForgottenAddress&)>& visit) {
    std::string after;
    for (;;) {
        auto& query = database_.cached<
            "SELECT f.hash, s.salt, f.forgotten_at FROM forgotten f CROSS JOIN forgotten_salts s WHERE f.hash > ?1 "
            "AND s.id = f.salt_id ORDER BY f.hash LIMIT ?2">();
        query.bind_all(after, hashes_at_once);
        std::vector<ForgottenAddress> found;
        while (query.step()) found.push_back({query.text(1), query.text(0), query.time(2)});
        query.reset();
        for (const ForgottenAddress& one : found) {
            if (!visit(one)) return;
        }
        if (found.size() < hashes_at_once) return;
        after = found.back().hash;
    }
}

}  // namespace paperround::audience
