#include "queue/recorder/flight_log.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "queue/recorder/flight_format.hpp"

namespace paperround::queue {

namespace {

template <class Part>
Part part_at(std::string_view file, std::size_t offset) {
    Part part;
    std::memcpy(&part, file.data() + offset, sizeof part);
    return part;
}

template <std::size_t size>
std::string text_of(const std::array<char, size>& field, std::size_t length) {
    return {field.data(), length};
}

bool is_id(std::string_view text) {
    return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_line(std::string_view text) {
    return is_utf8(text) && !has_control_characters(text);
}

bool is_sound(const flight::Claim& claim) {
    return claim.relay_octets <= claim.relay.size() && flight::checksum_of(claim) == claim.checksum &&
           claim.delivery > 0 && claim.mailing > 0 && claim.tries >= 0 &&
           is_line({claim.relay.data(), claim.relay_octets});
}

bool is_sound(const flight::Answer& answer) {
    return answer.enhanced_octets <= answer.enhanced.size() && answer.tls_octets <= answer.tls.size() &&
           answer.text_octets <= answer.text.size() && flight::checksum_of(answer) == answer.checksum &&
           answer.kind <= static_cast<std::uint8_t>(OutcomeKind::bounced_later) &&
           answer.stage <= static_cast<std::uint8_t>(Stage::final_dot) &&
           answer.about <= static_cast<std::uint8_t>(About::patience) && answer.code >= 0 &&
           answer.code <= 999 && answer.took >= 0 && answer.retry_after >= -1;
}

std::optional<Outcome> outcome_of(const flight::Answer& answer) {
    if (!is_sound(answer)) return std::nullopt;
    Outcome outcome{.kind = static_cast<OutcomeKind>(answer.kind),
                    .stage = static_cast<Stage>(answer.stage),
                    .code = answer.code,
                    .enhanced = text_of(answer.enhanced, answer.enhanced_octets),
                    .text = text_of(answer.text, answer.text_octets),
                    .about = static_cast<About>(answer.about),
                    .tls = text_of(answer.tls, answer.tls_octets),
                    .took = Duration(answer.took)};
    if (answer.retry_after >= 0) outcome.retry_after = Duration(answer.retry_after);
    for (const std::string* text : {&outcome.enhanced, &outcome.text, &outcome.tls}) {
        if (!is_line(*text)) return std::nullopt;
    }
    return outcome;
}

// Nothing where the slot is not read; `torn` counts one that says something unreadable.
std::optional<FlightRecord> record_of(const flight::Slot& slot, std::size_t number, std::size_t& torn) {
    const auto stage = static_cast<flight::Stage>(slot.progress & 0xffU);
    const flight::Claim& claim = slot.claim;
    if (stage == flight::Stage::free || stage > flight::Stage::answered || !is_sound(claim) ||
        slot.progress != flight::progress(claim.number, stage)) {
        ++torn;
        return std::nullopt;
    }
    FlightRecord record{.slot = number,
                        .flight = Flight::dot_leaving,
                        .delivery = claim.delivery,
                        .mailing = claim.mailing,
                        .subscriber = claim.subscriber,
                        .tries = claim.tries,
                        .claim = claim.number,
                        .relay = text_of(claim.relay, claim.relay_octets),
                        .outcome = {}};
    if (stage == flight::Stage::claimed) record.flight = Flight::claimed;
    if (stage != flight::Stage::answered) return record;
    auto outcome = outcome_of(slot.answer);
    if (outcome && slot.answer.number == claim.number) {
        record.flight = Flight::answered;
        record.outcome = std::move(*outcome);
    } else {
        ++torn;  // an answer that nobody can read is a doubt
    }
    return record;
}

}  // namespace

Result<FlightLog, std::string> read_flight_log(std::string_view file) {
    if (file.size() != flight::file_octets) return failure(std::string("it has another size"));
    const auto header = part_at<flight::Header>(file, 0);
    if (!std::string_view(header.magic.data(), header.magic.size()).starts_with(flight::magic))
        return failure(std::string("it is no flight recorder's file"));
    if (header.version != flight::version) return failure(std::string("another version wrote it"));
    if (header.checksum != flight::checksum_of(header) || header.slot_octets != flight::slot_octets ||
        header.slot_count != flight::slot_count)
        return failure(std::string("its header is damaged"));
    FlightLog log{.origin = {text_of(header.boot, flight::id_octets), text_of(header.id, flight::id_octets)},
                  .records = {}};
    if (!is_id(log.origin.boot) || !is_id(log.origin.id))
        return failure(std::string("its header is damaged"));
    for (std::size_t i = 0; i < flight::slot_count; ++i) {
        const std::size_t at = flight::slot_octets * (1 + i);
        static_assert(offsetof(flight::Slot, progress) == 0);
        if (part_at<std::uint64_t>(file, at) == 0) continue;  // it is free
        const auto slot = part_at<flight::Slot>(file, at);
        if (auto record = record_of(slot, i, log.torn)) log.records.push_back(std::move(*record));
    }
    return log;
}

}  // namespace paperround::queue
