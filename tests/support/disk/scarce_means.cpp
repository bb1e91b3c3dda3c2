// A system that has little to give: preloaded (LD_PRELOAD), it refuses locks of files where NO_FILE_LOCKS is
// set (as some network mounts do), and threads beyond the number in THREADS_AT_MOST.
#include <dlfcn.h>
#include <pthread.h>
#include <sys/file.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>

namespace {

template <class Call, class... Arguments>
auto pass_on(const char* name, Arguments... arguments) {
    return reinterpret_cast<Call>(::dlsym(RTLD_NEXT, name))(arguments...);
}

std::atomic<int> threads_made = 0;

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
