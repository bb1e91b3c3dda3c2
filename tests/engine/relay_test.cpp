// The daemon against a relay that wants TLS and a password, and one that is not there.
#include "integration/daemon_fixture.hpp"

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
