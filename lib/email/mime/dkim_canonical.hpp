// The canonical form "relaxed" of DKIM (RFC 6376 §3.4.2 and §3.4.4). Pure; lines end in CRLF.
#pragma once

#include <string>
#include <string_view>

namespace paperround::email {

// One header field, with or without the CRLF at its end, folded or not: its name in lowercase, unfolded, runs
// of white space as one space, none around the colon or at the end; ends in CRLF.
void append_relaxed_field(std::string& out, std::string_view field);

// Runs of white space as one space, none at the ends of lines, no empty lines at the end; nothing for a body
// of empty lines alone.
[[nodiscard]] std::string relaxed_body(std::string_view body);

}  // namespace paperround::email
