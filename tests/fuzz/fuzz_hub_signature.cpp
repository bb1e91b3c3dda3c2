// The first line is X-Hub-Signature, the rest the body. No signature is valid for two bodies.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "websub/websub_signature.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace paperround::websub;
    const std::string input(reinterpret_cast<const char*>(data), size);
    const auto end = std::min(input.find('\n'), input.size());
    const std::string field = input.substr(0, end);
    const std::string body = end < input.size() ? input.substr(end + 1) : std::string();
    const SignatureCheck check = check_signature(field, "Jefe", body);
    if (describe(check).empty()) std::abort();
    if (check == SignatureCheck::valid && check_signature(field, "Jefe", body + "x") == check) std::abort();
    return 0;
}
