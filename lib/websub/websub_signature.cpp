#include "websub/websub_signature.hpp"

#include <array>
#include <string>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"

namespace paperround::websub {

namespace {

struct Method {
    std::string_view name;
    Hash hash;
    std::size_t digits;
};

constexpr std::array<Method, 4> methods{{{"sha1", Hash::sha1, 40},
                                         {"sha256", Hash::sha256, 64},
                                         {"sha384", Hash::sha384, 96},
                                         {"sha512", Hash::sha512, 128}}};
constexpr std::size_t longest_field = 256;

}  // namespace

SignatureCheck check_signature(std::string_view field, std::string_view secret, std::string_view body) {
    field = trim(field);
    if (field.empty()) return SignatureCheck::missing;
    const auto equals = field.find('=');
    if (equals == std::string_view::npos || field.size() > longest_field) return SignatureCheck::malformed;
    const std::string_view digits = field.substr(equals + 1);
    for (const Method& method : methods) {
        if (!ascii_iequals(field.substr(0, equals), method.name)) continue;
        if (digits.size() != method.digits) return SignatureCheck::malformed;
        const std::string expected = hex(hmac(method.hash, secret, body));
        return equal_in_constant_time(expected, ascii_lower(digits)) ? SignatureCheck::valid
                                                                     : SignatureCheck::forged;
    }
    return SignatureCheck::unknown;
}

std::string_view describe(SignatureCheck check) {
    switch (check) {
        case SignatureCheck::valid:
            return "its signature is good";
        case SignatureCheck::missing:
            return "it has no signature";
        case SignatureCheck::malformed:
            return "its signature is malformed";
        case SignatureCheck::unknown:
            return "its signature is of an unknown method";
        case SignatureCheck::forged:
            break;
    }
    return "its signature is forged";
}

}  // namespace paperround::websub
