// Ten thousand deliveries to Postfix's smtp-sink, all recorded.
#include "integration/daemon_fixture.hpp"

using namespace paperround::test;

TEST_CASE_METHOD(DaemonFixture, "10 000 deliveries to smtp-sink are all sent and all on record") {
    const SmtpSink sink;
    configure({.relay_port = sink.port(), .connections = 10});
    publish({"volume"});
    import_readers(10'000);
    const auto sent = command({"run", "--once"});
    CAPTURE(sent.errors);
    CHECK(sent.status == 0);
    CHECK(sent.output == "10 000 sent, 0 failed, 0 waiting\n");
    CHECK(count_lines(command({"log", "--json", "--outcome", "accepted"}).output) == 10'000);
    CHECK(command({"queue"}).output == "Nothing waits.\n");
}
