// Addresses as reports write them: "rfc822; <a@example.org>", "a@example.org... User unknown", "'a@example.org'". Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace paperround::bounce {

// One address within a line.
struct AddressInText {
    std::string address;    // as clean_address() gives it
    std::size_t begin = 0;  // where it stands, with its brackets
    std::size_t end = 0;
    bool bracketed = false;  // <…>
};

// The addresses of a line, in their order; at most 50.
[[nodiscard]] std::vector<AddressInText> addresses_in(std::string_view line);

// The address without type, brackets, quotes and route, in canonical form where it has one (base/address/mailbox.hpp); empty
// where there is no address in it.
[[nodiscard]] std::string clean_address(std::string_view text);

// Nobody's mailbox but the mail system's: mailer-daemon, postmaster and the like.
[[nodiscard]] bool is_mail_system(std::string_view address);

}  // namespace paperround::bounce
