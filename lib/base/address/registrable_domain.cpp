#include "base/address/registrable_domain.hpp"

#include <libpsl.h>

namespace paperround {

std::string registrable_domain(std::string_view host) {
    const std::string name(host);
    const char* found = psl_registrable_domain(psl_builtin(), name.c_str());  // points into `name`
    return found == nullptr ? name : found;
}

}  // namespace paperround
