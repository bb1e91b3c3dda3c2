// What a mail server says about its mails: numbers and sizes, at most so many, or nothing.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "net/mailbox_replies.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace paperround::net;
    const std::string_view reply(reinterpret_cast<const char*>(data), size);
    static_cast<void>(messages_in_status(reply));
    constexpr std::size_t most = 50;
    if (mails_in_list(reply, most).size() > most) std::abort();
    if (mails_in_fetch(reply).size() > size) std::abort();
    return 0;
}
