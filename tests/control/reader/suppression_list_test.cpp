#include "control/reader/suppression_list.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "audience/past/forgotten_store.hpp"
#include "base/text/date_time.hpp"
#include "control/desk_fixture.hpp"
#include "control/reader/erasure.hpp"
#include "support/seeded_random.hpp"

using namespace paperround;
using control::Refusal;
using control::SuppressionList;
using control::SuppressionReport;

namespace {

struct SuppressionFixture : test::DeskFixture {
    explicit SuppressionFixture(std::uint64_t seed = 1) : random(seed) {}

    std::vector<std::string> listed(std::string_view text = {}) {
        std::vector<std::string> rows;
        list.list(text, [&](const audience::Suppression& one) {
            rows.push_back(one.address_key + ": " + one.reason + ": " + one.evidence);
            return true;
        });
        return rows;
    }
    control::Answer<SuppressionReport> import(const std::string& csv) {
        std::istringstream file(csv);
        rejected.clear();
        return list.import(
            file, random,
            {.file_name = "list.csv", .on_rejected = [this](std::uint64_t line, std::string_view reason) {
                 rejected.push_back(fmt::format("{}: {}", line, reason));
             }});
    }
    std::string exported() {
        std::ostringstream out;
        list.export_to(out);
        return out.str();
    }
    void subscribe(const std::string& address, const std::string& source = "import old.csv") {
        store->subscribe("notes", {.address = address}, clock.now(), source);
    }

    test::SeededRandom random;
    SuppressionList list{desk};
    test::Committing<audience::AudienceStore> store{database()};
    std::vector<std::string> rejected;
};

struct AnotherServer : SuppressionFixture {
    AnotherServer() : SuppressionFixture(2) {}
};

}  // namespace

TEST_CASE_METHOD(SuppressionFixture,
                 "an address is suppressed with who and why, and what waits for it is cancelled") {
    subscribe("r1@example.org");
    const auto mailing = mailing_to(1);
    REQUIRE(list.add("R1@Example.org", "asked by letter"));
    CHECK(listed() == std::vector<std::string>{"r1@example.org: by hand: anna: asked by letter"});
    CHECK(queue::DeliveryStore(database()).progress(mailing).dropped == 1);
    CHECK(actions() == std::vector<std::string>{"anna: suppressions add, r1@example.org: asked by letter"});
}

TEST_CASE_METHOD(SuppressionFixture, "a suppression is lifted, and what it was stays on record") {
    REQUIRE(list.add("ada@example.org", "asked by letter"));
    REQUIRE(list.remove("ADA@example.org"));
    CHECK(listed().empty());
    CHECK(actions().back() ==
          "anna: suppressions remove, ada@example.org: was by hand: anna: asked by letter");
    CHECK(list.remove("ada@example.org").error().code == Refusal::Code::unknown);
}

TEST_CASE_METHOD(SuppressionFixture, "no address and no reason are refused") {
    CHECK(list.add("nobody", "why").error().code == Refusal::Code::malformed);
    CHECK(list.add("ada@example.org", "  ").error().code == Refusal::Code::malformed);
    CHECK(list.remove("nobody").error().code == Refusal::Code::malformed);
    CHECK(listed().empty());
}

TEST_CASE_METHOD(SuppressionFixture, "part of an address finds it") {
    REQUIRE(list.add("ada@example.org", "x"));
    REQUIRE(list.add("bob@example.net", "x"));
    CHECK(listed("EXAMPLE.net").size() == 1);
    CHECK(listed("@").size() == 2);
}

