#include "control/readers.hpp"

#include <nlohmann/json.hpp>
#include <sstream>

#include "control/desk_fixture.hpp"
#include "queue/store/delivery_store.hpp"
#include "support/committing.hpp"

using namespace paperround;
using namespace paperround::control;

namespace {

struct ReadersFixture : test::DeskFixture {
    Answer<audience::ImportReport> import(const std::string& csv, const std::string& from = {}) {
        std::istringstream list(csv);
        return readers.import(list, {.file_name = "list.csv", .from = from});
    }
    std::vector<std::string> listed(const ReaderFilter& filter) {
        std::vector<std::string> addresses;
        const auto done = readers.list(filter, [&](const audience::Member& member) {
            addresses.push_back(member.subscriber.address);
            return true;
        });
        REQUIRE(done);
        return addresses;
    }

    Readers readers{desk, settings.newsletters[0]};
};

}  // namespace

TEST_CASE_METHOD(ReadersFixture, "a reader is added, brought up to date, and both are on record") {
    const NewReader ada{.address = "Ada <ada@Example.org>",
                        .name = {},
                        .attributes = {"city=Bath"},
                        .again = audience::Again::no,
                        .source = "command line"};
    CHECK_FALSE(readers.add(ada).value().was_there);
    CHECK(readers.add({.address = "ada@example.org", .name = "Ada L.", .attributes = {}}).value().was_there);
    const auto view = readers.show("ada@example.org").value();
    CHECK(view.member.subscriber.name == "Ada L.");
    CHECK(view.member.subscriber.attributes.at("city") == "Bath");
    CHECK(view.member.source == "command line");
    CHECK(actions() ==
          std::vector<std::string>{"anna: readers add, ada@example.org of notes: added",
                                   "anna: readers add, ada@example.org of notes: brought up to date"});
}

TEST_CASE_METHOD(ReadersFixture, "who left comes back only when that is said") {
    readers.add({.address = "ada@example.org", .name = {}, .attributes = {}}).value();
    REQUIRE(readers.remove("ada@example.org"));
    const auto refused = readers.add({.address = "ada@example.org", .name = {}, .attributes = {}});
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == Refusal{Refusal::Code::left_before, "ada@example.org left notes before"});
    CHECK(readers.add(
        {.address = "ada@example.org", .name = {}, .attributes = {}, .again = audience::Again::yes}));
}

TEST_CASE_METHOD(ReadersFixture, "a suppressed address is not added") {
    test::Committing<audience::AudienceStore>(database())
        ->suppress({.address_key = "ada@example.org", .reason = "bounced"});
    CHECK(readers.add({.address = "ada@example.org", .name = {}, .attributes = {}}).error().code ==
          Refusal::Code::suppressed);
}

TEST_CASE_METHOD(ReadersFixture, "what is no address and no attribute is refused, and leaves no record") {
    CHECK(readers.add({.address = "ada", .name = {}, .attributes = {}}).error().code ==
          Refusal::Code::bad_content);
    CHECK(readers.add({.address = "ada@example.org", .name = {}, .attributes = {"=x"}}).error().code ==
          Refusal::Code::malformed);
    CHECK(actions().empty());
}

TEST_CASE_METHOD(ReadersFixture,
                 "a removed reader's mail is cancelled, and one who does not read is refused") {
    readers.add({.address = "r1@example.org", .name = {}, .attributes = {}}).value();
    mailing_to(1);
    CHECK(readers.remove("R1@example.org"));
    CHECK(queue::DeliveryStore(database()).progress(1).dropped == 1);
    CHECK(readers.remove("r1@example.org").error().code == Refusal::Code::unknown);
    CHECK(readers.remove("no address").error().code == Refusal::Code::unknown);
    CHECK(actions().back() == "anna: readers remove, r1@example.org of notes: removed");
}

TEST_CASE_METHOD(ReadersFixture, "a list is imported, and what waits for whom it ends is cancelled") {
    readers.add({.address = "r1@example.org", .name = {}, .attributes = {}}).value();
    mailing_to(1);
    const auto report = import("email,state\nr1@example.org,left\nnew@example.org,active\n").value();
    CHECK(report.ended == 1);
    CHECK(report.added == 1);
    CHECK(queue::DeliveryStore(database()).progress(1).dropped == 1);
    CHECK(actions().back() ==
          "anna: readers import, list.csv into notes: 2 rows: 1 added, 0 updated, 1 ended, 0 rejected");
}

TEST_CASE_METHOD(ReadersFixture,
                 "what is no list is refused and on record, and an unknown maker is refused") {
    CHECK(import("").error().code == Refusal::Code::bad_content);
    CHECK(actions().size() == 1);
    CHECK(import("email\na@example.org\n", "nobody").error().code == Refusal::Code::malformed);
    CHECK(actions().size() == 1);
}

