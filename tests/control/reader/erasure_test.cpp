#include "control/reader/erasure.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "audience/audience_store.hpp"
#include "audience/join_store.hpp"
#include "audience/past/forgotten_store.hpp"
#include "base/text.hpp"
#include "control/desk_fixture.hpp"
#include "control/queue_orders.hpp"
#include "control/reader/explanation.hpp"
#include "control/reader/suppression_list.hpp"
#include "control/readers.hpp"
#include "db/raw_sql.hpp"
#include "pipeline/plan/departure.hpp"
#include "queue/store/relay_store.hpp"
#include "queue/store/report_store.hpp"
#include "support/claiming.hpp"
#include "support/seeded_random.hpp"

using namespace paperround;
using queue::DeliveryState;

namespace {

constexpr std::string_view person = "r1@example.org";

// Tables and columns that still hold the text, in whichever case.
std::vector<std::string> places_of(db::Database& database, const std::string& text) {
    std::vector<std::string> found;
    std::vector<std::string> tables;
    auto schema = db::RawSql(database).prepare("SELECT name FROM sqlite_schema WHERE type = 'table'");
    while (schema.step()) tables.push_back(schema.text(0));
    for (const std::string& table : tables) {
        std::vector<std::string> columns;
        auto info =
            db::RawSql(database).prepare(fmt::format("SELECT name FROM pragma_table_info('{}')", table));
        while (info.step()) columns.push_back(info.text(0));
        for (const std::string& column : columns) {
            auto rows = db::RawSql(database).prepare(
                fmt::format("SELECT count(*) FROM \"{}\" WHERE instr(lower(\"{}\"), ?1) > 0", table, column));
            rows.bind(1, text).step();
            if (rows.integer(0) > 0) found.push_back(table + "." + column);
        }
    }
    return found;
}

std::string octets_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

// r1@example.org, of whom everything is on record that can be.
struct ErasureFixture : test::DeskFixture {
    ErasureFixture() {
        test::Committing<audience::AudienceStore> store(database());
        test::Committing<audience::JoinStore> requests(database());
        const std::string address(person);
        requests->add({.newsletter = "notes",
                       .address = "R1@example.org",
                       .network = "192.0.2.0/24",
                       .asked_at = clock.now()});
        store->subscribe("notes", {0, address, "Rosa One", {{"town", "Bath"}}}, clock.now(), "page");
        store->subscribe("other", {0, address, {}, {}}, clock.now(), "import old.csv");
        const auto first = mailing_to(2);
        const std::vector<std::string> notes{"notes"};
        const auto taken = test::claim_due(database(), notes, 1, clock.now()).at(0);
        deliveries->record(taken,
                           {.kind = queue::OutcomeKind::deferred, .text = "<R1@Example.org>: greylisted"},
                           {.state = DeliveryState::deferred, .due = clock.now()}, "main", clock.now());
        test::Committing<queue::MailingStore>(database())->pause(first, "550 5.1.1 <r1@example.org> unknown");
        mailing_to(1);
        test::Committing<queue::RelayStore> relays(database());
        queue::RelayHealth health;
        health.trouble(clock.now(), "451 r1@example.org: not now");
        relays->save_relay_health("main", health);
        queue::RelayLessons lessons;
        lessons.messages = {.messages = 3, .since = clock.now(), .words = "452 r1@example.org: too many"};
        relays->save_relay_lessons("main", lessons);
        REQUIRE(control::QueueOrders(desk).apply({.action = queue::QueueAction::flush, .address = address}));
        REQUIRE(control::SuppressionList(desk).add(address, "r1@example.org wrote a letter"));
        REQUIRE(control::SuppressionList(desk).remove(address));
    }
    control::Receipt forgotten() { return control::forget(desk, random, "R1@Example.org").value(); }

    test::SeededRandom random;
    test::Committing<queue::DeliveryStore> deliveries{database()};
};

}  // namespace

TEST_CASE_METHOD(ErasureFixture,
                 "of who is forgotten no table holds the address, the name or an attribute any more") {
    REQUIRE(places_of(database(), std::string(person)).size() >= 8);
    forgotten();
    CHECK(places_of(database(), std::string(person)) == std::vector<std::string>{});
    CHECK(places_of(database(), "rosa one") == std::vector<std::string>{});
    CHECK(places_of(database(), "bath") == std::vector<std::string>{});
    CHECK(places_of(database(), "192.0.2.0") == std::vector<std::string>{});
}

TEST_CASE_METHOD(ErasureFixture, "what was erased is overwritten in the file too") {
    forgotten();
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dir.path())) {
        if (!entry.is_regular_file()) continue;
        INFO(entry.path());
        CHECK(ascii_lower(octets_of(entry.path())).find(person) == std::string::npos);
        CHECK(octets_of(entry.path()).find("Rosa One") == std::string::npos);
    }
}

TEST_CASE_METHOD(ErasureFixture, "the receipt says what was erased, and names nobody") {
    const auto receipt = forgotten();
    CHECK(receipt.at == clock.now());
    CHECK(receipt.was_reader);
    CHECK(receipt.subscriptions == 2);
    CHECK(receipt.requests == 1);
    CHECK(receipt.deliveries == 2);
    CHECK(receipt.replies == 4);
    CHECK(receipt.actions >= 3);
    CHECK(receipt.label.starts_with("forgotten:"));
    CHECK(control::to_json(receipt).find("r1@") == std::string::npos);
    CHECK(actions().back().find("anna: readers forget, forgotten:") == 0);
}

