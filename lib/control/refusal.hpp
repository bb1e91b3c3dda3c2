// Why something that a person asked for was not done, in a closed set of codes. The command line, and later the
// pages and the API, translate a code each into its own language; the table is here, so that all agree.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace paperround::control {

struct Refusal {
    enum class Code {
        malformed,    // the question cannot be read: a word or an address that is none
        unknown,      // there is no such mailing, post, reader, relay or newsletter
        not_now,      // it is in no state for that
        left_before,  // the reader left; only a reader who asks for it comes back
        suppressed,   // the address gets no mail
        bad_content,  // what was handed in cannot be taken: not a list, say
    };
    Code code = Code::malformed;
    std::string message;  // a sentence without a full stop, for people
    bool operator==(const Refusal&) const = default;
};

template <class T>
using Answer = Result<T, Refusal>;

[[nodiscard]] inline tl::unexpected<Refusal> refuse(Refusal::Code code, std::string message) {
    return failure(Refusal{code, std::move(message)});
}

// As the record of actions has it: "not_now".
[[nodiscard]] std::string_view to_string(Refusal::Code code);
// Of sysexits.h.
[[nodiscard]] int exit_status(Refusal::Code code);
// RFC 9110, section 15.5.
[[nodiscard]] int http_status(Refusal::Code code);

}  // namespace paperround::control
