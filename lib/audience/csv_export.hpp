// A newsletter's members as CSV (RFC 4180, UTF-8, CRLF): email, name, then every attribute that some member
// has. import_csv reads it back. Values are written as they are: a reader's name may begin with `=`, and a
// spreadsheet that opens the file as formulas is to be told otherwise there; changing the values would
// corrupt the list.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

#include "audience/audience_store.hpp"

namespace paperround::audience {

// The field, quoted where it must be.
[[nodiscard]] std::string csv_field(std::string_view text);

// Returns how many members were written. The caller looks after the stream's state.
std::uint64_t export_csv(AudienceStore& store, std::string_view newsletter, const MemberFilter& filter,
                         std::ostream& output);

}  // namespace paperround::audience
