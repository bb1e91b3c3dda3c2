// How much room a table needs, as far as that can be guessed. For this library's sources only. Pure.
#pragma once

#include <gumbo.h>

namespace paperround::email {

// Its longest words and its pictures beside each other are wider than the column: mail programs that break
// nothing would widen the mail. Linear in the table.
[[nodiscard]] bool is_wider_than(const GumboNode& table, unsigned column);

}  // namespace paperround::email
