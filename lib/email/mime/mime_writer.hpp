// Header fields of a message, each complete with its CRLF. Pure.
//
// Whatever the values hold, a field stays one field: controls (CR, LF, NUL among them) become spaces, and
// lines are folded under 78 octets (RFC 5322 §2.1.1). An unbreakable token (a long address or URL) stands on
// a line of its own.
//
// Octets past 127 appear only in an address whose local part has them (RFC 6532); such a message needs
// SMTPUTF8.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/address/mailbox.hpp"

namespace paperround::email {

// Subject and the like.
void append_unstructured_field(std::string& out, std::string_view name, std::string_view text);
// From, To, Reply-To with one address.
void append_mailbox_field(std::string& out, std::string_view name, const Mailbox& mailbox);
// List-Id (RFC 2919): the list's title as a phrase, and its identifier.
void append_list_id_field(std::string& out, std::string_view title, std::string_view identifier);
// Tokens in ASCII that are never broken, joined by spaces or folds: List-Unsubscribe, Message-ID,
// Content-Type. Characters that no token may hold are left out.
void append_token_field(std::string& out, std::string_view name, const std::vector<std::string>& tokens);

}  // namespace paperround::email
