#include "pipeline/plan/departure_groups.hpp"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include "audience/audience_store.hpp"
#include "db/raw_sql.hpp"
#include "pipeline/data/data_directory.hpp"
#include "queue/store/delivery_store.hpp"
#include "queue/store/mailing_store.hpp"
#include "support/claiming.hpp"
#include "support/committing.hpp"
#include "support/manual_clock.hpp"
#include "support/temp_dir.hpp"
#include "support/wait.hpp"

using namespace paperround;
using pipeline::Left;

namespace {

constexpr int readers = 40;

// Readers 1 to 40 of "notes", and the ledger's connection.
struct GroupsFixture {
    GroupsFixture() {
        test::Committing<audience::AudienceStore> audience(ledgers);
        for (int i = 1; i <= readers; ++i)
            audience->subscribe("notes", {.address = fmt::format("r{}@example.org", i)}, clock.now(), "test");
        wait_for(std::chrono::minutes(1));  // for a step: no thread is so slow that it gives up
    }
    // All readers, each in a thread of his own.
    std::vector<std::jthread> all_ask() {
        std::vector<std::jthread> threads;
        for (int i = 0; i < readers; ++i) {
            threads.emplace_back([this, i] {
                try {
                    left.at(i) = groups().leave({.newsletter = "notes", .subscriber_id = i + 1});
                } catch (const db::Error& error) {
                    if (error.what() == std::string_view("the disk is full")) ++failed;
                }
                ++answered;
            });
        }
        return threads;
    }
    void step() {
        db::Transaction transaction(ledgers);
        groups().write(ledgers, clock.now());
        transaction.commit();
        groups().committed();
    }
    pipeline::DepartureGroups& groups() { return *made; }
    void wait_for(std::chrono::milliseconds patience) {
        made.emplace(
            pipeline::open_database(dir.path()), clock, recall, [this] { ++asked; }, patience);
    }
    bool reads(std::int64_t reader) { return audience::AudienceStore(ledgers).is_active("notes", reader); }

    test::TempDir dir;
    test::ManualClock clock;
    db::Database ledgers = pipeline::open_database(dir.path());
    queue::Recall recall;
    std::atomic<int> asked{0};
    std::atomic<int> answered{0};
    std::atomic<int> failed{0};
    std::optional<pipeline::DepartureGroups> made;
    std::array<Left, readers> left{};
};

}  // namespace

TEST_CASE_METHOD(GroupsFixture,
                 "readers who ask are written in the ledger's next commit, and answered after it") {
    const auto threads = all_ask();
    REQUIRE(test::eventually([this] { return asked == readers; }));
    {
        db::Transaction transaction(ledgers);
        groups().write(ledgers, clock.now());
        CHECK(answered == 0);
        transaction.commit();
    }
    CHECK(answered == 0);
    groups().committed();
    REQUIRE(test::eventually([this] { return answered == readers; }));
    for (int i = 0; i < readers; ++i) {
        CHECK(left.at(i) == Left::now);
        CHECK_FALSE(reads(i + 1));
    }
}

TEST_CASE_METHOD(GroupsFixture,
                 "where the ledger's commit fails nobody of it has left, and all are told so") {
    const auto threads = all_ask();
    REQUIRE(test::eventually([this] { return asked == readers; }));
    {
        const db::Transaction transaction(ledgers);
        groups().write(ledgers, clock.now());
    }
    groups().rolled_back(db::Error(db::Error::Code::full, "the disk is full"));
    REQUIRE(test::eventually([this] { return answered == readers; }));
    CHECK(failed == readers);
    CHECK(reads(1));
    CHECK(reads(readers));
}

TEST_CASE_METHOD(GroupsFixture, "where no step comes the readers leave all the same") {
    wait_for(std::chrono::milliseconds(5));
    { const auto threads = all_ask(); }
    for (int i = 0; i < readers; ++i) {
        CHECK(left.at(i) == Left::now);
        CHECK_FALSE(reads(i + 1));
    }
    CHECK(groups().leave({.newsletter = "notes", .subscriber_id = 7}) == Left::before);
    CHECK(groups().leave({.newsletter = "notes", .subscriber_id = 99}) == Left::unknown);
    step();  // has nobody to take along
}

TEST_CASE_METHOD(
    GroupsFixture,
    "what a courier holds is recalled when the ledger has committed, before the reader is answered") {
    test::Committing<queue::MailingStore> mailings(ledgers);
    test::Committing<queue::DeliveryStore> deliveries(ledgers);
    const auto mailing = mailings->create_mailing(
        {.newsletter = "notes", .post_id = 1, .key = "k", .not_before = clock.now()}, clock.now());
    mailings->start_due(clock.now());
    deliveries->add_deliveries(*mailing, std::vector<queue::Addressee>{{1, "r1@example.org"}}, clock.now());
    mailings->finish_fan_out(*mailing, clock.now());
    const auto held = test::claim_due(ledgers, std::vector<std::string>{"notes"}, 1, clock.now()).at(0);
    std::jthread reader([this] {
        static_cast<void>(groups().leave({.newsletter = "notes", .subscriber_id = 1}));
        ++answered;
    });
    REQUIRE(test::eventually([this] { return asked == 1; }));
    step();
    CHECK(recall.contains(held.id));
    CHECK(test::eventually([this] { return answered == 1; }));
}

TEST_CASE_METHOD(GroupsFixture, "nobody leaves by a database that was replaced") {
    wait_for(std::chrono::milliseconds(5));
    std::filesystem::rename(dir.path() / "paperround.db", dir.path() / "away.db");
    CHECK_THROWS_WITH(groups().leave({.newsletter = "notes", .subscriber_id = 1}),
                      Catch::Contains("was replaced"));
}
