// DKIM as an operator uses it: a key is made, published, configured, checked and used.
#include <sys/stat.h>

#include "base/encoding.hpp"
#include "base/private_key.hpp"
#include "integration/daemon_fixture.hpp"

using namespace paperround::test;

namespace {

struct DkimFixture : DaemonFixture {
    Finished make_key(const std::string& type) {
        return command({"dkim-key", "example.org", "--type", type, "--selector", type, "--out",
                        (dir / (type + ".pem")).string()});
    }
    void configure_signed(std::uint16_t port, const std::string& relay_extra = "") {
        configure({.relay_port = port,
                   .relay_extra = relay_extra,
                   .extra = "dkim: {example.org: [{selector: rsa, key_file: rsa.pem}, "
                            "{selector: ed25519, key_file: ed25519.pem}]}"});
    }
};

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

}  // namespace

TEST_CASE_METHOD(DkimFixture, "dkim-key makes a key that only its owner can read, and prints its record") {
    const auto made = make_key("rsa");
    REQUIRE(made.status == 0);
    struct stat status {};
    REQUIRE(::stat((dir / "rsa.pem").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    const auto key = paperround::PrivateKey::from_pem(slurp(dir / "rsa.pem"));
    REQUIRE(key);
    CHECK(key->bits() == 2048);
    const std::string published = paperround::base64(key->public_key());
    CHECK(made.output.find("rsa._domainkey.example.org. IN TXT ( \"v=DKIM1; k=rsa; p=" +
                           published.substr(0, 100)) != std::string::npos);
    CHECK(made.output.find("PRIVATE") == std::string::npos);
}

TEST_CASE_METHOD(DkimFixture, "dkim-key overwrites no key") {
    REQUIRE(make_key("ed25519").status == 0);
    const std::string first = slurp(dir / "ed25519.pem");
    CHECK(make_key("ed25519").status == 73);
    CHECK(slurp(dir / "ed25519.pem") == first);
}

TEST_CASE_METHOD(DkimFixture, "check says who signs with what, and what a rewriting relay costs") {
    make_key("rsa");
    make_key("ed25519");
    configure_signed(free_port(), ", rewrites: [message-id, date]");
    publish({});
    const auto checked = command({"check"});
    INFO(checked.errors);
    CHECK(checked.status == 0);
    CHECK(checked.output.find("notes: signed as example.org with rsa (rsa) + ed25519 (ed25519)\n") !=
          std::string::npos);
    CHECK(checked.output.find(
              "note: notes: relay main rewrites message-id, date: the signature does not cover") !=
          std::string::npos);
}

TEST_CASE_METHOD(DkimFixture, "check and run refuse a key that everybody can read") {
    make_key("rsa");
    make_key("ed25519");
    std::filesystem::permissions(dir / "rsa.pem", std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
    configure_signed(free_port());
    publish({});
    const std::string expected =
        "dkim example.org: everybody can read " + (dir / "rsa.pem").string() + ": chmod 600 it";
    const auto checked = command({"check"});
    CHECK(checked.status == 78);
    CHECK(checked.errors == expected + "\n");
    const auto ran = command({"run", "--once"});
    CHECK(ran.status == 78);
    CHECK(ran.errors.find(expected) != std::string::npos);
}

TEST_CASE_METHOD(DkimFixture, "what the relay gets is signed with every key, and so is the preview") {
    make_key("rsa");
    make_key("ed25519");
    const AiosmtpdServer server({});
    configure_signed(server.port());
    publish({"On-walking"});
    import_readers(3);
    REQUIRE(command({"run", "--once"}).status == 0);
    const auto messages = server.messages();
    REQUIRE(messages.size() == 3);
    for (const std::string& message : messages) {
        CHECK(count(message, "DKIM-Signature: v=1;") == 2);
        CHECK(message.find("s=rsa;") != std::string::npos);
        CHECK(message.find("s=ed25519;") != std::string::npos);
    }
    const auto preview = command({"preview", "latest", "-f", "eml"});
    CHECK(count(preview.output, "DKIM-Signature: v=1;") == 2);
}
