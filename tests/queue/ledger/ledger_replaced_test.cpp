// Somebody moves other files into the place of the database while the ledger works.
#include <catch2/catch.hpp>
#include <filesystem>

#include "queue/ledger/limited_ledger.hpp"
#include "queue/store/queue_schema.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using namespace paperround::queue;

namespace {

struct OnDisk : test::LimitedLedger {
    OnDisk() {
        database = db::Database::open(dir / "queue.db");
        migrate_queue(database);
    }
    Remaining prepare_deliveries(Time) override {
        if (std::exchange(exchange_in_the_step, false)) exchange();
        return Remaining::nothing;
    }
    void database_replaced() override { ++replaced; }
    void exchange() const {
        std::filesystem::copy_file(dir / "queue.db", dir / "copy.db");
        std::filesystem::rename(dir / "copy.db", dir / "queue.db");
    }
    test::TempDir dir;
    bool exchange_in_the_step = false;
    int replaced = 0;
};

}  // namespace

TEST_CASE_METHOD(OnDisk, "a ledger whose database was replaced says so once, and claims nothing") {
    mailing_to(5);
    start();
    exchange();
    for (int i = 0; i < 3; ++i) CHECK_FALSE(ledger->step());
    CHECK(ledger->hand_out().take(0, 10).empty());
    CHECK(ledger->hand_out().abandoned());
    CHECK_FALSE(ledger->finish());
    CHECK(replaced == 1);
}

TEST_CASE_METHOD(OnDisk, "what is claimed into files that are replaced meanwhile is not handed out") {
    mailing_to(5);
    start();
    exchange_in_the_step = true;
    ledger->step();
    CHECK(ledger->hand_out().take(0, 10).empty());
    CHECK(ledger->hand_out().abandoned());
    CHECK(replaced == 1);
}

TEST_CASE_METHOD(OnDisk, "what couriers hold of a database that was replaced is recalled") {
    mailing_to(5);
    start();
    ledger->step();
    const auto taken = ledger->hand_out().take(0, 10);
    REQUIRE(taken.size() == 5);
    exchange();
    ledger->step();
    for (const Delivery& delivery : taken) CHECK(recall.contains(delivery.id));
}
