// The daemon with a relay that requires TLS and a password, and with one that is not there.
#include "base/encoding.hpp"
#include "integration/daemon_fixture.hpp"
#include "support/web_server.hpp"

using namespace paperround::test;

namespace {

struct SecureRelayFixture : DaemonFixture {
    SecureRelayFixture()
        : server({.tls = AiosmtpdServer::Tls::starttls,
                  .authority = &authority,
                  .user = "notes",
                  .password = "s3cret!"}) {}

    void configure_login(const std::string& password) {
        const auto file = dir.write("password", password + "\n");
        std::filesystem::permissions(file, std::filesystem::perms::owner_read);
        configure({.relay_port = server.port(),
                   .relay_host = "localhost",
                   .tls = "required",
                   .relay_extra = fmt::format(", username: notes, password_file: ./password, ca_file: \"{}\"",
                                              authority.ca().string())});
        publish({"secret"});
        import_readers(3);
    }

    TestAuthority authority;
    AiosmtpdServer server;
};

}  // namespace

TEST_CASE_METHOD(SecureRelayFixture,
                 "mail goes through a relay that wants STARTTLS and AUTH, and the log says which TLS") {
    configure_login("s3cret!");
    const auto sent = command({"run", "--once"});
    CAPTURE(sent.errors);
    CHECK(sent.status == 0);
    CHECK(server.messages().size() == 3);
    CHECK(command({"log", "--json"}).output.find("\"tls\":\"TLSv1.3\"") != std::string::npos);
}

TEST_CASE_METHOD(SecureRelayFixture,
                 "a wrong password is the relay's trouble, everything waits, and the password stays secret") {
    configure_login("wr0ng-s3cret");
    const auto sent = command({"run", "--once"});
    CHECK(sent.status == 75);
    CHECK(server.messages().empty());
    const auto log = command({"log", "--json"}).output;
    CHECK(log.find("\"stage\":\"auth\"") != std::string::npos);
    CHECK(log.find("\"outcome\":\"relay_trouble\"") != std::string::npos);
    CHECK((sent.output + sent.errors + log).find("wr0ng-s3cret") == std::string::npos);
    CHECK(slurp(dir / "data" / "paperround.db").find("wr0ng-s3cret") == std::string::npos);
}

TEST_CASE_METHOD(DaemonFixture, "a relay that is not there leaves everything waiting, exit 75") {
    configure({.relay_port = free_port()});
    publish({"nowhere"});
    import_readers(2);
    const auto sent = command({"run", "--once"});
    CHECK(sent.status == 75);
    CHECK(sent.output.find("0 sent, 0 failed, 2 waiting") == 0);
    CHECK(sent.errors.find("relay main: ") != std::string::npos);
}

TEST_CASE_METHOD(DaemonFixture,
                 "mail goes through a relay that takes access tokens and none of them is written down") {
    const auto answer = [](const std::string& fields) {
        return R"({"body": "{\"expires_in\": 3600, )" + fields + "}\"}";
    };
    const WebServer endpoint(
        "{\"/token\": [" + answer(R"(\"access_token\": \"t0ken-one\")") + ", " +
        answer(R"(\"access_token\": \"t0ken-two\", \"refresh_token\": \"r3fresh-next\")") + "]}");
    const ScriptedSmtp relay(R"({"EHLO": "250-a\n250 AUTH PLAIN XOAUTH2",
                                 "AUTH": ["535 5.7.8 t0ken-one has expired", "235 2.7.0 ok"]})");
    for (const std::string name : {"client-secret", "refresh-token"}) {
        const auto file = dir.write(name, "s3cret-" + name + "\n");
        std::filesystem::permissions(file, std::filesystem::perms::owner_read);
    }
    configure({.relay_port = relay.port(),
               .relay_extra =
                   fmt::format(", username: notes, oauth: {{token_url: \"{}\", client_id: me, scope: mail, "
                               "client_secret_file: ./client-secret, refresh_token_file: ./refresh-token}}",
                               endpoint.url("/token"))});
    publish({"tokens"});
    import_readers(3);
    const auto sent = command({"run", "--once"});
    CAPTURE(sent.errors, relay.log());
    CHECK(sent.status == 0);
    CHECK(relay.count("\"message\"") == 3);
    CHECK(relay.count(paperround::base64("user=notes\x01"
                                         "auth=Bearer t0ken-two\x01\x01")) > 0);
    CHECK(slurp(dir / "data" / "oauth-main").ends_with("\nr3fresh-next\n"));
    const std::string written =
        sent.output + sent.errors + command({"log", "--json"}).output + slurp(dir / "data" / "paperround.db");
    for (const std::string secret : {"t0ken-one", "t0ken-two", "s3cret-", "r3fresh-next"})
        CHECK(written.find(secret) == std::string::npos);
}
