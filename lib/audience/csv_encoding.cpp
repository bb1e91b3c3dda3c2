#include "audience/csv_encoding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace paperround::audience {

namespace {

using namespace std::string_view_literals;

struct Signature {
    std::string_view octets;
    std::string_view words;
};

constexpr std::string_view archive = "unpack it, and import the CSV file in it";
constexpr std::array signatures{
    Signature{"\x1F\x8B"sv, "a gzip file: unpack it (gunzip), and import the CSV file in it"},
    Signature{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, "an old Excel workbook (.xls): save it as CSV UTF-8"},
    Signature{"%PDF-"sv, "a PDF file: export the list as CSV"},
    Signature{"{\\rtf"sv, "an RTF document: save it as plain text, UTF-8"},
    Signature{"BZh"sv, "a bzip2 file: unpack it (bunzip2), and import the CSV file in it"},
    Signature{"\xFD"
              "7zXZ\0"sv,
              "an xz file: unpack it (unxz), and import the CSV file in it"},
    Signature{"\x28\xB5\x2F\xFD"sv, "a zstd file: unpack it (unzstd), and import the CSV file in it"},
    Signature{"7z\xBC\xAF\x27\x1C"sv, "a 7-Zip archive: unpack it, and import the CSV file in it"},
    Signature{"Rar!\x1A\x07"sv, "a RAR archive: unpack it, and import the CSV file in it"},
    Signature{"SQLite format 3\0"sv, "an SQLite database: export the list as CSV"},
    Signature{"\x89PNG"sv, "a picture: export the list as CSV"},
    Signature{"\xFF\xD8\xFF"sv, "a picture: export the list as CSV"},
    Signature{"\x7F"
              "ELF"sv,
              "a program: export the list as CSV"},
    Signature{"\xFF\xFE\0\0"sv, "UTF-32: save it as CSV UTF-8"},
    Signature{"\0\0\xFE\xFF"sv, "UTF-32: save it as CSV UTF-8"},
};

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

std::string zip_contents(std::string_view front) {
    if (contains(front, "xl/") || contains(front, "[Content_Types].xml")) {
        return "an Excel workbook (.xlsx): save it as CSV UTF-8";
    }
    if (contains(front, "opendocument.spreadsheet"))
        return "an OpenDocument spreadsheet: save it as CSV, UTF-8";
    if (contains(front, "Index/")) return "a Numbers spreadsheet: export it as CSV, UTF-8";
    return fmt::format("a ZIP archive or an Excel workbook: {}, or save the workbook as CSV UTF-8", archive);
}

// A file of text that is not rows of fields.
std::string_view foreign_text(std::string_view text) {
    for (const std::string_view tag : {"<!doctype", "<html", "<head", "<body", "<table"}) {
        if (ascii_istarts_with(text, tag)) {
            return "a web page (perhaps of an error or a login): download the list again, as CSV";
        }
    }
    if (text.starts_with("<?xml")) return "XML: export the list as CSV";
    if (text.starts_with("{") || text.starts_with("[{") || text.starts_with("[\"")) {
        return "JSON: export the list as CSV";
    }
    if (ascii_istarts_with(text, "begin:vcard")) return "a file of contacts (vCard): export them as CSV";
    return {};
}

// What Windows-1252 has at 0x80 to 0x9F; 0: nothing.
constexpr std::array<char32_t, 32> windows_1252{
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

bool is_surrogate(std::uint16_t unit, std::uint16_t kind) {
    return (unit & 0xFC00U) == kind;
}

}  // namespace

Encoding detect_encoding(std::string_view front) {
    if (front.starts_with("\xFF\xFE")) return Encoding::utf16_little_endian;
    if (front.starts_with("\xFE\xFF")) return Encoding::utf16_big_endian;
    // A header is ASCII for the most part, where UTF-16 has a NUL in each pair.
    constexpr std::size_t looked_at = 64;
    std::size_t even = 0;
    std::size_t odd = 0;
    const std::size_t size = std::min(front.size(), looked_at) / 2 * 2;
    for (std::size_t i = 0; i < size; i += 2) {
        if (front[i] == '\0' && front[i + 1] != '\0') ++even;
        if (front[i] != '\0' && front[i + 1] == '\0') ++odd;
    }
    if (size >= 4 && odd * 4 >= size && even == 0) return Encoding::utf16_little_endian;
    if (size >= 4 && even * 4 >= size && odd == 0) return Encoding::utf16_big_endian;
    return Encoding::octets;
}

std::string foreign_file(std::string_view front) {
    if (front.starts_with("PK\x03\x04") || front.starts_with("PK\x05\x06")) return zip_contents(front);
    const auto* const found = std::ranges::find_if(
        signatures, [front](const Signature& signature) { return front.starts_with(signature.octets); });
    if (found != signatures.end()) return std::string(found->words);
    if (front.starts_with("\xEF\xBB\xBF")) front.remove_prefix(3);
    return std::string(foreign_text(trim(front)));
}

void Utf16Decoder::decode(std::string_view octets, std::string& out) {
    for (const char c : octets) {
        const auto octet = static_cast<unsigned char>(c);
        if (!has_half_) {
            half_ = octet;
            has_half_ = true;
            continue;
        }
        has_half_ = false;
        const unsigned high = big_endian_ ? half_ : octet;
        const unsigned low = big_endian_ ? octet : half_;
        take_unit(static_cast<std::uint16_t>((high << 8U) | low), out);
    }
}

void Utf16Decoder::take_unit(std::uint16_t unit, std::string& out) {
    if (high_ != 0) {
        const char32_t high = std::exchange(high_, std::uint16_t{0});
        if (is_surrogate(unit, 0xDC00)) {
            append_utf8(out, 0x10000U + ((high & 0x3FFU) << 10U) + (unit & 0x3FFU));
            return;
        }
        out.push_back('\xFF');
    }
    if (is_surrogate(unit, 0xD800)) {
        high_ = unit;
    } else if (is_surrogate(unit, 0xDC00)) {
        out.push_back('\xFF');
    } else {
        append_utf8(out, unit);
    }
}

Characters characters_of(std::string_view text) {
    if (is_ascii(text)) return Characters::ascii;
    return is_utf8(text) ? Characters::utf8 : Characters::other;
}

std::string from_windows_1252(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 4);
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        const char32_t value = octet >= 0x80 && octet < 0xA0 ? windows_1252[octet - 0x80U] : octet;
        if (value == 0 && octet != 0) {
            out.push_back(c);
        } else {
            append_utf8(out, value);
        }
    }
    return out;
}

}  // namespace paperround::audience