TEST_CASE_METHOD(SuppressionFixture, "a list is taken with its reasons, and bad rows are named") {
    REQUIRE(list.add("known@example.org", "x"));
    const auto report = import(
        "Email,Reason,Since\n"
        "ada@example.org,complaint,2026-01-02T03:04:05Z\n"
        "bob@example.org,,\n"
        "known@example.org,complaint,\n"
        "nobody,,\n"
        "cy@example.org,,yesterday\n");
    REQUIRE(report);
    CHECK(*report == SuppressionReport{.rows = 5, .added = 2, .known = 1, .rejected = 2, .forgotten = 0});
    CHECK(listed() == std::vector<std::string>{"ada@example.org: complaint: anna: list.csv",
                                               "bob@example.org: by hand: anna: list.csv",
                                               "known@example.org: by hand: anna: x"});
    CHECK((*store).find_suppression("ada@example.org")->created_at == parse_rfc3339("2026-01-02T03:04:05Z"));
    REQUIRE(rejected.size() == 2);
    CHECK(rejected[0].starts_with("5: "));
    CHECK(rejected[1].starts_with("6: since is \"yesterday\""));
    CHECK(actions().back() == "anna: suppressions import, list.csv: 5 rows: 2 added, 1 known, 2 rejected");
}

TEST_CASE_METHOD(SuppressionFixture, "a list of bare addresses needs no header") {
    CHECK(import("ada@example.org\nbob@example.org\n")->added == 2);
}

TEST_CASE_METHOD(SuppressionFixture, "what is no list is refused, with the reason") {
    CHECK(import("").error().code == Refusal::Code::bad_content);
    CHECK(import("name,town\nAda,Bath\n").error().message.find("line 1") == 0);
    CHECK(actions().back().find("bad_content") != std::string::npos);
}

TEST_CASE_METHOD(SuppressionFixture, "what waits for whom a list suppresses is cancelled") {
    subscribe("r1@example.org");
    const auto mailing = mailing_to(2);
    REQUIRE(import("email\nr1@example.org\n"));
    CHECK(queue::DeliveryStore(database()).progress(mailing).dropped == 1);
}

TEST_CASE_METHOD(
    SuppressionFixture,
    "an export is taken back as it was, on another server, and who was forgotten stays away there") {
    subscribe("ada@example.org");
    REQUIRE(control::forget(desk, random, "ada@example.org"));
    REQUIRE(list.add("bob@example.org", "said \"no\", twice"));
    const std::string csv = exported();
    CHECK(csv.find("ada@") == std::string::npos);

    AnotherServer there;
    there.subscribe("ada@example.org");
    there.subscribe("cy@example.org");
    const auto report = there.import(csv);
    REQUIRE(report);
    CHECK(*report == SuppressionReport{.rows = 2, .added = 2, .known = 0, .rejected = 0, .forgotten = 1});
    CHECK(there.listed() == std::vector<std::string>{"bob@example.org: by hand: anna: said \"no\", twice"});
    CHECK_FALSE((*there.store).find("ada@example.org"));
    CHECK((*there.store).find("cy@example.org"));
    there.subscribe("ada@example.org");
    CHECK_FALSE((*there.store).find("ada@example.org"));
    CHECK(there.import(csv)->known == 2);
}

TEST_CASE_METHOD(SuppressionFixture, "who came back by himself after he was forgotten elsewhere stays") {
    subscribe("ada@example.org");
    REQUIRE(control::forget(desk, random, "ada@example.org"));
    AnotherServer there;
    there.clock.set(clock.now() + std::chrono::hours(1));
    there.subscribe("ada@example.org", "page https://x.example/s/notes");
    CHECK(there.import(exported())->forgotten == 0);
    CHECK((*there.store).find("ada@example.org"));
    CHECK_FALSE(audience::ForgottenStore(there.database()).find("ada@example.org"));
}

TEST_CASE_METHOD(SuppressionFixture, "a hash that is malformed, or stands beside an address, is a bad row") {
    const auto report = import("email,hash,salt\n,abc,def\nada@example.org,abc,def\n");
    CHECK(report->rejected == 2);
    CHECK(listed().empty());
}

TEST_CASE_METHOD(SuppressionFixture, "a suppression that its mailing may still undo is not exported") {
    store->suppress({"ada@example.org", "bounced", "550", true, 1, clock.now()});
    CHECK(exported() == "email,reason,evidence,since,hash,salt,newsletter\r\n");
}
