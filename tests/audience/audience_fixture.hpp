// A fresh audience in memory.
#pragma once

#include "audience/audience_store.hpp"
#include "base/address/mailbox.hpp"
#include "base/text/date_time.hpp"
#include "support/committing.hpp"

namespace paperround::test {

inline Time at(std::string_view rfc3339) {
    return parse_rfc3339(rfc3339).value();
}

struct Audience {
    Audience() { audience::AudienceStore::migrate(database); }

    audience::Subscription add(std::string_view address, std::string_view newsletter = "notes",
                               audience::Again again = audience::Again::no) {
        return store->subscribe(newsletter, {0, std::string(address), {}, {}}, now, "test", again);
    }
    void suppress(std::string_view address, bool provisional = false,
                  std::optional<std::int64_t> mailing = {}) {
        store->suppress(
            {address_key(address), "bounced", "550 5.1.1 no such user", provisional, mailing, now});
    }
    std::vector<std::string> active(std::string_view newsletter = "notes", std::int64_t after = 0,
                                    std::size_t limit = 100) {
        std::vector<std::string> addresses;
        for (const auto& reader : store->reach(newsletter, after, limit).readers)
            addresses.push_back(reader.address);
        return addresses;
    }

    Time now = at("2026-11-22T08:00:00Z");
    db::Database database = db::Database::open(":memory:");
    test::Committing<audience::AudienceStore> store{database};
};

}  // namespace paperround::test
