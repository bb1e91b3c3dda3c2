// Parses messages with GMime, to check what lib/email wrote. Single-threaded. Throws std::runtime_error for a
// message that GMime cannot read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace paperround::test {

struct Reread {
    std::string subject;
    std::string from_name;
    std::string from_address;
    std::string to_name;
    std::string to_address;
    std::string message_id;  // without brackets
    std::vector<std::string> types;
    std::string text;  // decoded, line ends unchanged
    std::string html;
    std::vector<std::string> pictures;  // "Content-ID type octets" of each
    int warnings = 0;                   // warnings of the parser
};

[[nodiscard]] Reread reread_with_gmime(std::string_view message);

}  // namespace paperround::test
