// Whose deliveries are meant: how people name them (an address, a domain, a part of either) as a pattern of
// SQL's LIKE, which takes upper and lower case for the same. Pure.
#pragma once

#include <string>
#include <string_view>

namespace paperround::queue {

[[nodiscard]] std::string pattern_of_address(std::string_view address);
// The addresses of one domain, given with or without `@` before it; its subdomains are others.
[[nodiscard]] std::string pattern_of_domain(std::string_view domain);
// Addresses that hold the text; `*` stands for anything, and where there is one the rest is the whole
// address.
[[nodiscard]] std::string pattern_of_part(std::string_view text);

}  // namespace paperround::queue
