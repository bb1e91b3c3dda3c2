// The part of a host name that somebody has registered: `example.co.uk` of `mx1.mail.example.co.uk`. By the
// Public Suffix List (publicsuffix.org) as libpsl was built with it: no file is read.
#pragma once

#include <string>
#include <string_view>

namespace paperround {

// `host` in lower case, A-labels, without a dot at its end. What stands below no public suffix, or is one
// itself, is given back as it is.
[[nodiscard]] std::string registrable_domain(std::string_view host);

}  // namespace paperround
