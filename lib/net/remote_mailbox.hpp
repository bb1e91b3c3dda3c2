// A mailbox on a server (IMAP, RFC 9051; POP3, RFC 1939) whose mails are fetched one by one, and then removed together or
// put aside. One session: made for it and destroyed at its end, which is when a POP3 server removes what it was told to. A
// failure is a line for a person, without secrets, and ends the session: what was not removed is there the next time.
// One thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace paperround::net {

struct ListedMail {
    std::uint32_t number = 0;  // of IMAP its UID
    std::uint64_t octets = 0;
};

class RemoteMailbox {
  public:
    virtual ~RemoteMailbox() = default;
    // The first `most` mails, the oldest first.
    [[nodiscard]] virtual Result<std::vector<ListedMail>, std::string> list(std::size_t most) = 0;
    // Its first `limit` octets, which is all of most mails. One that is longer ends the session.
    [[nodiscard]] virtual Result<std::string, std::string> fetch(std::uint32_t number,
                                                                 std::uint64_t limit) = 0;
    // Its header alone, to tell a mail that is too large to be fetched.
    [[nodiscard]] virtual Result<std::string, std::string> header(std::uint32_t number,
                                                                  std::uint64_t limit) = 0;
    // All of them at once where the server can.
    [[nodiscard]] virtual Result<void, std::string> remove(std::span<const std::uint32_t> numbers) = 0;
    // False: the server has no folders, and the mail is where it was.
    [[nodiscard]] virtual Result<bool, std::string> put_aside(std::uint32_t number) = 0;
};

}  // namespace paperround::net
