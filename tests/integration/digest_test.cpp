// Schedules of the real program: what waits, what is shown of it, and what arrives.
#include <chrono>
#include <nlohmann/json.hpp>
#include <sstream>

#include "db/database.hpp"
#include "db/raw_sql.hpp"
#include "integration/daemon_fixture.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using test::AiosmtpdServer;
using test::DaemonFixture;

namespace {

struct DigestProgram : DaemonFixture {
    // Half a day from now, so that the real clock does not reach it.
    static std::string daily() {
        const auto hours = std::chrono::duration_cast<std::chrono::hours>(
            std::chrono::system_clock::now().time_since_epoch() + 12h);
        return fmt::format("schedule: daily {:02}:00\n    digest: true\n", hours.count() % 24);
    }
    // Simulates a daemon that was down at the digest's moment.
    void let_the_moment_pass() const {
        auto database = db::Database::open(dir / "data" / "paperround.db");
        db::RawSql(database).execute("UPDATE digest_moments SET next = 1");
    }
    nlohmann::json only_line(const std::vector<std::string>& arguments) const {
        const auto shown = command(arguments);
        REQUIRE(shown.status == 0);
        return nlohmann::json::parse(shown.output);
    }
};

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE_METHOD(DigestProgram, "what came since the last digest arrives as one mail with several posts") {
    const AiosmtpdServer server({});
    configure({.relay_port = server.port(), .backlog = 0, .newsletter = daily()});
    publish({"old"});
    import_readers(1);
    CHECK(command({"run", "--once"}).status == 0);
    publish({"Tuesday", "Monday", "old"});
    const auto waits = command({"run", "--once"});
    CHECK(waits.status == 75);
    CHECK(holds(waits.output, "0 sent, 0 failed, 0 waiting; next due "));
    CHECK(server.messages().empty());

    const auto preview = command({"preview", "--digest", "--format", "text"});
    CHECK(preview.status == 0);
    CHECK(holds(preview.output, "About Monday."));
    CHECK(holds(preview.output, "About Tuesday."));

    let_the_moment_pass();
    CHECK(command({"run", "--once"}).status == 0);
    REQUIRE(server.messages().size() == 1);
    const std::string message = server.messages().front();
    REQUIRE(holds(message, "About Monday."));
    REQUIRE(holds(message, "About Tuesday."));
    CHECK(message.find("About Monday.") < message.find("About Tuesday."));
    CHECK_FALSE(holds(message, "About old."));

    const auto mailing = only_line({"mailings", "--json"});
    CHECK(mailing["title"] == "Monday and 1 more");
    CHECK(mailing["posts"].size() == 2);
    CHECK(mailing["sent"] == 1);
    const auto shown = command({"mailings", "show", "1"});
    CHECK(holds(shown.output, "mailing 1 of notes: done\n1 of 1 sent, 0 waiting, 0 failed\n"));
    CHECK(holds(shown.output, ": Monday\n"));
    CHECK(holds(shown.output, ": Tuesday\n"));

    let_the_moment_pass();
    const auto empty = command({"run", "--once"});
    CHECK(empty.status == 0);
    CHECK(holds(empty.errors, "no digest: nothing new"));
    CHECK(server.messages().size() == 1);
}

TEST_CASE_METHOD(DigestProgram, "a post that is withdrawn while on hold is not sent") {
    const AiosmtpdServer server({});
    configure({.relay_port = server.port(), .backlog = 0, .newsletter = "hold: 1h"});
    publish({"old"});
    import_readers(1);
    CHECK(command({"run", "--once"}).status == 0);
    publish({"mistake", "good", "old"});
    CHECK(command({"run", "--once"}).status == 75);
    CHECK(holds(command({"posts"}).output, "on hold until "));
    publish({"good", "old"});
    CHECK(command({"run", "--once"}).status == 75);
    CHECK(holds(command({"posts", "--state", "withdrawn"}).output, "mistake"));
    const auto good = only_line({"posts", "--state", "ready", "--json"});
    CHECK(command({"posts", "send", std::to_string(good["post"].get<int>())}).status == 0);
    CHECK(command({"run", "--once"}).status == 0);
    REQUIRE(server.messages().size() == 1);
    CHECK(holds(server.messages().front(), "About good."));
}

TEST_CASE_METHOD(DigestProgram, "with approve, a post is mailed when a person says so") {
    const AiosmtpdServer server({});
    configure({.relay_port = server.port(), .backlog = 0, .newsletter = "approve: true"});
    publish({"old"});
    import_readers(1);
    CHECK(command({"run", "--once"}).status == 0);
    publish({"new", "old"});
    CHECK(command({"run", "--once"}).status == 0);
    CHECK(server.messages().empty());
    const auto held = only_line({"posts", "--state", "held", "--json"});
    CHECK(held["reason"] == "waits for approval");
    CHECK(command({"posts", "approve", std::to_string(held["post"].get<int>())}).status == 0);
    CHECK(command({"run", "--once"}).status == 0);
    CHECK(server.messages().size() == 1);
}

TEST_CASE_METHOD(DigestProgram, "check says when mail goes out") {
    configure({.relay_port = 25,
               .newsletter = "theme: {accent: \"#ffd400\"}\n    schedule: daily 06:00\n    digest: true\n    "
                             "at_least: 2\n    window: "
                             "07:00-22:00\n    hold: 15m\n    approve: true"});
    publish({"old"});
    const auto checked = command({"check"});
    CHECK(checked.status == 0);
    CHECK(holds(checked.output,
                "daily 06:00 UTC as a digest of 2 to 20 posts, window 07:00-22:00 UTC, hold "
                "15m, posts wait for approval"));
    CHECK(holds(checked.output, "note: notes: its schedule lies outside its window: what is due at "));
    CHECK(holds(checked.output, "note: notes: the accent #ffd400 has a contrast of 1.4 to the white page; "));
}
