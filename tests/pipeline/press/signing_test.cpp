#include "pipeline/press/signing.hpp"

#include <catch2/catch.hpp>

#include "base/file.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using namespace paperround::pipeline;

namespace {

struct SigningFixture {
    SigningFixture() {
        newsletter.from = {"Notes", "notes@Example.org"};
        const auto file = dir / "key.pem";
        REQUIRE(write_file_atomically(file, PrivateKey::generate(PrivateKey::Type::ed25519).to_pem(), 0600));
        settings.dkim = {{"example.org", {{"s", file}}}, {"example.net", {{"other", file}}}};
    }
    test::TempDir dir;
    config::Settings settings;
    config::Newsletter newsletter;
    std::vector<std::string> problems;
};

}  // namespace

TEST_CASE_METHOD(SigningFixture, "a newsletter is signed with the keys of its From's domain") {
    const Signing signing(settings, problems);
    CHECK(problems.empty());
    REQUIRE(signing.keys_of(newsletter).size() == 1);
    CHECK(signing.keys_of(newsletter)[0].selector == "s");
    newsletter.from.address = "notes@example.com";
    CHECK(signing.keys_of(newsletter).empty());
}

TEST_CASE_METHOD(SigningFixture, "the fields that a relay rewrites are not covered") {
    const auto signer = Signing(settings, problems).signer_for(newsletter, {"message-id"});
    CHECK(std::ranges::find(signer.covered(), "Message-ID") == signer.covered().end());
    CHECK(std::ranges::find(signer.covered(), "Date") != signer.covered().end());
}

TEST_CASE_METHOD(SigningFixture, "a key that is none is a problem that names its domain and file") {
    settings.dkim[0].keys[0].key_file = dir.write("no-key.pem", "nonsense");
    std::filesystem::permissions(dir / "no-key.pem", std::filesystem::perms::owner_read);
    const Signing signing(settings, problems);
    REQUIRE(problems.size() == 1);
    CHECK(problems[0] == "dkim example.org: " + (dir / "no-key.pem").string() +
                             ": expected a private key in PEM format and without a passphrase");
}
