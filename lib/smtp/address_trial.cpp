#include "smtp/address_trial.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>

namespace paperround::smtp {

namespace {

std::string text_of(const curl_sockaddr& address) {
    const void* octets = nullptr;
    if (address.family == AF_INET) octets = &reinterpret_cast<const sockaddr_in*>(&address.addr)->sin_addr;
    if (address.family == AF_INET6) octets = &reinterpret_cast<const sockaddr_in6*>(&address.addr)->sin6_addr;
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (octets != nullptr) ::inet_ntop(address.family, octets, text.data(), text.size());
    return text.data();
}

}  // namespace

// libcurl tries the addresses of a family one after the other, and the two families side by side. When it
// asks for a family's next address, the one before has not answered.
bool AddressTrial::may_try(const curl_sockaddr& address) {
    if (memory_ == nullptr) return true;
    const auto now = std::chrono::steady_clock::now();
    if (const auto before = tried_.find(address.family); before != tried_.end()) {
        memory_->did_not_answer(before->second, now);
        tried_.erase(before);
    }
    std::string text = text_of(address);
    if (spares_ && memory_->avoids(text, now)) {
        spared_some_ = true;
        return false;
    }
    tried_.emplace(address.family, std::move(text));
    return true;
}

// Says nothing about the other family's address: it may just have been slower.
void AddressTrial::connected(const std::string& address) {
    if (memory_ != nullptr) memory_->answered(address);
}

void AddressTrial::mute(const std::string& address) {
    if (memory_ != nullptr) memory_->did_not_answer(address, std::chrono::steady_clock::now());
}

// Other failures, such as our own interrupt, say nothing about the addresses.
void AddressTrial::failed(CURLcode code) {
    if (memory_ == nullptr || (code != CURLE_COULDNT_CONNECT && code != CURLE_OPERATION_TIMEDOUT)) return;
    const auto now = std::chrono::steady_clock::now();
    for (const auto& [family, text] : tried_) memory_->did_not_answer(text, now);
}

}  // namespace paperround::smtp
