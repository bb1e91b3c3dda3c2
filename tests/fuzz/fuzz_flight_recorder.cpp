// The flight recorder's file, as whoever was killed, or somebody else, may have left it: what is read is within its
// limits and can be stored, and no slot takes another one with it. The first octet chooses: a whole file, or slots at
// the beginning of a sound one, with checksums as they are or put right.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "queue/recorder/flight_format.hpp"
#include "queue/recorder/flight_log.hpp"

using namespace paperround;
using namespace paperround::queue;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

bool is_line(std::string_view text) {
    return is_utf8(text) && !has_control_characters(text);
}

std::string sound_file() {
    std::string file(flight::file_octets, '\0');
    flight::Header header{};
    std::copy_n(flight::magic.data(), flight::magic.size(), header.magic.data());
    header.version = flight::version;
    header.slot_octets = flight::slot_octets;
    header.slot_count = flight::slot_count;
    header.boot.fill('b');
    header.id.fill('1');
    header.checksum = flight::checksum_of(header);
    std::memcpy(file.data(), &header, sizeof header);
    return file;
}

void put_checksums_right(flight::Slot& slot) {
    if (slot.claim.relay_octets <= slot.claim.relay.size())
        slot.claim.checksum = flight::checksum_of(slot.claim);
    if (slot.answer.text_octets <= slot.answer.text.size())
        slot.answer.checksum = flight::checksum_of(slot.answer);
}

void check(const FlightLog& log) {
    for (const FlightRecord& record : log.records) {
        require(record.slot < flight::slot_count && record.delivery > 0 && record.mailing > 0 &&
                record.tries >= 0);
        require(record.relay.size() <= 72 && is_line(record.relay));
        const Outcome& outcome = record.outcome;
        require(outcome.text.size() <= 304 && is_line(outcome.text) && is_line(outcome.enhanced) &&
                is_line(outcome.tls));
        require(to_string(outcome.kind) != "?" && to_string(outcome.stage) != "?");
        require(outcome.code >= 0 && outcome.code <= 999 && outcome.took >= Duration(0));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
    const bool put_right = data[0] == 'r';
    if (data[0] == 'w') {
        if (const auto log = read_flight_log(input)) check(*log);
        return 0;
    }
    static std::string file = sound_file();
    const std::size_t slots = std::min(input.size() / flight::slot_octets, flight::slot_count - 1);
    for (std::size_t i = 0; i < slots; ++i) {
        flight::Slot slot;
        std::memcpy(&slot, input.data() + i * flight::slot_octets, sizeof slot);
        if (put_right) put_checksums_right(slot);
        std::memcpy(file.data() + (1 + i) * flight::slot_octets, &slot, sizeof slot);
    }
    // A sound one stands behind them.
    flight::Slot last{};
    last.claim.delivery = 1;
    last.claim.mailing = 1;
    last.claim.number = 5;
    last.claim.checksum = flight::checksum_of(last.claim);
    last.progress = flight::progress(5, flight::Stage::claimed);
    std::memcpy(file.data() + flight::file_octets - flight::slot_octets, &last, sizeof last);
    const auto log = read_flight_log(file);
    require(log && log->records.size() + log->torn >= 1 && log->records.back().claim == 5);
    require(log->records.size() <= slots + 1);
    check(*log);
    std::fill_n(file.data() + flight::slot_octets, slots * flight::slot_octets, '\0');  // for the next input
    return 0;
}
