// Only the signer's own texts are tokens: whatever verifies must be what sign() makes of its content.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "audience/token.hpp"
#include "base/text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace paperround::audience;
    static const TokenSigner signer(std::string(32, 'k'));
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto token = signer.verify(Purpose::leave, text);
    if (token && signer.sign(*token) != text) std::abort();
    const auto link = signer.verify_confirm(text, paperround::Time{});
    if (link && signer.sign(*link) != text) std::abort();
    const auto stamp = signer.verify_form(text);
    if (stamp && signer.sign(*stamp) != text) std::abort();
    // Mail systems change the case of addresses.
    const auto address = signer.verify_return(text, paperround::Time{});
    if (address && signer.sign(*address) != paperround::ascii_lower(text)) std::abort();
    return 0;
}
