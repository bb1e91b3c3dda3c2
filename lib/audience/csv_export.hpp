// A newsletter's list as CSV (RFC 4180, UTF-8, CRLF), from which import_csv makes the same list on another
// server:
//
//   email, name, state, since, ended, source, reason           the subscription; times as RFC 3339, in UTC
//   suppression, suppressed_since, suppression_evidence        why the address must not be mailed; else empty
//   tags                                                       where some member has one
//   attribute:NAME                                             one for each attribute that some member has
//
// Behind the members come the addresses that are suppressed without being members: their `state` is empty. A
// suppression that its mailing has yet to confirm is left out, since it may still be undone. Values are
// written as they are: a reader's name may begin with `=`, and a spreadsheet that opens the file as formulas
// is to be told otherwise there; changing the values would corrupt the list.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

#include "audience/audience_store.hpp"

namespace paperround::audience {

// The field, quoted where it must be.
[[nodiscard]] std::string csv_field(std::string_view text);

struct Exported {
    std::uint64_t members = 0;
    std::uint64_t suppressed_only = 0;  // no members
    std::uint64_t provisional = 0;      // suppressions left out
};

// A filter leaves out what are no members. The caller looks after the stream's state.
Exported export_csv(AudienceStore& store, std::string_view newsletter, const MemberFilter& filter,
                    std::ostream& output);

}  // namespace paperround::audience
