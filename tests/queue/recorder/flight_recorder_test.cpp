#include "queue/recorder/flight_recorder.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <map>
#include <set>

#include "queue/recorder/flight_fixture.hpp"

using namespace paperround;
using namespace paperround::queue;
using test::FlightFixture;
using test::one_to;

namespace {

// By delivery.
std::map<std::int64_t, Flight> flights(const FlightRecorder& recorder) {
    std::map<std::int64_t, Flight> found;
    for (const FlightRecord& record : recorder.left()) found[record.delivery] = record.flight;
    return found;
}

}  // namespace

TEST_CASE_METHOD(FlightFixture, "a recorder that is opened again tells how far each delivery had come") {
    {
        const auto recorder = opened();
        CHECK(recorder->id() == test::first_id);
        CHECK(recorder->left().empty());
        std::vector<FlightSlot> slots;
        for (int i = 1; i <= 5; ++i) slots.push_back(recorder->claimed(one_to(i), "main"));
        recorder->dot_leaves(slots[1]);
        recorder->dot_leaves(slots[2]);
        recorder->answered(slots[2], {.kind = OutcomeKind::accepted, .code = 250});
        recorder->dot_leaves(slots[3]);
        recorder->not_begun(slots[3]);
        recorder->answered(slots[4], {.kind = OutcomeKind::accepted, .code = 250});
        recorder->free(slots[4]);
    }
    const auto recorder = opened(test::first_id, test::second_id);
    CHECK(recorder->id() == test::first_id);
    CHECK(flights(*recorder) ==
          std::map<std::int64_t, Flight>{
              {1, Flight::claimed}, {2, Flight::dot_leaving}, {3, Flight::answered}, {4, Flight::claimed}});
}

TEST_CASE_METHOD(FlightFixture,
                 "the file of another boot, of another database or of no database is made anew") {
    static_cast<void>(opened()->claimed(one_to(1), "main"));
    const int whose = GENERATE(0, 1, 2);
    const auto again = whose == 0   ? opened(test::first_id, test::second_id, test::other_boot)
                       : whose == 1 ? opened(std::string(32, '9'), test::second_id)
                                    : opened("", test::second_id);
    CHECK(again->id() == test::second_id);
    CHECK(again->left().empty());
    CHECK(read_flight_log(content())->records.empty());
}

TEST_CASE_METHOD(FlightFixture, "a file that is damaged is made anew") {
    static_cast<void>(opened()->claimed(one_to(1), "main"));
    dir.write("flight-recorder", content().substr(7));
    CHECK(opened(test::first_id, test::second_id)->id() == test::second_id);
}

TEST_CASE_METHOD(FlightFixture, "what is kept stays, and everything else is free") {
    FlightSlot kept;
    {
        const auto recorder = opened();
        static_cast<void>(recorder->claimed(one_to(1), "main"));
        kept = recorder->claimed(one_to(2), "main");
        recorder->answered(kept, {.kind = OutcomeKind::accepted});
    }
    {
        const auto recorder = opened(test::first_id);
        recorder->keep_only(std::vector{kept.number});
        CHECK(recorder->left().empty());
        const FlightSlot later = recorder->claimed(one_to(3), "main");
        CHECK(later.number != kept.number);
        CHECK(later.claim > kept.claim);
    }
    CHECK(flights(*opened(test::first_id)) ==
          std::map<std::int64_t, Flight>{{2, Flight::answered}, {3, Flight::claimed}});
}

TEST_CASE_METHOD(FlightFixture, "no two deliveries share a slot, and where all are taken one gets none") {
    const auto recorder = opened();
    std::set<std::size_t> numbers;
    for (std::size_t i = 1; i <= flight::slot_count; ++i)
        numbers.insert(recorder->claimed(one_to(static_cast<std::int64_t>(i)), "main").number);
    CHECK(numbers.size() == flight::slot_count);
    const FlightSlot none = recorder->claimed(one_to(5000), "main");
    CHECK(none == FlightSlot{});
    recorder->dot_leaves(none);
    recorder->answered(none, {});
    recorder->free(none);
    CHECK(recorder->claimed(one_to(5001), "main") == FlightSlot{});
}

