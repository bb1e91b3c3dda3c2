// One reader's many spellings of one address. Pure.
#pragma once

#include <string>
#include <string_view>

namespace paperround::audience {

// The same for all that reach the same mailbox at a provider that takes tags and ignores dots (a.nn+x@ and
// ann@). At others these may be different people: for limits on who is mailed, never for who is who.
[[nodiscard]] std::string variants_key(std::string_view canonical_address);

}  // namespace paperround::audience
