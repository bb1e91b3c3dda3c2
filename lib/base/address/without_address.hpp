// Words of a server or of a record without somebody's address in them. Pure.
#pragma once

#include <string>
#include <string_view>

namespace paperround {

// Where `words` hold the address, in capitals or not, `instead` stands. The part before the @ goes too where it stands
// by itself and is long enough to tell who it is (three octets): "ada: no such user". Linear in `words`.
[[nodiscard]] std::string without_address(std::string_view words, std::string_view address,
                                          std::string_view instead);

}  // namespace paperround
