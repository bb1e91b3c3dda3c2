#include "email/mime/base64_body.hpp"

#include <algorithm>
#include <cstdint>

namespace paperround::email {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Written for speed, unlike base/encoding.hpp: this one runs over whole bodies, once per recipient.
char* encode_line(char* to, std::string_view octets) {
    const auto at = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(octets[i]));
    };
    std::size_t i = 0;
    for (; i + 3 <= octets.size(); i += 3) {
        const std::uint32_t bits = at(i) << 16U | at(i + 1) << 8U | at(i + 2);
        *to++ = alphabet[bits >> 18U];
        *to++ = alphabet[bits >> 12U & 63U];
        *to++ = alphabet[bits >> 6U & 63U];
        *to++ = alphabet[bits & 63U];
    }
    const std::size_t left = octets.size() - i;
    if (left > 0) {
        const std::uint32_t bits = at(i) << 16U | (left == 2 ? at(i + 1) << 8U : 0U);
        *to++ = alphabet[bits >> 18U];
        *to++ = alphabet[bits >> 12U & 63U];
        *to++ = left == 2 ? alphabet[bits >> 6U & 63U] : '=';
        *to++ = '=';
    }
    return to;
}

}  // namespace

std::size_t base64_body_size(std::size_t octets) {
    const std::size_t lines = (octets + base64_line_octets - 1) / base64_line_octets;
    return (octets + 2) / 3 * 4 + 2 * lines;
}

void append_base64_body(std::string& out, std::string_view octets) {
    const std::size_t before = out.size();
    out.resize(before + base64_body_size(octets.size()));
    char* to = out.data() + before;
    while (!octets.empty()) {
        const std::size_t taken = std::min(octets.size(), base64_line_octets);
        to = encode_line(to, octets.substr(0, taken));
        *to++ = '\r';
        *to++ = '\n';
        octets.remove_prefix(taken);
    }
}

}  // namespace paperround::email
