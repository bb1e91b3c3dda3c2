// A mail as plain values: its parts, their header fields, their text in UTF-8. GMime parses; nobody else sees it.
// Input is hostile: what is too large, too deep or made of too many parts is refused before it is parsed. Pure and
// thread-safe; linear in the input.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace paperround::bounce {

struct Field {
    std::string name;   // as written
    std::string value;  // unfolded, encoded words decoded, valid UTF-8 without line ends
};

// The value of the first field of that name, whatever its case; empty where there is none.
[[nodiscard]] std::string_view field_of(const std::vector<Field>& fields, std::string_view name);

struct Part {
    std::string type;         // "text/plain", in lower case
    std::string report_type;  // the parameter of multipart/report, in lower case
    std::string name;         // the file name of an attachment
    std::vector<Field> fields;
    // Of a part that holds no others: decoded, valid UTF-8, lines ended by LF; at most text_limit octets. Empty for
    // pictures and the like.
    std::string text;
    // Of a multipart its parts; of message/rfc822 the message.
    std::vector<Part> parts;
};

enum class ReadError {
    too_large,       // more than message_limit octets
    too_many_parts,  // refuse_parts or more
    too_complex,     // more boundaries or address fields than any mail has
    no_message,      // nothing that begins with a header
};
// What was expected and what came, for a person.
[[nodiscard]] std::string_view to_string(ReadError error);

constexpr std::size_t message_limit = 10U << 20U;
constexpr std::size_t text_limit = 256U << 10U;
constexpr std::size_t parts_limit = 100;  // looked at; the others are passed over
constexpr std::size_t refuse_parts = 1000;
constexpr std::size_t depth_limit = 10;
constexpr std::size_t fields_limit = 200;        // of one part
constexpr std::size_t field_limit = 16U << 10U;  // octets of a value

[[nodiscard]] Result<Part, ReadError> parse_message(std::string_view octets);

// Octets in some character set as UTF-8: as declared where that works, else by what they look like.
[[nodiscard]] std::string text_in_utf8(std::string_view octets, std::string_view charset);

}  // namespace paperround::bounce