TEST_CASE_METHOD(FlightFixture, "who has lost a slot changes nothing in it") {
    const auto recorder = opened();
    const FlightSlot first = recorder->claimed(one_to(1), "main");
    recorder->free(first);
    const FlightSlot second = recorder->claimed(one_to(2), "main");
    REQUIRE(second.number == first.number);
    recorder->dot_leaves(first);
    recorder->answered(first, {.kind = OutcomeKind::accepted});
    recorder->free(first);
    const FlightLog log = read_flight_log(content()).value();
    REQUIRE(log.records.size() == 1);
    CHECK(log.records[0].flight == Flight::claimed);
    CHECK(recorder->claimed(one_to(3), "main").number != second.number);
}

TEST_CASE_METHOD(FlightFixture, "a slot that is freed twice is given out once") {
    const auto recorder = opened();
    const FlightSlot slot = recorder->claimed(one_to(1), "main");
    recorder->free(slot);
    recorder->free(slot);
    CHECK(recorder->claimed(one_to(2), "main").number != recorder->claimed(one_to(3), "main").number);
}

TEST_CASE_METHOD(FlightFixture, "long words are clipped between two characters") {
    const auto recorder = opened();
    const FlightSlot slot = recorder->claimed(one_to(1), "main");
    std::string words = "x";
    for (int i = 0; i < 400; ++i) words += "\xc3\xbc";
    recorder->answered(slot, {.text = words});
    const FlightLog log = read_flight_log(content()).value();
    REQUIRE(log.records.size() == 1);
    CHECK(log.records[0].outcome.text == words.substr(0, 303));
}

TEST_CASE_METHOD(FlightFixture, "the words of a relay are gone with the slot") {
    const auto recorder = opened();
    const FlightSlot slot = recorder->claimed(one_to(1), "main");
    recorder->answered(slot, {.text = "no such reader ann@example.net"});
    recorder->free(slot);
    CHECK(content().find("ann@example.net") == std::string::npos);
}

TEST_CASE_METHOD(FlightFixture, "a relay whose name has no room is not recorded") {
    CHECK(opened()->claimed(one_to(1), std::string(73, 'r')) == FlightSlot{});
    CHECK(opened()->claimed(one_to(1), std::string(72, 'r')) != FlightSlot{});
}

TEST_CASE_METHOD(FlightFixture, "a second recorder on the same file is refused") {
    const auto recorder = opened();
    const auto second =
        FlightRecorder::open(dir.path(), {.boot = test::boot, .id = test::first_id}, test::second_id);
    REQUIRE_FALSE(second);
    CHECK(second.error().find("cannot lock") != std::string::npos);
    CHECK(read_flight_log(content())->origin.id == test::first_id);
}

TEST_CASE_METHOD(FlightFixture, "without a boot id there is no recorder") {
    CHECK_FALSE(FlightRecorder::open(dir.path(), {.boot = "", .id = ""}, test::first_id));
}

TEST_CASE_METHOD(FlightFixture, "a folder that is not there is a refusal in words") {
    const auto recorder =
        FlightRecorder::open(dir / "nowhere", {.boot = test::boot, .id = ""}, test::first_id);
    REQUIRE_FALSE(recorder);
    CHECK(recorder.error().find("nowhere/flight-recorder: cannot open") != std::string::npos);
}

TEST_CASE_METHOD(FlightFixture, "a disk without room for all of it is a refusal, and leaves no file") {
    struct rlimit before {};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const auto handler = ::signal(SIGXFSZ, SIG_IGN);
    const struct rlimit small { flight::file_octets - 1, before.rlim_max };
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    const auto recorder = FlightRecorder::open(dir.path(), {.boot = test::boot, .id = ""}, test::first_id);
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    ::signal(SIGXFSZ, handler);
    REQUIRE_FALSE(recorder);
    CHECK(recorder.error().find("cannot take the room for") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(dir / "flight-recorder"));
}

TEST_CASE_METHOD(FlightFixture,
                 "the file is its owner's alone, has all its room, and goes when all is on record") {
    const auto recorder = opened();
    struct stat status {};
    REQUIRE(::stat((dir / "flight-recorder").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600U);
    CHECK(static_cast<std::size_t>(status.st_blocks) * 512 >= flight::file_octets);
    recorder->remove();
    CHECK_FALSE(std::filesystem::exists(dir / "flight-recorder"));
}

TEST_CASE_METHOD(FlightFixture, "a file that took its place is left alone") {
    const auto recorder = opened();
    std::filesystem::remove(dir / "flight-recorder");
    dir.write("flight-recorder", "somebody's");
    recorder->remove();
    CHECK(std::filesystem::exists(dir / "flight-recorder"));
    recorder->dot_leaves(recorder->claimed(one_to(1), "main"));  // it goes on without a name
}
