// HTTP on a socket: one thread waits for all connections (libmicrohttpd, epoll), a few workers answer. Knows
// nothing of what is asked.
//
// Meant for the open internet behind a TLS proxy, and safe without one. Each connection serves one request; a
// request has limits on the octets of its header and body, and one deadline for the whole of it, however
// slowly it comes in (web/connections.hpp). Idle connections cost a socket each and no thread, and go where
// there are too many.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "web/connections.hpp"
#include "web/http_message.hpp"

namespace paperround::web {

struct ListenError {
    enum class Code {
        taken,       // somebody else listens there
        not_there,   // the address is not one of this machine's, or not yet; or the name has none
        not_allowed  // a port that is for root alone
    };
    std::string message;  // "cannot listen on 127.0.0.1:8025: Address already in use"
    Code code = Code::not_there;
};

// `reason` is the system's; 0: the name has no address.
[[nodiscard]] ListenError cannot_listen(std::string_view host, std::uint16_t port, int reason);

// What is made of a request, once its line and fields are known.
struct Admission {
    std::size_t body_limit = 0;  // octets; of a larger body nothing is kept
    // On a worker's thread, once the body is there or has ended early. What it throws is answered with 503.
    std::function<HttpResponse(const HttpRequest&)> answer;
};

struct ListenerOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;  // 0: any free one, see Listener::port
    unsigned workers = 16;
    std::size_t connections =
        1000;  // and never more than a quarter of the descriptors that the process may have
    ConnectionTimes times;
};

class Listener {
  public:
    // On the thread of all connections: must be quick, and throws nothing but std::bad_alloc, which ends the
    // connection. The request has no body yet.
    using Admit = std::function<Admission(const HttpRequest& head)>;

    // Listens, and serves on threads of its own from now on. Throws std::system_error where no more threads or
    // descriptors are to be had.
    [[nodiscard]] static Result<Listener, ListenError> start(Admit admit, const ListenerOptions& options);

    Listener(Listener&&) noexcept;
    Listener& operator=(Listener&&) noexcept;
    // Takes no more connections and waits for no client: returns once those requests are answered that are
    // there, or past their deadline.
    ~Listener();

    [[nodiscard]] std::uint16_t port() const;

  private:
    struct Impl;
    explicit Listener(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace paperround::web
