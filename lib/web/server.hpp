// The public web pages: where the unsubscribe link of every mail leads.
//
//   GET  /u/<token>   a page with one button; changes nothing, since mail scanners follow links
//   POST /u/<token>   leaves (RFC 8058 one-click, and the page's button); answers 200 without a redirect,
//   again and
//                     again; 404 for a link that is not ours, 503 with Retry-After where it could not be done
//   /websub/<id>      where WebSub hubs push feeds: web/hub_routes.hpp
//   GET  /            what this is
//   GET  /healthz     "ok", or 503 with what ails the daemon: the database cannot be written, say
//   GET  /readyz      "ready"; 503 before it has started, while it drains, and whenever /healthz is
//
// web/request_path.hpp says which spellings of these paths are understood.
//
// Meant for the open internet behind a TLS proxy, and safe without one. Each connection serves one request; a
// request has a limit on its octets and one deadline for the whole of it, however slowly it comes in.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "web/hub_callbacks.hpp"
#include "web/pages.hpp"
#include "web/readers.hpp"

namespace paperround::web {

struct ServerOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8025;  // 0: any free one, see WebServer::port
    unsigned threads = 16;      // requests served at once; each waits on its socket nearly all the time
    Duration request_deadline = std::chrono::seconds(15);
    // Called, from any thread, when Readers or hubs threw: with what it said. Whoever asked has been told to
    // come back.
    std::function<void(const std::string&)> on_failure;
    HubCallbacks* hubs = nullptr;  // as long as `readers`; null: it has no /websub/, nor later
    std::string base_path;         // of public_url, where a proxy passes it on; see web/request_path.hpp
    // Asked from any thread. What ails the daemon, for /healthz; empty: nothing.
    std::function<std::string()> ailment;
    // Whether it is at work, for /readyz: neither starting nor ending. Without it: always.
    std::function<bool()> ready;
};

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

class WebServer {
  public:
    // Listens, and serves on threads of its own from now on. `readers` must outlive the server, or last until
    // serve() names others.
    [[nodiscard]] static Result<WebServer, ListenError> start(Readers& readers, Pages pages,
                                                              ServerOptions options);

    WebServer(WebServer&&) noexcept;
    WebServer& operator=(WebServer&&) noexcept;
    // From now on requests are about these, and links stand below `base_path`; `hubs` may be null. The
    // listener stays open. Those before are let go of when the last request that was under way is answered.
    void serve(std::shared_ptr<Readers> readers, std::shared_ptr<HubCallbacks> hubs, std::string base_path);

    // Takes no more requests and returns once the open ones are answered or past their deadline.
    ~WebServer();

    [[nodiscard]] std::uint16_t port() const;

  private:
    struct Impl;
    explicit WebServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace paperround::web
