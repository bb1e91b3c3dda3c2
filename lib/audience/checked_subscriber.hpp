// The one door through which addresses and names from outside (CSV, command line) become a Subscriber.
#pragma once

#include <string>
#include <string_view>

#include "audience/subscriber.hpp"
#include "base/address/mailbox.hpp"
#include "base/result.hpp"

namespace paperround::audience {

inline constexpr std::size_t name_limit = 256;  // octets

// `as_written`: what this program wrote is taken back to the octet.
enum class Spelling { tidied, as_written };

// The address may be `Ada Lovelace <ada@example.org>`; its name counts where `name` is empty. Canonicalises
// the address, folds white space in the name to single spaces, and trims attribute values. Refuses other
// control characters (attribute values may hold line breaks), text that is not UTF-8, and names over the
// limit. Empty attribute values are kept: they tell AudienceStore::subscribe to remove the attribute.
[[nodiscard]] Result<Subscriber, AddressError> checked_subscriber(
    std::string_view address, std::string_view name, std::map<std::string, std::string> attributes,
    Spelling spelling = Spelling::tidied);

}  // namespace paperround::audience
