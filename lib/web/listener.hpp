// HTTP on a socket: one thread waits for all connections (libmicrohttpd, epoll), a few workers answer. It
// does not know the pages.
//
// Meant for the open internet behind a TLS proxy, and safe without one. Each connection serves one request. A
// request has limits on the octets of its header and body, and one deadline for the whole of it, however
// slowly it arrives (web/connections.hpp). An idle connection costs a socket and no thread, and is dropped
// when there are too many.
#pragma once

#include <atomic>
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
        taken,       // another process listens there
        not_there,   // the address is not, or not yet, one of this machine's; or the name has no address
        not_allowed  // only root may use the port
    };
    std::string message;  // "cannot listen on 127.0.0.1:8025: Address already in use"
    Code code = Code::not_there;
};

// `reason` is errno; 0: the name has no address.
[[nodiscard]] ListenError cannot_listen(std::string_view host, std::uint16_t port, int reason);

// How to go on with a request whose line and fields have arrived.
struct Admission {
    std::size_t body_limit = 0;  // octets; nothing is kept of a larger body
    // Called on a worker's thread when the body is complete or has ended early. If it throws, the answer is
    // 503.
    std::function<HttpResponse(const HttpRequest&)> answer;
    // Once it is true the rest of the body is not waited for: the connection is ended within a second. Null: never.
    std::shared_ptr<const std::atomic<bool>> given_up = {};
};

struct ListenerOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;  // 0: any free port, see Listener::port
    unsigned workers = 16;
    std::size_t connections =
        1000;  // but never more than a quarter of the descriptors that the process may open
    ConnectionTimes times;
};

class Listener {
  public:
    // Called on the thread of all connections: must be quick, and may throw only std::bad_alloc, which ends
    // the connection. The request has no body yet.
    using Admit = std::function<Admission(const HttpRequest& head)>;

    // Listens, and serves on its own threads from now on. Throws std::system_error if there are no more
    // threads or descriptors.
    [[nodiscard]] static Result<Listener, ListenError> start(Admit admit, const ListenerOptions& options);

    Listener(Listener&&) noexcept;
    Listener& operator=(Listener&&) noexcept;
    // Accepts no more connections and waits for no client. Returns once the requests that have arrived are
    // answered or past their deadline.
    ~Listener();

    [[nodiscard]] std::uint16_t port() const;

  private:
    struct Impl;
    explicit Listener(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace paperround::web
