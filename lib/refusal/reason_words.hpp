// The phrases by which servers say why, in many languages. For refusal/reason.cpp alone.
#pragma once

#include <span>
#include <string_view>

#include "refusal/reason.hpp"

namespace paperround::refusal {

// Any of the phrases, in text in lower case (of ASCII), says this.
struct ReasonPhrases {
    Reason reason;
    bool certain;
    // Look into the text as it came, rather than without host names, addresses and links: "resolver.adr.recipnotfound".
    bool in_names;
    std::string_view phrases;  // refusal/phrases.hpp
};

// In the order in which they count: the first that occurs decides.
[[nodiscard]] std::span<const ReasonPhrases> reason_phrases();

}  // namespace paperround::refusal
