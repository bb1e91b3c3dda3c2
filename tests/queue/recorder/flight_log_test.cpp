#include "queue/recorder/flight_log.hpp"

#include <catch2/catch.hpp>
#include <cstring>

#include "queue/recorder/flight_fixture.hpp"

using namespace paperround;
using namespace paperround::queue;
using test::boot;
using test::FlightFixture;
using test::one_to;

namespace {

constexpr std::size_t slot_at(std::size_t number) {
    return flight::slot_octets * (1 + number);
}
constexpr std::size_t claim_in_slot = offsetof(flight::Slot, claim);
constexpr std::size_t answer_in_slot = offsetof(flight::Slot, answer);

FlightLog read(const std::string& file) {
    auto log = read_flight_log(file);
    REQUIRE(log);
    return std::move(*log);
}

// Two deliveries: the first was answered, the dot of the second leaves.
struct TwoFlights : FlightFixture {
    TwoFlights() {
        const auto recorder = opened();
        first = recorder->claimed(one_to(7, 2), "main");
        recorder->answered(first, answer);
        second = recorder->claimed(one_to(8, 0), "other");
        recorder->dot_leaves(second);
        file = content();
    }
    const Outcome answer{.kind = OutcomeKind::deferred,
                         .stage = queue::Stage::final_dot,
                         .code = 451,
                         .enhanced = "4.7.1",
                         .text = "come again in gr\xc3\xbc\xc3\x9f",
                         .about = About::patience,
                         .tls = "TLSv1.3",
                         .took = Duration(1234),
                         .retry_after = Duration(60'000)};
    FlightSlot first;
    FlightSlot second;
    std::string file;
};

}  // namespace

TEST_CASE_METHOD(TwoFlights, "what was written is read") {
    const FlightLog log = read(file);
    CHECK(log.origin.boot == boot);
    CHECK(log.torn == 0);
    REQUIRE(log.records.size() == 2);
    const FlightRecord& answered = log.records[0].delivery == 7 ? log.records[0] : log.records[1];
    const FlightRecord& leaving = log.records[0].delivery == 7 ? log.records[1] : log.records[0];
    CHECK(answered.flight == Flight::answered);
    CHECK(answered.tries == 2);
    CHECK(answered.mailing == 3);
    CHECK(answered.subscriber == 107);
    CHECK(answered.relay == "main");
    CHECK(answered.outcome == answer);
    CHECK(answered.slot == first.number);
    CHECK(answered.claim == first.claim);
    CHECK(leaving.flight == Flight::dot_leaving);
    CHECK(leaving.delivery == 8);
    CHECK(leaving.relay == "other");
}

TEST_CASE_METHOD(TwoFlights, "a file of another size, kind, version or with a damaged header is none") {
    CHECK_FALSE(read_flight_log(""));
    CHECK_FALSE(read_flight_log(file.substr(1)));
    CHECK_FALSE(read_flight_log(file + "x"));
    CHECK_FALSE(read_flight_log(std::string(file.size(), '\0')));
    const std::size_t at = GENERATE(0U, offsetof(flight::Header, version), offsetof(flight::Header, checksum),
                                    offsetof(flight::Header, slot_count), offsetof(flight::Header, boot),
                                    offsetof(flight::Header, id));
    file[at] = static_cast<char>(file[at] ^ 1);
    CHECK_FALSE(read_flight_log(file));
}

TEST_CASE_METHOD(TwoFlights, "a torn claim is passed over, and damages no other") {
    const std::size_t at = GENERATE(offsetof(flight::Claim, checksum), offsetof(flight::Claim, relay_octets),
                                    offsetof(flight::Claim, delivery), offsetof(flight::Claim, tries),
                                    offsetof(flight::Claim, number), offsetof(flight::Claim, relay));
    const std::size_t octet = slot_at(second.number) + claim_in_slot + at;
    file[octet] = static_cast<char>(file[octet] ^ 0x40);
    const FlightLog log = read(file);
    CHECK(log.torn == 1);
    REQUIRE(log.records.size() == 1);
    CHECK(log.records[0].delivery == 7);
}

TEST_CASE_METHOD(TwoFlights, "an answer that is damaged is a dot without a reply") {
    const std::size_t at = GENERATE(offsetof(flight::Answer, checksum), offsetof(flight::Answer, code),
                                    offsetof(flight::Answer, kind), offsetof(flight::Answer, text_octets) + 1,
                                    offsetof(flight::Answer, number), offsetof(flight::Answer, text));
    const std::size_t octet = slot_at(first.number) + answer_in_slot + at;
    file[octet] = static_cast<char>(file[octet] ^ 0x40);
    const FlightLog log = read(file);
    CHECK(log.torn == 1);
    REQUIRE(log.records.size() == 2);
    for (const FlightRecord& record : log.records) CHECK(record.flight == Flight::dot_leaving);
}

TEST_CASE_METHOD(TwoFlights, "a progress that no writer makes is torn") {
    const std::uint64_t wrong = GENERATE(1U, 4U, 0xffU, 0x104U, 0x100U, 0xffffff01U);
    std::memcpy(file.data() + slot_at(second.number), &wrong, sizeof wrong);
    const FlightLog log = read(file);
    CHECK(log.torn == 1);
    CHECK(log.records.size() == 1);
}

TEST_CASE_METHOD(TwoFlights, "an answer out of range is a doubt, whatever its checksum") {
    flight::Slot slot;
    std::memcpy(&slot, file.data() + slot_at(first.number), sizeof slot);
    const int field = GENERATE(0, 1, 2, 3, 4, 5, 6, 7);
    if (field == 0) slot.answer.kind = 200;
    if (field == 1) slot.answer.stage = 10;
    if (field == 2) slot.answer.about = 3;
    if (field == 3) slot.answer.code = -1;
    if (field == 4) slot.answer.took = -1;
    if (field == 5) slot.answer.text[0] = '\n';
    if (field == 6) slot.answer.text[0] = '\xff';
    if (field == 7) --slot.answer.number;  // of the claim that had the slot before
    slot.answer.checksum = flight::checksum_of(slot.answer);
    std::memcpy(file.data() + slot_at(first.number), &slot, sizeof slot);
    CHECK(read(file).torn == 1);
}
