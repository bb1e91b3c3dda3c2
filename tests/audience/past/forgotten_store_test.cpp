#include "audience/past/forgotten_store.hpp"

#include <fmt/format.h>

#include "audience/audience_fixture.hpp"
#include "base/encoding.hpp"
#include "db/raw_sql.hpp"
#include "support/seeded_random.hpp"

using namespace paperround;
using namespace paperround::audience;

namespace {

struct Forgetting : test::Audience {
    test::SeededRandom random;
    test::Committing<ForgottenStore> forgotten{database};
};

}  // namespace

TEST_CASE("who was forgotten is found by any spelling of the address, and by nobody's else") {
    Forgetting f;
    const auto kept = f.forgotten->add("Ada@example.org", f.now, f.random);
    CHECK((*f.forgotten).find("ada@example.org") == kept);
    CHECK_FALSE((*f.forgotten).find("bob@example.org"));
    CHECK((*f.forgotten).count() == 1);
    CHECK(is_well_formed(kept));
}

TEST_CASE("each installation has a salt of its own, so that hashes of two cannot be compared") {
    Forgetting here;
    Forgetting there;
    there.random = test::SeededRandom(2);
    CHECK(here.forgotten->add("ada@example.org", here.now, here.random).hash !=
          there.forgotten->add("ada@example.org", there.now, there.random).hash);
}

TEST_CASE("a list of another installation is kept under its own salt") {
    Forgetting there;
    Forgetting here;
    here.random = test::SeededRandom(2);
    const auto taken = there.forgotten->add("ada@example.org", there.now, there.random);
    here.forgotten->add("bob@example.org", here.now, here.random);
    CHECK(here.forgotten->take(taken));
    CHECK_FALSE(here.forgotten->take(taken));
    CHECK((*here.forgotten).find("ada@example.org") == taken);
    std::size_t listed = 0;
    (*here.forgotten).list([&](const ForgottenAddress&) { return ++listed < 10; });
    CHECK(listed == 2);
    CHECK(here.forgotten->remove("ada@example.org"));
    CHECK_FALSE(here.forgotten->remove("ada@example.org"));
    CHECK_FALSE((*here.forgotten).find("ada@example.org"));
}

TEST_CASE("a malformed hash or salt, and a salt too many, are not taken") {
    Forgetting f;
    const std::string salt = base64url(std::string(32, 's'));
    const std::string hash(64, 'a');
    CHECK_FALSE(f.forgotten->take({salt, std::string(64, 'A'), f.now}));
    CHECK_FALSE(f.forgotten->take({salt, std::string(63, 'a'), f.now}));
    CHECK_FALSE(f.forgotten->take({"c2hvcnQ", hash, f.now}));
    for (std::size_t i = 0; i < most_salts; ++i) {
        CHECK(f.forgotten->take(
            {base64url(std::string(32, static_cast<char>('a' + i))), fmt::format("{:064x}", i), f.now}));
    }
    CHECK_FALSE(f.forgotten->take({base64url(std::string(32, 'z')), hash, f.now}));
}

TEST_CASE("a list brings nobody back who was forgotten, and stores nothing of him") {
    Forgetting f;
    f.add("ada@example.org");
    f.store->erase("ada@example.org");
    f.forgotten->add("ada@example.org", f.now, f.random);
    const auto again = f.add("ada@example.org");
    CHECK(again.result == Subscribed::left_before);
    CHECK(again.subscriber_id == 0);
    CHECK_FALSE((*f.store).find("ada@example.org"));
    f.store->take("notes", {0, "ada@example.org", "Ada", {}},
                  {.state = State::left, .suppressed = ListEntry::Suppressed{"complaint", "abuse", {}}},
                  f.now);
    CHECK_FALSE((*f.store).find("ada@example.org"));
    CHECK_FALSE((*f.store).is_suppressed("ada@example.org"));
}

TEST_CASE("who was forgotten comes back where that is asked for in so many words") {
    Forgetting f;
    f.forgotten->add("ada@example.org", f.now, f.random);
    CHECK(f.add("ada@example.org", "notes", Again::yes).result == Subscribed::added);
    CHECK_FALSE((*f.forgotten).find("ada@example.org"));
    CHECK(f.add("ada@example.org").result == Subscribed::updated);
}
