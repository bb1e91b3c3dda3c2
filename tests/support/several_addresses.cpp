#include "support/several_addresses.hpp"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <sys/socket.h>

#include <cerrno>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

namespace {

struct Answers {
    std::mutex mutex;
    std::vector<std::string> addresses;  // guarded by mutex, as the next
    int left = 0;
};

Answers& answers() {
    static Answers one;
    return one;
}

using Resolve = int (*)(const char*, const char*, const addrinfo*, addrinfo**);

Resolve real_resolve() {
    return reinterpret_cast<Resolve>(::dlsym(RTLD_NEXT, "getaddrinfo"));
}

}  // namespace

// Replaces the C library's function: libcurl calls the one that the program has.
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints, addrinfo** result) {
    if (name == nullptr || name != std::string_view(paperround::test::SeveralAddresses::name))
        return real_resolve()(name, service, hints, result);
    const std::lock_guard lock(answers().mutex);
    *result = nullptr;
    if (answers().left-- <= 0) return EAI_AGAIN;
    addrinfo** end = result;
    for (const std::string& address : answers().addresses) {
        if (const int error = real_resolve()(address.c_str(), service, hints, end); error != 0) continue;
        while (*end != nullptr) end = &(*end)->ai_next;
    }
    return *result == nullptr ? EAI_NONAME : 0;
}

namespace paperround::test {

SeveralAddresses::SeveralAddresses(std::vector<std::string> addresses, int count) {
    const std::lock_guard lock(answers().mutex);
    answers().left = count;
    answers().addresses = std::move(addresses);
}

SeveralAddresses::~SeveralAddresses() {
    const std::lock_guard lock(answers().mutex);
    answers().addresses.clear();
}

namespace {

sockaddr_in place_of(const std::string& address, std::uint16_t port) {
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_port = htons(port);
    ::inet_pton(AF_INET, address.c_str(), &place.sin_addr);
    return place;
}

Descriptor listen_at(const sockaddr_in& place, int queue) {
    Descriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::bind(listener.get(), reinterpret_cast<const sockaddr*>(&place), sizeof place) != 0 ||
        ::listen(listener.get(), queue) != 0)
        throw std::system_error(errno, std::generic_category(), "a listener that nobody serves");
    return listener;
}

}  // namespace

MuteServer::MuteServer(const std::string& address, std::uint16_t port)
    : listener_(listen_at(place_of(address, port), 16)) {}

MuteAddress::MuteAddress(const std::string& address, std::uint16_t port)
    : listener_(listen_at(place_of(address, port), 0)) {
    const sockaddr_in place = place_of(address, port);
    // A listener with a backlog of 0 still queues one connection.
    constexpr int more_than_fit = 4;
    for (int i = 0; i < more_than_fit; ++i) {
        waiting_.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        if (::connect(waiting_.back().get(), reinterpret_cast<const sockaddr*>(&place), sizeof place) != 0 &&
            errno != EINPROGRESS)
            throw std::system_error(errno, std::generic_category(), "filling the queue of " + address);
    }
}

}  // namespace paperround::test
