// The daemon's life: ready, reloaded, drained, locked; and the unsubscribe link.
#include <csignal>

#include "integration/daemon_fixture.hpp"

using namespace paperround::test;
using namespace std::chrono_literals;

namespace {

std::string unsubscribe_link(const std::string& message) {
    const auto at = message.find("<http", message.find("List-Unsubscribe:"));
    return message.substr(at + 1, message.find('>', at) - at - 1);
}

Finished curl(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"curl", "-sS", "--noproxy", "*", "-o", "/dev/null", "-w",
                                         "%{http_code} %{num_redirects}"});
    return run(arguments);
}

}  // namespace

TEST_CASE_METHOD(
    DaemonFixture,
    "a post published while the daemon runs is mailed, and SIGTERM ends it with everything recorded") {
    const AiosmtpdServer server({});
    configure({.relay_port = server.port(), .backlog = 0});
    publish({"old"});
    import_readers(3);
    auto daemon = start();
    REQUIRE(eventually([&] { return command({"posts"}).output.find("recorded") != std::string::npos; }));
    publish({"fresh", "old"});
    REQUIRE(eventually([&] { return server.messages().size() == 3; }, 60s));
    REQUIRE(eventually([&] { return command({"queue"}).output == "Nothing waits.\n"; }));
    daemon.signal(SIGTERM);
    CHECK(daemon.wait(30s) == 0);
    CHECK(daemon.errors().find("<6>") == 0);  // journald's prefix, if standard error is no terminal
    for (const auto& message : server.messages()) CHECK(message.find("Subject: fresh") != std::string::npos);
}

TEST_CASE_METHOD(DaemonFixture, "a second daemon on the same data directory says who holds it") {
    const SmtpSink sink;
    configure({.relay_port = sink.port()});
    publish({"a"});
    auto first = start();
    REQUIRE(eventually([&] { return ready(); }));
    const auto second = command({"run"});
    CHECK(second.status == 75);
    CHECK(second.errors.find("process " + std::to_string(first.pid())) != std::string::npos);
}

TEST_CASE_METHOD(
    DaemonFixture,
    "a bad configuration at SIGHUP leaves the old one running and says so, and a good one takes over") {
    const AiosmtpdServer server({});
    configure({.relay_port = server.port(), .backlog = 0});
    publish({"a"});
    import_readers(1);
    auto daemon = start();
    REQUIRE(eventually([&] { return ready(); }));
    // Before the first poll nothing is known, and both posts would be back catalogue.
    REQUIRE(eventually([&] { return daemon.errors().find("recorded as known") != std::string::npos; }));
    const auto good = slurp(dir / "config.yaml");
    dir.write("config.yaml", good + "shedule: daily\n");
    daemon.signal(SIGHUP);
    REQUIRE(eventually([&] { return daemon.errors().find("stays in force") != std::string::npos; }));
    CHECK(daemon.errors().find("shedule") != std::string::npos);
    CHECK(daemon.running());
    CHECK(ready());

    auto changed = good;
    changed.replace(changed.find("title: Field Notes"), 18, "title: Other Notes");
    dir.write("config.yaml", changed);
    daemon.signal(SIGHUP);
    REQUIRE(eventually([&] { return daemon.errors().find("<6>reloaded") != std::string::npos; }));
    publish({"b", "a"});
    const bool arrived = eventually([&] { return server.messages().size() == 1; }, 60s);
    CAPTURE(daemon.errors());
    REQUIRE(arrived);
    CHECK(server.messages()[0].find("Other Notes") != std::string::npos);
    daemon.signal(SIGTERM);
    CHECK(daemon.wait(30s) == 0);
}

TEST_CASE_METHOD(DaemonFixture,
                 "a reader leaves with one click: GET changes nothing, POST does, without a redirect") {
    const AiosmtpdServer server({});
    configure({.relay_port = server.port()});
    publish({"first"});
    import_readers(1);
    auto daemon = start();
    REQUIRE(eventually([&] { return server.messages().size() == 1; }, 60s));
    const auto link = unsubscribe_link(server.messages()[0]);
    CAPTURE(link);
    const auto state = [&] {
        return command({"subscribers", "show", "reader1@example.org", "--json"}).output;
    };

    CHECK(curl({link}).output == "200 0");
    CHECK(state().find("\"state\":\"active\"") != std::string::npos);
    CHECK(curl({"-d", "List-Unsubscribe=One-Click", link}).output == "200 0");
    CHECK(state().find("\"state\":\"left\"") != std::string::npos);
    CHECK(curl({"-F", "List-Unsubscribe=One-Click", link}).output == "200 0");

    // Importing again does not bring the reader back, and the next post goes to nobody.
    CHECK(command({"subscribers", "import", "notes", (dir / "readers.csv").string()})
              .output.find("1 had left") != std::string::npos);
    publish({"second", "first"});
    REQUIRE(eventually([&] { return command({"mailings"}).output.find("second") != std::string::npos; }));
    REQUIRE(eventually([&] { return command({"queue"}).output == "Nothing waits.\n"; }));
    daemon.signal(SIGTERM);
    CHECK(daemon.wait(30s) == 0);
    CHECK(server.messages().size() == 1);
}

TEST_CASE_METHOD(DaemonFixture, "the service manager is told: ready, a status, stopping") {
    const SmtpSink sink;
    configure({.relay_port = sink.port()});
    publish({"a"});
    const auto socket = dir / "notify";
    Process manager({python, "-c",
                     "import socket,sys\n"
                     "s=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM); s.bind(sys.argv[1])\n"
                     "while True: print(s.recv(4096).decode(), flush=True)\n",
                     socket.string()});
    REQUIRE(eventually([&] { return std::filesystem::exists(socket); }));
    Process daemon(arguments({"run"}), {}, {{"NOTIFY_SOCKET", socket.string()}});
    REQUIRE(eventually([&] { return manager.output().find("READY=1") != std::string::npos; }));
    CHECK(manager.output().find("STATUS=1 newsletters") != std::string::npos);
    daemon.signal(SIGHUP);
    CHECK(eventually([&] { return manager.output().find("RELOADING=1") != std::string::npos; }));
    daemon.signal(SIGTERM);
    CHECK(daemon.wait(30s) == 0);
    CHECK(eventually([&] { return manager.output().find("STOPPING=1") != std::string::npos; }));
}
