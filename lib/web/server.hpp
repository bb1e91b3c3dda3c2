// The public web pages: groups of routes behind one listener.
//
//   /u/<token>      the unsubscribe link of every mail: web/leaving_routes.hpp
//   /websub/<id>    where WebSub hubs push feeds: web/hub_routes.hpp
//   /, /healthz, /readyz: web/status_routes.hpp
//   /s/<newsletter>, /c/<token>, /w/<token>: public/join_routes.hpp
//   paths of a system that was left: public/taken_over_routes.hpp
//   /a/<newsletter> and below: public/archive_routes.hpp
//   /p/<token>: public/preferences_routes.hpp
//   /hook/<name>: public/webhook_routes.hpp
//
// web/request_path.hpp says which spellings of these paths are understood; web/listener.hpp says how clients
// are kept from blocking each other. A request that could not be carried out is answered with 503 and
// Retry-After.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "web/hub_callbacks.hpp"
#include "web/listener.hpp"
#include "web/pages.hpp"
#include "web/routes.hpp"
#include "web/unsubscribe_handler.hpp"

namespace paperround::web {

struct ServerOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8025;       // 0: any free port, see WebServer::port
    unsigned workers = 16;           // threads that answer requests
    std::size_t connections = 1000;  // see ListenerOptions
    ConnectionTimes times;
    // Called, from any thread, with the message of an exception that the handler of unsubscribing, or of hubs, threw. The client has
    // been told to come back.
    std::function<void(const std::string&)> on_failure;
    HubCallbacks* hubs =
        nullptr;            // must live as long as `unsubscribing`; null: there is no /websub/, now or later
    std::string base_path;  // of public_url, if a proxy passes it on; see web/request_path.hpp
    // Called from any thread. Returns what is wrong with the daemon, for /healthz; empty: nothing.
    std::function<std::string()> ailment;
    // Whether the daemon works, for /readyz: neither starting nor ending. Without this function: always.
    std::function<bool()> ready;
};

class WebServer {
  public:
    // Listens, and serves on its own threads from now on. `unsubscribing` must outlive the server, or live until
    // serve() replaces it.
    [[nodiscard]] static Result<WebServer, ListenError> start(UnsubscribeHandler& unsubscribing, Pages pages,
                                                              ServerOptions options);

    WebServer(WebServer&&) noexcept;
    WebServer& operator=(WebServer&&) noexcept;
    // From now on new requests are served from these, and links stand below `base_path`. `hubs` may be null;
    // `more` are groups of other libraries. The listener stays open. The previous ones are released when the last request that uses them is
    // answered.
    void serve(const std::shared_ptr<UnsubscribeHandler>& unsubscribing,
               const std::shared_ptr<HubCallbacks>& hubs, std::string base_path,
               const std::vector<std::shared_ptr<Routes>>& more = {});

    // See Listener.
    ~WebServer();

    [[nodiscard]] std::uint16_t port() const;

  private:
    struct Impl;
    explicit WebServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace paperround::web