TEST_CASE_METHOD(ErasureFixture, "the log keeps codes and times, with the label in place of the address") {
    const auto receipt = forgotten();
    auto rows =
        db::RawSql(database())
            .prepare("SELECT d.recipient, a.text FROM deliveries d JOIN attempts a ON a.delivery_id = d.id");
    REQUIRE(rows.step());
    CHECK(rows.text(0) == receipt.label);
    CHECK(rows.text(1) == "<" + receipt.label + ">: greylisted");
}

TEST_CASE_METHOD(test::DeskFixture,
                 "what waits for who is forgotten is gone at once, and what others wait for is not") {
    test::Committing<audience::AudienceStore>(database())
        ->subscribe("notes", {.address = std::string(person)}, clock.now(), "test");
    const auto mailing = mailing_to(2);
    test::SeededRandom random;
    CHECK(control::forget(desk, random, person).value().cancelled == 1);
    const std::vector<std::string> notes{"notes"};
    const auto claimed = test::claim_due(database(), notes, 10, clock.now());
    REQUIRE(claimed.size() == 1);
    CHECK(claimed[0].recipient == "r2@example.org");
    CHECK(queue::DeliveryStore(database()).progress(mailing).dropped == 1);
}

TEST_CASE_METHOD(test::DeskFixture, "a courier that comes back later brings no address back") {
    test::Committing<audience::AudienceStore>(database())
        ->subscribe("notes", {.address = std::string(person)}, clock.now(), "test");
    mailing_to(1);
    const std::vector<std::string> notes{"notes"};
    const auto held = test::claim_due(database(), notes, 1, clock.now()).at(0);
    test::SeededRandom random;
    REQUIRE(control::forget(desk, random, person));
    test::Committing<queue::DeliveryStore>(database())
        ->record(
            held,
            {.kind = queue::OutcomeKind::rejected_recipient, .code = 550, .text = "<r1@example.org> unknown"},
            {.state = DeliveryState::bounced, .due = clock.now()}, "main", clock.now());
    CHECK(places_of(database(), std::string(person)) == std::vector<std::string>{});
}

TEST_CASE_METHOD(ErasureFixture, "who was forgotten stays away from imports, unless the admin says so") {
    forgotten();
    control::Readers readers(desk, settings.newsletters[0]);
    const auto import = [&](audience::Again again) {
        std::istringstream list("email,name\nr1@example.org,Rosa One\n");
        return readers.import(list, {.file_name = "list.csv", .again = again}).value();
    };
    CHECK(import(audience::Again::no).left_before == 1);
    CHECK(places_of(database(), std::string(person)).empty());
    const auto why = control::explain(desk, person, std::nullopt).value().at(0);
    CHECK(why.cause == control::Cause::forgotten);
    CHECK(import(audience::Again::yes).added == 1);
    CHECK(readers.show(person).value().member.state == audience::State::active);
}

TEST_CASE_METHOD(ErasureFixture, "reports keep what they did, and lose the mail, the words and the address") {
    test::Committing<queue::ReportStore> reports(database());
    const auto reader = audience::AudienceStore(database()).find(person);
    REQUIRE(reader);
    const auto mail = reports->add_mail("To: r1@example.org", "pipe", clock.now());
    reports->keep_octets(mail.value(), "To: r1@example.org");
    const auto proved = reports->add({.mail_id = *mail,
                                      .recipient = "R1@example.org",
                                      .diagnostic = "550 <r1@example.org> unknown",
                                      .delivery_id = 1,
                                      .mailing_id = 1,
                                      .subscriber_id = reader->id,
                                      .newsletter = "notes",
                                      .effect = queue::ReportEffect::suppressed},
                                     "bounce hard 1");
    reports->add({.mail_id = *mail, .recipient = "r1@EXAMPLE.org", .effect = queue::ReportEffect::unproved},
                 "");
    reports->add(
        {.mail_id = *mail, .recipient = "stranger@example.net", .effect = queue::ReportEffect::unproved}, "");
    forgotten();
    CHECK(places_of(database(), std::string(person)).empty());
    CHECK(places_of(database(), "stranger@example.net") == std::vector<std::string>{"reports.recipient"});
    CHECK_FALSE(reports->octets_of(*mail).has_value());
    CHECK(reports->find(proved.value())->effect == queue::ReportEffect::suppressed);
}

TEST_CASE_METHOD(ErasureFixture, "nobody is forgotten twice, and nobody of whom nothing is stored") {
    forgotten();
    CHECK(control::forget(desk, random, person).error().code == control::Refusal::Code::not_now);
    CHECK(control::forget(desk, random, "who@example.org").error().code == control::Refusal::Code::unknown);
    CHECK(control::forget(desk, random, "nobody").error().code == control::Refusal::Code::malformed);
}

TEST_CASE_METHOD(
    ErasureFixture,
    "a person's data are one object: subscriptions, requests, deliveries, what was asked about him") {
    std::ostringstream out;
    REQUIRE(control::export_person(desk, "r1@EXAMPLE.org", out));
    const auto json = nlohmann::json::parse(out.str());
    CHECK(json.at("address") == person);
    CHECK(json.at("name") == "Rosa One");
    CHECK(json.at("attributes").at("town") == "Bath");
    CHECK(json.at("subscriptions").size() == 2);
    CHECK(json.at("requests").at(0).at("network") == "192.0.2.0/24");
    CHECK(json.at("deliveries").size() == 2);
    CHECK(json.at("deliveries").at(1).at("attempts").at(0).at("text") == "<R1@Example.org>: greylisted");
    CHECK(json.at("actions").size() >= 3);
    CHECK(json.at("suppressions").empty());
    CHECK(actions().back() == "anna: readers export, r1@example.org: everything about this person");
    CHECK(control::export_person(desk, "who@example.org", out).error().code ==
          control::Refusal::Code::unknown);
}
