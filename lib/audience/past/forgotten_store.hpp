// Who had himself forgotten, so that he stays away: of his address only a hash is kept, HMAC-SHA-256 keyed with this
// installation's own salt. Whoever has an address can ask whether it was forgotten; nobody can read addresses from the
// table. Lists of other installations are kept beside, each under its own salt.
//
// The salts stand in the database with the hashes: a restore or a move that had the one without the other would bring
// everybody back. So whoever has the database can test addresses that he guesses, and the file is as secret as a list.
//
// Works inside the caller's transaction, and belongs to its Database's thread. Failures are db::Error.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "db/database.hpp"

namespace paperround::audience {

struct ForgottenAddress {
    std::string salt;  // base64url of 32 octets
    std::string hash;  // hexadecimal, of 32 octets
    Time at{};
    bool operator==(const ForgottenAddress&) const = default;
};

// As add() makes it.
[[nodiscard]] bool is_well_formed(const ForgottenAddress& address);

inline constexpr std::size_t most_salts = 16;

class ForgottenStore {
  public:
    // AudienceStore::migrate makes the tables.
    explicit ForgottenStore(db::Database& database) : database_(database) {}

    // Addresses are canonical. The first call makes the installation's salt.
    ForgottenAddress add(std::string_view address, Time now, Random& random);
    // From another list. False where it is known already, is malformed, or would be one salt too many.
    bool take(const ForgottenAddress& address);
    [[nodiscard]] std::optional<ForgottenAddress> find(std::string_view address);
    // False where it was not forgotten.
    bool remove(std::string_view address);
    [[nodiscard]] std::uint64_t count();
    // By ascending hash, until `visit` returns false; in pages.
    void list(const std::function<bool(const ForgottenAddress&)>& visit);

  private:
    [[nodiscard]] std::int64_t salt_id(std::string_view salt, bool own);

    db::Database& database_;
};

}  // namespace paperround::audience
