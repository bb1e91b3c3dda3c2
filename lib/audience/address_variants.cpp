#include "audience/address_variants.hpp"

#include "base/address/mailbox.hpp"

namespace paperround::audience {

std::string variants_key(std::string_view canonical_address) {
    const std::string key = address_key(canonical_address);
    std::string_view local = local_part_of(key);
    std::string_view domain = domain_of(key);
    if (const auto plus = local.find('+'); plus != 0) local = local.substr(0, plus);
    std::string bare;
    for (const char c : local) {
        if (c != '.') bare += c;
    }
    if (domain == "googlemail.com") domain = "gmail.com";
    return bare + "@" + std::string(domain);
}

}  // namespace paperround::audience
