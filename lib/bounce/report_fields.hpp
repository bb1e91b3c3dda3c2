// The groups of fields of a machine-readable report (RFC 3464 §2.1, RFC 5965 §3, RFC 8098 §3.1), as senders really
// write them: folded or wrapped, in odd case, with misspelt names, without blank lines between groups or with one after
// each field. Pure, and linear in the text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bounce/message_tree.hpp"

namespace paperround::bounce {

using FieldGroup = std::vector<Field>;

// The groups of a text, at most 3 000 with 100 fields each. Lines that are neither fields nor the continuation of one
// are passed over.
[[nodiscard]] std::vector<FieldGroup> field_groups(std::string_view text);

// Which of the known names is meant: its letters, whatever their case and what stands between them, with up to two of
// them wrong in a long name. Empty: none.
[[nodiscard]] std::string_view known_field(std::string_view name);

// The text speaks like a delivery status: some line gives a Final-Recipient or an Original-Recipient, and some line an
// Action or a Status.
[[nodiscard]] bool looks_like_delivery_status(std::string_view text);

// The value of the first field that is meant by that known name; empty where there is none.
[[nodiscard]] std::string_view known_value(const FieldGroup& group, std::string_view known);

}  // namespace paperround::bounce
