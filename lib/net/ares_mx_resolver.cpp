#include "net/ares_mx_resolver.hpp"

#include <ares.h>
#include <arpa/nameser.h>
#include <fmt/format.h>
#include <poll.h>

#include <array>
#include <deque>
#include <stdexcept>
#include <vector>

namespace paperround::net {

namespace {

constexpr std::size_t most_at_once = 50;
constexpr int first_timeout_ms = 2000;  // each further try waits twice as long
constexpr int tries = 2;
constexpr int look_at_stop_ms = 100;

void check(int status, std::string_view what) {
    if (status == ARES_SUCCESS) return;
    throw std::runtime_error(fmt::format("c-ares: {}: {}", what, ares_strerror(status)));
}

// The kind of answer for a c-ares status without usable records.
MxAnswer::Kind kind_of(int status) {
    switch (status) {
        case ARES_ENODATA:
        case ARES_ENOTFOUND:
            return MxAnswer::Kind::none;
        case ARES_ETIMEOUT:
        case ARES_ECONNREFUSED:
            return MxAnswer::Kind::silent;
        default:
            return MxAnswer::Kind::failed;
    }
}

class Channel {
  public:
    explicit Channel(const std::string& server) {
        check(ares_library_init(ARES_LIB_INIT_ALL), "initialising");
        ares_options options{};
        options.timeout = first_timeout_ms;
        options.tries = tries;
        int status = ares_init_options(&channel_, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES);
        if (status == ARES_SUCCESS && !server.empty())
            status = ares_set_servers_ports_csv(channel_, server.c_str());
        if (status != ARES_SUCCESS) {
            close();
            check(status, server.empty() ? "the system's name servers" : server);
        }
    }
    ~Channel() { close(); }
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;
    [[nodiscard]] ares_channel get() const { return channel_; }

    // Waits up to a tenth of a second for replies and processes them.
    void process() {
        std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
        const auto bits = static_cast<unsigned>(ares_getsock(channel_, sockets.data(), sockets.size()));
        std::vector<pollfd> polled;
        for (unsigned i = 0; i < sockets.size(); ++i) {
            short events = 0;
            if ((bits & (1U << i)) != 0) events = static_cast<short>(events | POLLIN);
            if ((bits & (1U << (i + ARES_GETSOCK_MAXNUM))) != 0)
                events = static_cast<short>(events | POLLOUT);
            if (events != 0) polled.push_back({.fd = sockets.at(i), .events = events, .revents = 0});
        }
        timeval longest{.tv_sec = 0, .tv_usec = look_at_stop_ms * 1000L};
        timeval wait{};
        ares_timeout(channel_, &longest, &wait);
        const int ms = static_cast<int>(wait.tv_sec * 1000 + wait.tv_usec / 1000) + 1;
        poll(polled.data(), polled.size(), ms);
        for (const pollfd& one : polled) {
            const bool readable = (one.revents & (POLLIN | POLLERR | POLLHUP)) != 0;
            const bool writable = (one.revents & (POLLOUT | POLLERR)) != 0;
            if (readable || writable)
                ares_process_fd(channel_, readable ? one.fd : ARES_SOCKET_BAD,
                                writable ? one.fd : ARES_SOCKET_BAD);
        }
        ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // lets c-ares handle time-outs
    }

  private:
    void close() {
        if (channel_ != nullptr) ares_destroy(channel_);
        channel_ = nullptr;
        ares_library_cleanup();
    }
    ares_channel channel_ = nullptr;
};

// The argument of c-ares's callback, which only stores the answer: the code that handles answers may throw,
// and must not throw through c-ares.
struct Question {
    const std::string* domain = nullptr;
    std::deque<std::pair<const std::string*, MxAnswer>>* answers = nullptr;
};

void on_reply(void* argument, int status, int /*timeouts*/, unsigned char* reply, int size) {
    const auto& asked = *static_cast<const Question*>(argument);
    if (status == ARES_ECANCELLED || status == ARES_EDESTRUCTION) return;
    MxAnswer answer{.kind = kind_of(status), .host = {}, .ttl = {}};
    if (status == ARES_SUCCESS) answer = read_mx_reply({reply, static_cast<std::size_t>(size)});
    asked.answers->emplace_back(asked.domain, std::move(answer));
}

}  // namespace

void AresMxResolver::look_up(std::span<const std::string> domains, const Answered& answered,
                             const std::stop_token& stop) {
    std::deque<std::pair<const std::string*, MxAnswer>> answers;
    std::deque<Question> asked;  // c-ares keeps pointers into it
    Channel channel(server_);    // destroyed before `asked`
    std::size_t under_way = 0;
    while ((asked.size() < domains.size() || under_way > 0) && !stop.stop_requested()) {
        while (asked.size() < domains.size() && under_way < most_at_once) {
            asked.push_back({&domains[asked.size()], &answers});
            ++under_way;
            ares_query(channel.get(), asked.back().domain->c_str(), ns_c_in, ns_t_mx, on_reply,
                       &asked.back());
        }
        if (answers.empty()) channel.process();
        while (!answers.empty()) {
            const auto [domain, answer] = std::move(answers.front());
            answers.pop_front();
            --under_way;
            if (answered(*domain, answer)) return;
        }
    }
}

}  // namespace paperround::net
