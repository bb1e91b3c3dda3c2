// A silent name server, for which libc waits for minutes: neither a stop nor a reload waits for it.
#include <csignal>

#include "integration/daemon_fixture.hpp"

using namespace paperround::test;
using namespace std::chrono_literals;

namespace {

struct SilentNames : DaemonFixture {
    Process start_in_silence(const std::vector<std::string>& command_name = {"run"}) const {
        return Process(arguments(command_name), {},
                       {{"LD_PRELOAD", SCARCE_MEANS},
                        {"ASAN_OPTIONS", "verify_asan_link_order=0"},
                        {"NAMES_ASKED", asked().string()}});
    }
    bool was_asked_for(const std::string& name) const {
        return eventually([&] {
            return std::filesystem::exists(asked()) && slurp(asked()).find(name) != std::string::npos;
        });
    }
    std::filesystem::path asked() const { return dir / "asked"; }
    // Far less than the minute for which the name server is silent.
    static constexpr auto soon = 20s;
};

}  // namespace

TEST_CASE_METHOD(SilentNames, "a stop does not wait for the name of a relay") {
    configure({.relay_port = 25, .relay_host = "relay.example.org", .extra = "drain: 1s"});
    publish({"a"});
    import_readers(3);
    auto daemon = start_in_silence();
    REQUIRE(was_asked_for("relay.example.org"));
    daemon.signal(SIGTERM);
    CHECK(daemon.wait(soon) == 0);
}

TEST_CASE_METHOD(SilentNames, "neither a reload nor a stop waits for the name of a feed") {
    configure({.relay_port = 25, .extra = "drain: 1s", .feed = "http://feeds.example.org/feed.xml"});
    auto daemon = start_in_silence();
    REQUIRE(was_asked_for("feeds.example.org"));
    daemon.signal(SIGHUP);
    CHECK(eventually([&] { return daemon.errors().find("<6>reloaded") != std::string::npos; }, soon));
    daemon.signal(SIGTERM);
    CHECK(daemon.wait(soon) == 0);
}

TEST_CASE_METHOD(SilentNames,
                 "a run that is stopped while it asks for the name of a feed ends soon and well") {
    configure({.relay_port = 25, .feed = "http://feeds.example.org/feed.xml"});
    auto run = start_in_silence({"run", "--once"});
    REQUIRE(was_asked_for("feeds.example.org"));
    run.signal(SIGTERM);
    CHECK(run.wait(soon) == 0);
}
