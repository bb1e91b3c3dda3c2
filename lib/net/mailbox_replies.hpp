// What servers say about the mails of a mailbox (IMAP, RFC 9051 §7; POP3, RFC 1939 §5). Pure, and linear in the text;
// what cannot be understood is passed over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "net/remote_mailbox.hpp"

namespace paperround::net {

// `* STATUS INBOX (MESSAGES 17)`
[[nodiscard]] std::optional<std::uint64_t> messages_in_status(std::string_view reply);
// `* 1 FETCH (UID 7 RFC822.SIZE 1234 FLAGS (\Seen))` in lines; without those that are marked as deleted.
[[nodiscard]] std::vector<ListedMail> mails_in_fetch(std::string_view reply);
// `1 1234` in lines; the first `most`.
[[nodiscard]] std::vector<ListedMail> mails_in_list(std::string_view reply, std::size_t most);

}  // namespace paperround::net
