#include "smtp/relay_memory.hpp"

#include <algorithm>

namespace paperround::smtp {

namespace {
using namespace std::chrono_literals;
constexpr auto avoided = 10min;
// A name may have new addresses each time it is asked for.
constexpr std::size_t most_addresses = 64;
}  // namespace

void RelayMemory::did_not_answer(const std::string& address, Moment now) {
    const std::lock_guard lock(mutex_);
    std::erase_if(dead_, [now](const auto& entry) { return now - entry.second >= avoided; });
    if (dead_.size() >= most_addresses)
        dead_.erase(std::ranges::min_element(dead_, {}, [](const auto& entry) { return entry.second; }));
    dead_[address] = now;
}

void RelayMemory::answered(const std::string& address) {
    const std::lock_guard lock(mutex_);
    dead_.erase(address);
}

bool RelayMemory::avoids(const std::string& address, Moment now) const {
    const std::lock_guard lock(mutex_);
    const auto found = dead_.find(address);
    return found != dead_.end() && now - found->second < avoided;
}

}  // namespace paperround::smtp
