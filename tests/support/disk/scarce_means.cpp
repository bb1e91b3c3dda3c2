// A system with few resources: preloaded (LD_PRELOAD), this library refuses file locks if NO_FILE_LOCKS is
// set (like some network file systems), and threads beyond the number in THREADS_AT_MOST. If NAMES_ASKED
// names a file, name servers are silent for a minute and the names are written to that file.
#include <arpa/inet.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <sys/file.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace {

template <class Call, class... Arguments>
auto pass_on(const char* name, Arguments... arguments) {
    return reinterpret_cast<Call>(::dlsym(RTLD_NEXT, name))(arguments...);
}

std::atomic<int> threads_made = 0;

constexpr unsigned silence = 60;  // seconds

bool is_address(const char* host) {
    in6_addr any{};
    return host == nullptr || ::inet_pton(AF_INET, host, &any) == 1 || ::inet_pton(AF_INET6, host, &any) == 1;
}

}  // namespace

extern "C" int flock(int descriptor, int operation) {
    if (std::getenv("NO_FILE_LOCKS") != nullptr) {
        errno = ENOLCK;
        return -1;
    }
    return pass_on<int (*)(int, int)>("flock", descriptor, operation);
}

extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*work)(void*),
                              void* argument) {
    using Call = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
    const char* most = std::getenv("THREADS_AT_MOST");
    if (most != nullptr && threads_made++ >= std::atoi(most)) return EAGAIN;
    return pass_on<Call>("pthread_create", thread, attributes, work, argument);
}

extern "C" int getaddrinfo(const char* host, const char* service, const addrinfo* hints, addrinfo** found) {
    using Call = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
    const char* asked = std::getenv("NAMES_ASKED");
    if (asked == nullptr || is_address(host))
        return pass_on<Call>("getaddrinfo", host, service, hints, found);
    const int file = ::open(asked, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (::dprintf(file, "%s\n", host) < 0) std::abort();
    ::close(file);
    for (unsigned left = silence; left > 0;) left = ::sleep(left);
    return EAI_AGAIN;
}
