// The signature of a push: `X-Hub-Signature: method=hexadecimal digits`, an HMAC over the body as it came
// (W3C WebSub §7.1). Pure; thread-safe; throws nothing, whatever the input.
#pragma once

#include <string_view>

namespace paperround::websub {

enum class SignatureCheck {
    valid,
    missing,
    malformed,  // not method=digits, or not as long as the method makes it
    unknown,    // another method than sha1, sha256, sha384, sha512
    forged,     // not made with this secret over this body
};

[[nodiscard]] SignatureCheck check_signature(std::string_view field, std::string_view secret,
                                             std::string_view body);
// For the log: "it has no signature".
[[nodiscard]] std::string_view describe(SignatureCheck check);

}  // namespace paperround::websub
