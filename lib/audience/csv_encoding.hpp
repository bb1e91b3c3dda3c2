// In which characters a list was saved, and what a file is that is no list at all. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace paperround::audience {

enum class Encoding {
    octets,  // UTF-8, or something that has ASCII in common with it
    utf16_little_endian,
    utf16_big_endian,
};

// From the first octets of a file, with or without a byte order mark.
[[nodiscard]] Encoding detect_encoding(std::string_view front);

// In plain words, what a file of another kind is and what to do ("an Excel workbook: …"); "" for what may be
// a list. `front`: the first kilobytes.
[[nodiscard]] std::string foreign_file(std::string_view front);

// UTF-16 to UTF-8, in pieces of any length. A surrogate without its other half becomes the octet 0xFF, so
// that its row is found not to be text.
class Utf16Decoder {
  public:
    explicit Utf16Decoder(Encoding encoding) : big_endian_(encoding == Encoding::utf16_big_endian) {}
    void decode(std::string_view octets, std::string& out);

  private:
    void take_unit(std::uint16_t unit, std::string& out);

    bool big_endian_;
    bool has_half_ = false;
    unsigned char half_ = 0;  // an octet whose other one has not come yet
    std::uint16_t high_ = 0;  // a surrogate that waits for the second of its pair
};

enum class Characters { ascii, utf8, other };
[[nodiscard]] Characters characters_of(std::string_view text);

// Windows-1252 as UTF-8. The five octets that it leaves undefined stay as they are, and no UTF-8.
[[nodiscard]] std::string from_windows_1252(std::string_view text);

}  // namespace paperround::audience
