// How `run --once` ends, for cron: 0 everything is final, 75 something waits, 69 a mailing needs a person.
#include "integration/daemon_fixture.hpp"

using namespace paperround::test;

namespace {

struct Once : DaemonFixture {
    int once(const std::string& script, int readers, const std::string& extra = {}) {
        const ScriptedSmtp server(script);
        configure({.relay_port = server.port(), .connections = 1, .extra = extra});
        publish({"a"});
        if (readers > 0) import_readers(readers);
        const auto run = command({"run", "--once"});
        output = run.output;
        return run.status;
    }
    std::string output;
};

}  // namespace

TEST_CASE_METHOD(Once, "a run that has sent everything, and one without anything to do, end with 0") {
    CHECK(once("{}", 3) == 0);
    CHECK(command({"run", "--once"}).status == 0);
}

TEST_CASE_METHOD(Once, "a mailing without readers ends with 0") {
    CHECK(once("{}", 0) == 0);
    CHECK(output == "0 sent, 0 failed, 0 waiting\n");
}

TEST_CASE_METHOD(Once, "a run of which some were refused and some accepted ends with 0") {
    CHECK(once(R"({"RCPT": ["550 5.1.1 no such user", "250 ok"]})", 2) == 0);
    CHECK(output == "1 sent, 1 failed, 0 waiting\n");
}

TEST_CASE_METHOD(Once, "a run that leaves something to wait ends with 75") {
    CHECK(once(R"({"RCPT": ["451 4.2.1 later", "250 ok"]})", 2) == 75);
    CHECK(output.starts_with("1 sent, 0 failed, 1 waiting; next due "));
}

TEST_CASE_METHOD(Once,
                 "a mailing of which nothing was accepted ends the run with 69, and the next is clean") {
    CHECK(once(R"({"RCPT": "550 5.1.1 no such user"})", 3) == 69);
    CHECK(output == "0 sent, 3 failed, 0 waiting\n");
    CHECK(command({"run", "--once"}).status == 0);
}

TEST_CASE_METHOD(Once, "a mailing that paused itself ends each run with 69 until a person has looked") {
    CHECK(once(R"({"MAIL": "550 5.7.1 not you"})", 3) == 69);  // and three wait
    CHECK(command({"run", "--once"}).status == 69);
    REQUIRE(command({"mailings", "cancel", "1"}).status == 0);
    CHECK(command({"run", "--once"}).status == 0);
}

TEST_CASE_METHOD(Once, "a mailing that a person paused waits, which is 75") {
    REQUIRE(once(R"({"RCPT": "451 4.2.1 later"})", 1) == 75);
    REQUIRE(command({"mailings", "pause", "1"}).status == 0);
    CHECK(command({"run", "--once"}).status == 75);
}
