#include "queue/admin/address_pattern.hpp"

#include "base/address/mailbox.hpp"
#include "base/text.hpp"

namespace paperround::queue {

namespace {

std::string literal(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\') out.push_back('\\');
        out.push_back(c);
    }
    return out;
}

}  // namespace

std::string pattern_of_address(std::string_view address) {
    return literal(address);
}

std::string pattern_of_domain(std::string_view domain) {
    if (domain.starts_with('@')) domain.remove_prefix(1);
    // Addresses are stored with their domains as A-labels.
    const auto canonical = canonical_address("x@" + std::string(domain));
    return "%@" + literal(canonical ? domain_of(*canonical) : domain);
}

std::string pattern_of_part(std::string_view text) {
    if (text.find('*') == std::string_view::npos) return "%" + literal(text) + "%";
    return replace_all(literal(text), "*", "%");
}

}  // namespace paperround::queue