TEST_CASE_METHOD(ReadersFixture,
                 "readers are listed by state and text, and a state that is none is refused") {
    import("email,state\na@example.org,active\nb@example.org,left\n").value();
    CHECK(listed({}) == std::vector<std::string>{"a@example.org", "b@example.org"});
    CHECK(listed({.state = "left", .text = {}}) == std::vector<std::string>{"b@example.org"});
    CHECK(listed({.state = {}, .text = "A@EX"}) == std::vector<std::string>{"a@example.org"});
    const auto refused = readers.list({.state = "gone", .text = {}}, [](const auto&) { return true; });
    CHECK(refused.error().code == Refusal::Code::malformed);
}

TEST_CASE_METHOD(ReadersFixture, "an export is on record with how much went out") {
    import("email\na@example.org\n").value();
    std::ostringstream list;
    CHECK(readers.export_to(list, {}).value().members == 1);
    CHECK(list.str().find("a@example.org") != std::string::npos);
    CHECK(actions().back() == "anna: readers export, notes: 1 readers, 0 other suppressed addresses");
}

TEST_CASE_METHOD(ReadersFixture, "a reader as JSON has null for an end that has not come") {
    import("email,name\na@example.org,Ada\n").value();
    const auto json = nlohmann::json::parse(to_json(readers.show("a@example.org").value().member, "notes"));
    CHECK(json.at("address") == "a@example.org");
    CHECK(json.at("name") == "Ada");
    CHECK(json.at("state") == "active");
    CHECK(json.at("ended").is_null());
    CHECK(json.at("source") == "import list.csv");
}

TEST_CASE_METHOD(ReadersFixture,
                 "how a reader joined by a page is shown: when, by which, from where, confirmed when") {
    test::Committing<audience::JoinStore> requests(database());
    const Time asked = clock.now();
    const auto id = requests->add({.newsletter = "notes",
                                   .address = "a@example.org",
                                   .language = "de",
                                   .form = "https://news.example.org/s/notes",
                                   .network = "203.0.113.0/24",
                                   .asked_at = asked,
                                   .due = asked});
    REQUIRE(readers.add({.address = "a@example.org", .name = {}, .attributes = {}, .source = "page"}));
    CHECK_FALSE(readers.show("a@example.org").value().consent);
    requests->confirm(id, asked + std::chrono::minutes(3));
    const auto view = readers.show("a@example.org").value();
    REQUIRE(view.consent);
    const auto json = nlohmann::json::parse(to_json(view, "notes"));
    CHECK(json["consent"]["form"] == "https://news.example.org/s/notes");
    CHECK(json["consent"]["network"] == "203.0.113.0/24");
    CHECK(json["consent"]["asked"] == format_rfc3339(asked));
    CHECK(json["consent"]["confirmed"] == format_rfc3339(asked + std::chrono::minutes(3)));
    CHECK(json["address"] == "a@example.org");
}

TEST_CASE_METHOD(ReadersFixture, "who was imported has no consent by a page") {
    REQUIRE(readers.add({.address = "a@example.org", .name = {}, .attributes = {}, .source = "import"}));
    CHECK(
        nlohmann::json::parse(to_json(readers.show("a@example.org").value(), "notes"))["consent"].is_null());
}

TEST_CASE_METHOD(ReadersFixture, "a reader is given tags and loses them, on record") {
    readers.add({.address = "ada@example.org", .name = {}, .attributes = {}}).value();
    CHECK(readers.tag("Ada@example.org", {"+Beta", "+new"}).value() ==
          std::vector<std::string>{"beta", "new"});
    CHECK(readers.tag("ada@example.org", {"-new", "+long walks"}).value() ==
          std::vector<std::string>{"beta", "long walks"});
    CHECK(readers.show("ada@example.org").value().member.subscriber.tags.size() == 2);
    CHECK(actions().back() == "anna: readers tag, ada@example.org: -new +long walks");
    CHECK(readers.tag("ada@example.org", {"beta"}).error().code == Refusal::Code::malformed);
    CHECK(readers.tag("ada@example.org", {"+a,b"}).error().code == Refusal::Code::malformed);
    CHECK(readers.tag("ada@example.org", {}).error().code == Refusal::Code::malformed);
    CHECK(readers.tag("who@example.org", {"+beta"}).error().code == Refusal::Code::unknown);
}

TEST_CASE_METHOD(ReadersFixture,
                 "a reader is shown with all that is known: elsewhere, requests, what was done to him") {
    readers.add({.address = "ada@example.org", .name = {}, .attributes = {}}).value();
    test::Committing<audience::AudienceStore>(database())
        ->subscribe("other", {.address = "ada@example.org"}, clock.now(), "import old.csv");
    test::Committing<audience::JoinStore>(database())
        ->add({.newsletter = "other",
               .address = "ada@example.org",
               .form = "https://x.example/s/other",
               .asked_at = clock.now()});
    const auto view = readers.show("ada@example.org").value();
    CHECK(view.elsewhere.at("other").source == "import old.csv");
    CHECK(view.requests.size() == 1);
    REQUIRE(view.actions.size() == 1);
    CHECK(view.actions[0].action == "readers add");
    const auto json = nlohmann::json::parse(to_json(view, "notes"));
    CHECK(json.at("elsewhere").at(0).at("newsletter") == "other");
    CHECK(json.at("requests").at(0).at("form") == "https://x.example/s/other");
    CHECK(json.at("actions").at(0).at("actor") == "anna");
}
