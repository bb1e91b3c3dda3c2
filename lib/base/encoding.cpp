#include "base/encoding.hpp"

#include <cstdint>

#include "base/text.hpp"

namespace paperround {

namespace {

constexpr std::string_view standard_64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view lower_32 = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::string_view hex_digits = "0123456789abcdef";

std::string encode(std::string_view octets, std::string_view alphabet, unsigned bits) {
    std::string out;
    out.reserve(octets.size() * 8 / bits + 4);
    std::uint32_t buffer = 0;
    unsigned held = 0;
    const std::uint32_t mask = (1U << bits) - 1U;
    for (const char c : octets) {
        buffer = (buffer << 8U) | static_cast<unsigned char>(c);
        held += 8;
        while (held >= bits) {
            held -= bits;
            out.push_back(alphabet[(buffer >> held) & mask]);
        }
    }
    if (held > 0) out.push_back(alphabet[(buffer << (bits - held)) & mask]);
    return out;
}

std::optional<std::string> decode(std::string_view text, std::string_view alphabet, unsigned bits) {
    std::string out;
    std::uint32_t buffer = 0;
    unsigned held = 0;
    for (const char c : text) {
        const auto value = alphabet.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        buffer = (buffer << bits) | static_cast<std::uint32_t>(value);
        held += bits;
        if (held >= 8) {
            held -= 8;
            out.push_back(static_cast<char>((buffer >> held) & 0xFFU));
        }
    }
    const bool stray_bits = (buffer & ((1U << held) - 1U)) != 0;
    if (held >= bits || stray_bits) return std::nullopt;
    return out;
}

int hex_value(char c) {
    const auto at = hex_digits.find(ascii_lower(c));
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

}  // namespace

std::string hex(std::string_view octets) {
    std::string out;
    for (const char c : octets) {
        out.push_back(hex_digits[static_cast<unsigned char>(c) >> 4U]);
        out.push_back(hex_digits[static_cast<unsigned char>(c) & 15U]);
    }
    return out;
}

std::string base64(std::string_view octets) {
    std::string out = encode(octets, standard_64, 6);
    out.append((4 - out.size() % 4) % 4, '=');
    return out;
}

std::optional<std::string> decode_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
    return decode(text, standard_64, 6);
}

std::string base64url(std::string_view octets) {
    return encode(octets, url_64, 6);
}
std::optional<std::string> decode_base64url(std::string_view text) {
    return decode(text, url_64, 6);
}
std::string base32(std::string_view octets) {
    return encode(octets, lower_32, 5);
}
std::optional<std::string> decode_base32(std::string_view text) {
    return decode(text, lower_32, 5);
}

std::string percent_encode(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (is_ascii_alpha(c) || is_ascii_digit(c) || c == '-' || c == '.' || c == '_' || c == '~') {
            out.push_back(c);
        } else {
            // Upper case, as RFC 3986 §2.1 asks of producers.
            constexpr std::string_view digits = "0123456789ABCDEF";
            const auto octet = static_cast<unsigned char>(c);
            out += {'%', digits[octet >> 4U], digits[octet & 15U]};
        }
    }
    return out;
}

std::optional<std::string> decode_percent(std::string_view text, bool plus_is_space) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus_is_space) {
            out.push_back(' ');
        } else if (text[i] != '%') {
            out.push_back(text[i]);
        } else {
            if (i + 2 >= text.size()) return std::nullopt;
            const int high = hex_value(text[i + 1]);
            const int low = hex_value(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            out.push_back(static_cast<char>(high * 16 + low));
            i += 2;
        }
    }
    return out;
}

}  // namespace paperround
