// The part of a host name that can be registered: `example.co.uk` for `mx1.mail.example.co.uk`. Uses the
// Public Suffix List (publicsuffix.org) that is built into libpsl: no file is read.
#pragma once

#include <string>
#include <string_view>

namespace paperround {

// `host` is in lower case, in A-labels, without a dot at its end. A name without a public suffix, and a
// public suffix itself, are returned unchanged.
[[nodiscard]] std::string registrable_domain(std::string_view host);

}  // namespace paperround
