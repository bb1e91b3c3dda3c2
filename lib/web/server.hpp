// The public web pages: groups of routes behind one listener, with what all of them share.
//
//   /u/<token>      the unsubscribe link of every mail: web/leaving_routes.hpp
//   /websub/<id>    where WebSub hubs push feeds: web/hub_routes.hpp
//   /, /healthz, /readyz: web/status_routes.hpp
//
// web/request_path.hpp says which spellings of these paths are understood, web/listener.hpp how clients are
// kept from each other's way. Whatever could not be done is answered with 503 and Retry-After.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "web/hub_callbacks.hpp"
#include "web/listener.hpp"
#include "web/pages.hpp"
#include "web/readers.hpp"

namespace paperround::web {

struct ServerOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8025;       // 0: any free one, see WebServer::port
    unsigned workers = 16;           // answers that are made at once
    std::size_t connections = 1000;  // see ListenerOptions
    ConnectionTimes times;
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
    void serve(const std::shared_ptr<Readers>& readers, const std::shared_ptr<HubCallbacks>& hubs,
               std::string base_path);

    // See Listener.
    ~WebServer();

    [[nodiscard]] std::uint16_t port() const;

  private:
    struct Impl;
    explicit WebServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace paperround::web
