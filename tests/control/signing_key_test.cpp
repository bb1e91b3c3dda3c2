#include "control/signing_key.hpp"

#include "audience/secret_key.hpp"
#include "audience/token.hpp"
#include "control/desk_fixture.hpp"
#include "pipeline/data/data_directory.hpp"
#include "support/seeded_random.hpp"

using namespace paperround;

TEST_CASE_METHOD(test::DeskFixture,
                 "the key is replaced, links of the old one stay valid, and it is on record") {
    test::SeededRandom random;
    const audience::TokenSigner before(pipeline::secret_keys(dir.path(), random).value());
    const std::string link = before.sign({audience::Purpose::leave, "notes", 1, 2});
    CHECK(control::rotate_key(desk, random).value().old_keys == 1);
    const audience::TokenSigner after(pipeline::secret_keys(dir.path(), random).value());
    CHECK(after.verify(audience::Purpose::leave, link));
    CHECK(after.sign({audience::Purpose::leave, "notes", 1, 2}) != link);
    CHECK(actions() ==
          std::vector<std::string>{"anna: key rotate, secret.key: replaced; 1 old keys are taken still"});
}

TEST_CASE_METHOD(test::DeskFixture,
                 "a key that others may read is not rotated, and the refusal does not show it") {
    test::SeededRandom random;
    const auto key = pipeline::secret_key(dir.path(), random).value();
    std::filesystem::permissions(dir.path() / "secret.key", std::filesystem::perms(0644));
    const auto refused = control::rotate_key(desk, random);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("chmod 600") != std::string::npos);
    CHECK(refused.error().message.find(key) == std::string::npos);
}
