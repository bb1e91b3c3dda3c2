#include "queue/recorder/flight_format.hpp"

#include "base/checksum.hpp"

namespace paperround::queue::flight {

namespace {

// What stands behind the checksum: all of the fixed part, and so much of the text at the end.
template <class Part>
std::uint32_t checksum_from(const Part& part, std::size_t begin, std::size_t end) {
    return crc32(std::string_view(reinterpret_cast<const char*>(&part) + begin, end - begin));
}

}  // namespace

std::uint32_t checksum_of(const Header& header) {
    return checksum_from(header, offsetof(Header, slot_octets), sizeof header);
}

std::uint32_t checksum_of(const Claim& claim) {
    return checksum_from(claim, offsetof(Claim, relay_octets), offsetof(Claim, relay) + claim.relay_octets);
}

std::uint32_t checksum_of(const Answer& answer) {
    return checksum_from(answer, offsetof(Answer, code), offsetof(Answer, text) + answer.text_octets);
}

}  // namespace paperround::queue::flight
