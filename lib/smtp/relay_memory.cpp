#include "smtp/relay_memory.hpp"

#include <algorithm>
#include <utility>

namespace paperround::smtp {

namespace {
using namespace std::chrono_literals;
constexpr auto avoided = 10min;
constexpr auto between_questions = 1h;
// A name may have new addresses at each look-up.
constexpr std::size_t most_addresses = 64;
}  // namespace

void RelayMemory::on_silence(OnSilence told) {
    const Lock lock(mutex_);
    told_ = std::move(told);
}

void RelayMemory::did_not_answer(const std::string& address, Moment now) {
    const Lock lock(mutex_);
    std::erase_if(dead_, [now](const auto& entry) { return now - entry.second >= avoided; });
    if (dead_.size() >= most_addresses)
        dead_.erase(std::ranges::min_element(dead_, {}, [](const auto& entry) { return entry.second; }));
    dead_[address] = now;
}

void RelayMemory::answered(const std::string& address) {
    const Lock lock(mutex_);
    dead_.erase(address);
}

bool RelayMemory::avoids(const std::string& address, Moment now) const {
    const Lock lock(mutex_);
    const auto found = dead_.find(address);
    return found != dead_.end() && now - found->second < avoided;
}

void RelayMemory::silent() {
    OnSilence told;
    {
        const Lock lock(mutex_);
        if (!std::exchange(said_, true)) told = told_;
    }
    if (told) told();
}

void RelayMemory::greeted() {
    const Lock lock(mutex_);
    said_ = false;
    tls_first_ = false;
}

bool RelayMemory::may_ask_for_tls(Moment now) {
    const Lock lock(mutex_);
    if (asked_ != Moment{} && now - asked_ < between_questions) return false;
    asked_ = now;
    return true;
}

void RelayMemory::found_tls() {
    const Lock lock(mutex_);
    tls_first_ = true;
}

bool RelayMemory::tls_comes_first() const {
    const Lock lock(mutex_);
    return tls_first_;
}

}  // namespace paperround::smtp
