#include "base/random.hpp"

#include <sys/random.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace paperround {

std::string Random::bytes(std::size_t count) {
    std::string out;
    out.reserve(count + sizeof(std::uint64_t));
    while (out.size() < count) {
        const std::uint64_t word = next();
        char raw[sizeof word];
        std::memcpy(raw, &word, sizeof word);
        out.append(raw, sizeof word);
    }
    out.resize(count);
    return out;
}

std::uint64_t SystemRandom::next() {
    std::uint64_t word = 0;
    while (getrandom(&word, sizeof word, 0) != static_cast<ssize_t>(sizeof word)) {
        if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "getrandom");
    }
    return word;
}

}  // namespace paperround
