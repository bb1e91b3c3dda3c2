// A file system that becomes read-only under open files, as after an I/O error: preloaded (LD_PRELOAD), this
// library answers writes to the database with EROFS for as long as the file READ_ONLY_WHILE exists.
#include <dlfcn.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

bool refused(int descriptor) {
    const char* flag = std::getenv("READ_ONLY_WHILE");
    if (flag == nullptr || ::access(flag, F_OK) != 0) return false;
    char target[4096];
    const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
    const auto length = ::readlink(link.c_str(), target, sizeof target);
    if (length <= 0) return false;
    const bool database = std::string_view(target, static_cast<std::size_t>(length)).find("paperround.db") !=
                          std::string_view::npos;
    if (database) errno = EROFS;
    return database;
}

template <class Call, class... Arguments>
auto pass_on(const char* name, Arguments... arguments) {
    return reinterpret_cast<Call>(::dlsym(RTLD_NEXT, name))(arguments...);
}

}  // namespace

extern "C" ssize_t pwrite64(int descriptor, const void* octets, size_t count, off64_t at) {
    using Call = ssize_t (*)(int, const void*, size_t, off64_t);
    return refused(descriptor) ? -1 : pass_on<Call>("pwrite64", descriptor, octets, count, at);
}
extern "C" ssize_t pwrite(int descriptor, const void* octets, size_t count, off_t at) {
    using Call = ssize_t (*)(int, const void*, size_t, off_t);
    return refused(descriptor) ? -1 : pass_on<Call>("pwrite", descriptor, octets, count, at);
}
extern "C" ssize_t write(int descriptor, const void* octets, size_t count) {
    using Call = ssize_t (*)(int, const void*, size_t);
    return refused(descriptor) ? -1 : pass_on<Call>("write", descriptor, octets, count);
}
extern "C" int ftruncate64(int descriptor, off64_t size) {
    using Call = int (*)(int, off64_t);
    return refused(descriptor) ? -1 : pass_on<Call>("ftruncate64", descriptor, size);
}
