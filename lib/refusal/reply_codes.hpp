// Finds the codes of an SMTP reply in text that quotes one: `host mx.example.org said: 550-5.1.1 <a@b> …`,
// `Remote host said: 553 sorry (#5.7.1)`, `ERROR_CODE :550`. Pure, and linear in the text.
#pragma once

#include <string>
#include <string_view>

namespace paperround::refusal {

struct ReplyCodes {
    int code = 0;        // 400 to 599; 0: none
    std::string status;  // RFC 3463, "5.1.1"; or empty
    bool operator==(const ReplyCodes&) const = default;
};

// Of several the most specific status, and the code that looks most like the start of a reply.
[[nodiscard]] ReplyCodes codes_in(std::string_view text);

// A whole status at the front of the text ("5.1.1 (bad address)"), of class 2, 4 or 5; or empty.
[[nodiscard]] std::string_view status_at_front(std::string_view text);

// 0: x.0.0 (or none), which says nothing; 1: x.y.0, a subject; 2: a detail.
[[nodiscard]] unsigned specificity(std::string_view status);

}  // namespace paperround::refusal
