#include "base/host_name.hpp"

#include <netdb.h>
#include <unistd.h>

#include <memory>

namespace paperround {

std::string full_host_name() {
    char name[256] = {};
    if (::gethostname(name, sizeof name - 1) != 0 || name[0] == '\0') return "localhost";
    std::string short_name = name;
    if (short_name.find('.') != std::string::npos) return short_name;
    addrinfo hints{};
    hints.ai_flags = AI_CANONNAME;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(name, nullptr, &hints, &found) != 0) return short_name;
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(found, ::freeaddrinfo);
    return found->ai_canonname != nullptr ? found->ai_canonname : short_name;
}

}  // namespace paperround
