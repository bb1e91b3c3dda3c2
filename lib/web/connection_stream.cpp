#include "web/connection_stream.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace paperround::web {

namespace {

using std::chrono::steady_clock;
constexpr auto linger_time = std::chrono::seconds(1);
constexpr std::size_t linger_octets = 1UL << 20U;

}  // namespace

ConnectionStream::ConnectionStream(int socket, Duration deadline, std::size_t octet_limit,
                                   const Interrupt& stop)
    : socket_(socket), stop_(stop), end_(steady_clock::now() + deadline), octets_left_(octet_limit) {}

bool ConnectionStream::wait(short events, Instant until) const {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady_clock::now()).count();
        if (left <= 0) return false;
        std::array polled{pollfd{socket_, events, 0}, pollfd{stop_.descriptor(), POLLIN, 0}};
        const int ready =
            ::poll(polled.data(), polled.size(), static_cast<int>(std::min<std::int64_t>(left, 60'000)));
        if (ready > 0) return polled[0].revents != 0;
        if (ready < 0 && errno != EINTR) return false;
    }
}

bool ConnectionStream::is_readable() const {
    return begin_ < filled_ || wait(POLLIN, end_);
}
bool ConnectionStream::is_writable() const {
    return wait(POLLOUT, end_);
}

ssize_t ConnectionStream::read(char* out, std::size_t size) {
    if (begin_ == filled_) {
        if (octets_left_ == 0 || !wait(POLLIN, end_)) return -1;
        const ssize_t got = ::recv(socket_, buffer_.data(), std::min(buffer_.size(), octets_left_), 0);
        if (got <= 0) return got;
        begin_ = 0;
        filled_ = static_cast<std::size_t>(got);
        octets_left_ -= filled_;
        mend_target();
    }
    const std::size_t count = std::min(size, filled_ - begin_);
    std::memcpy(out, buffer_.data() + begin_, count);
    begin_ += count;
    return static_cast<ssize_t>(count);
}

void ConnectionStream::mend_target() {
    for (std::size_t i = 0; i < filled_ && !target_read_; ++i) {
        char& c = buffer_[i];
        target_read_ = c == '\n';
        if (c != '?') continue;
        if (query_begun_) c = '&';
        query_begun_ = true;
    }
}

ssize_t ConnectionStream::write(const char* data, std::size_t size) {
    return wait(POLLOUT, end_) ? ::send(socket_, data, size, MSG_NOSIGNAL | MSG_DONTWAIT) : -1;
}

// Nobody asks: the pages know their readers by token alone, and nothing is logged by address.
void ConnectionStream::get_remote_ip_and_port(std::string& ip, int& port) const {
    ip.clear();
    port = 0;
}
void ConnectionStream::get_local_ip_and_port(std::string& ip, int& port) const {
    ip.clear();
    port = 0;
}

void ConnectionStream::linger() {
    ::shutdown(socket_, SHUT_WR);
    const auto until = steady_clock::now() + linger_time;
    for (std::size_t taken = 0; taken < linger_octets && wait(POLLIN, until);) {
        const ssize_t got = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
        if (got <= 0) return;
        taken += static_cast<std::size_t>(got);
    }
}

}  // namespace paperround::web
