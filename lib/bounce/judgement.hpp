// From what a report says of a recipient to what it means. Pure.
#pragma once

#include <string>
#include <string_view>

#include "bounce/report.hpp"

namespace paperround::bounce {

struct Said {
    std::string recipient;
    Action action = Action::none;
    std::string status;      // of a Status field, or empty
    std::string diagnostic;  // the server's words, where the report keeps them apart
    std::string words;       // what else is said of this recipient, in whole
    std::string hint;        // said of the whole message: its subject
};

// A report of a failure or a delay, with codes, class and reason. `kind`: bounce or delayed.
[[nodiscard]] Report judge(Kind kind, Said said);

// One line of at most 1 000 octets.
[[nodiscard]] std::string as_diagnostic(std::string_view text);

}  // namespace paperround::bounce
