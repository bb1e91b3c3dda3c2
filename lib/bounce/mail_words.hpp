// By which words and fields mail systems, autoresponders and readers can be told, in the languages that they use. Texts
// are as refusal/phrases.hpp has them: in lower case. Pure.
#pragma once

#include <string_view>

namespace paperround::bounce {

// A subject of mail systems: not delivered, or not yet.
[[nodiscard]] bool is_failure_subject(std::string_view subject);
// Such a one that nobody else writes.
[[nodiscard]] bool is_surely_failure_subject(std::string_view subject);
[[nodiscard]] bool is_delay_subject(std::string_view subject);
// A display name such as "Mail Delivery Subsystem".
[[nodiscard]] bool is_mail_system_name(std::string_view name);

// The text says that a message was not delivered; that the server goes on trying; that it has given up.
[[nodiscard]] bool says_undelivered(std::string_view text);
[[nodiscard]] bool says_delayed(std::string_view text);
[[nodiscard]] bool says_given_up(std::string_view text);

// Out of office, automatic reply, ticket.
[[nodiscard]] bool is_autoreply_subject(std::string_view subject);
[[nodiscard]] bool says_absent(std::string_view text);
// The sender is to confirm that they are a person.
[[nodiscard]] bool is_challenge(std::string_view subject, std::string_view text);

// The whole subject is a request to leave, or the local part of an address takes them.
[[nodiscard]] bool is_leaving_subject(std::string_view subject);
[[nodiscard]] bool is_leaving_address(std::string_view local_part);

// What stands in front of an address: it is the recipient's; it is somebody else's.
[[nodiscard]] bool introduces_recipient(std::string_view before);
[[nodiscard]] bool introduces_other(std::string_view before);

}  // namespace paperround::bounce
