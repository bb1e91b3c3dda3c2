// A slow disk: preloaded (LD_PRELOAD), it makes every fsync and fdatasync take SLOW_SYNC_MS milliseconds
// longer.
#include <dlfcn.h>

#include <chrono>
#include <cstdlib>
#include <thread>

namespace {

int slowly(const char* name, int descriptor) {
    const char* milliseconds = std::getenv("SLOW_SYNC_MS");
    std::this_thread::sleep_for(
        std::chrono::milliseconds(milliseconds == nullptr ? 0 : std::atoi(milliseconds)));
    return reinterpret_cast<int (*)(int)>(::dlsym(RTLD_NEXT, name))(descriptor);
}

}  // namespace

extern "C" int fsync(int descriptor) {
    return slowly("fsync", descriptor);
}
extern "C" int fdatasync(int descriptor) {
    return slowly("fdatasync", descriptor);
}
