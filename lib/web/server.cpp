#include "web/server.hpp"

#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <mutex>
#include <thread>

#include "base/text.hpp"
#include "web/connection_stream.hpp"
#include "web/form.hpp"
#include "web/hub_routes.hpp"
#include "web/request_path.hpp"

namespace paperround::web {

namespace {

constexpr std::size_t header_limit = 16UL << 10U;  // octets of request line and fields together
constexpr std::size_t path_limit = 1024;           // a token has 134 characters at most
constexpr auto retry_after = "120";                // seconds
constexpr auto html = "text/html; charset=utf-8";
constexpr auto plain_text = "text/plain";

// What requests are about. A request under way keeps what it began with.
struct Site {
    Site(std::shared_ptr<Readers> the_readers, std::shared_ptr<HubCallbacks> the_callbacks,
         std::string the_base_path)
        : readers(std::move(the_readers)),
          callbacks(std::move(the_callbacks)),
          base_path(std::move(the_base_path)) {
        if (callbacks) hubs.emplace(*callbacks);
    }
    std::shared_ptr<Readers> readers;
    std::shared_ptr<HubCallbacks> callbacks;
    std::optional<HubRoutes> hubs;
    std::string base_path;
};

// The present one. Thread-safe.
class PresentSite {
  public:
    explicit PresentSite(std::shared_ptr<Site> site) : site_(std::move(site)) {}
    [[nodiscard]] std::shared_ptr<Site> get() const {
        const std::lock_guard lock(mutex_);
        return site_;
    }
    void set(std::shared_ptr<Site> site) {
        const std::lock_guard lock(mutex_);
        site_.swap(site);
    }

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<Site> site_;
};

// Somebody else's, for as long as the server uses it.
template <class T>
std::shared_ptr<T> borrowed(T* lent) {
    return {lent, [](T*) {}};
}

// The library's own handling of a connection, replaced: one request each, on a stream with limits.
class LimitedServer final : public httplib::Server {
  public:
    LimitedServer(Duration deadline, const PresentSite& site) : deadline_(deadline), site_(site) {}

    // No client is waited for any more.
    void stop_waiting() { stop_.trigger(); }

  private:
    bool process_and_close_socket(socket_t socket) override {
        ConnectionStream stream(socket, deadline_, header_limit + form_limit, stop_);
        bool closed = false;
        // The library would take multipart bodies apart itself; web/form.hpp does it for both kinds, so the
        // type is moved to where the library does not look. Ranges of a page help nobody.
        const bool answered = process_request(stream, true, closed, [&](httplib::Request& request) {
            const auto site = site_.get();
            if (request.path.size() <= path_limit) request.path = routed_path(request.path, site->base_path);
            if (site->hubs) stream.allow(site->hubs->body_limit(request));
            const std::string type = request.get_header_value("Content-Type");
            request.headers.erase("Content-Type");
            request.headers.erase(form_type);
            if (!type.empty()) request.set_header(form_type, type);
            request.ranges.clear();
            // RFC 9112 §6.3: without a length there is no body. The library would read until the client
            // closes.
            if (!request.has_header("Content-Length") && !request.has_header("Transfer-Encoding")) {
                request.set_header("Content-Length", "0");
            }
        });
        stream.linger();
        ::close(socket);
        return answered;
    }

    Duration deadline_;
    const PresentSite& site_;
    Interrupt stop_;

  public:
    static constexpr auto form_type = "Form-Content-Type";
};

// RFC 9110 §8.4.1: `identity` says that there is none.
bool is_encoded(const httplib::Request& request) {
    const std::string coding = request.get_header_value("Content-Encoding");
    return !trim(coding).empty() && !ascii_iequals(trim(coding), "identity");
}

// Two daemons on one port would share its requests: no SO_REUSEPORT, which the library sets.
void reuse_address(socket_t socket) {
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
}

ListenError::Code listen_code(int reason) {
    switch (reason) {
        case EACCES:
        case EPERM:
            return ListenError::Code::not_allowed;
        case EADDRINUSE:
            return ListenError::Code::taken;
        default:
            return ListenError::Code::not_there;
    }
}

}  // namespace

ListenError cannot_listen(std::string_view host, std::uint16_t port, int reason) {
    return {fmt::format("cannot listen on {}:{}: {}", host, port,
                        reason == 0 ? "no such address" : std::strerror(reason)),
            listen_code(reason)};
}

struct WebServer::Impl {
    Impl(Readers& the_readers, Pages the_pages, ServerOptions the_options)
        : pages(std::move(the_pages)),
          options(std::move(the_options)),
          site(std::make_shared<Site>(borrowed(&the_readers), borrowed(options.hubs), options.base_path)),
          server(options.request_deadline, site) {}

    ~Impl() {
        if (!thread.joinable()) return;
        server.stop_waiting();
        server.stop();
        thread.join();
    }

    Result<void, ListenError> listen();
    void set_up();
    void set_up_hub_routes();
    void tell_health(httplib::Response& response) const;
    void tell_readiness(httplib::Response& response) const;
    httplib::Server::HandlerResponse gate(const httplib::Request& request, httplib::Response& response) const;
    void ask(const httplib::Request& request, httplib::Response& response);
    void leave(const httplib::Request& request, httplib::Response& response,
               const httplib::ContentReader& content_reader);
    void answer_leave(const httplib::Request& request, httplib::Response& response, const std::string& token);
    void answer_errors(const httplib::Request& request, httplib::Response& response) const;
    void unavailable(const httplib::Request& request, httplib::Response& response,
                     std::string_view why) const;
    template <class Action>
    void guarded(const httplib::Request& request, httplib::Response& response, Action&& action) const;

    void answer(httplib::Response& response, int status, const std::string& page) const {
        response.status = status;
        response.set_content(page, html);
    }
    static std::string accepted_language(const httplib::Request& request) {
        return request.get_header_value("Accept-Language");
    }

    Pages pages;
    ServerOptions options;
    PresentSite site;
    LimitedServer server;
    std::uint16_t port = 0;
    std::thread thread;
};

template <class Action>
void WebServer::Impl::guarded(const httplib::Request& request, httplib::Response& response,
                              Action&& action) const {
    try {
        action();
    } catch (const std::exception& e) {
        unavailable(request, response, e.what());
    }
}

void WebServer::Impl::unavailable(const httplib::Request& request, httplib::Response& response,
                                  std::string_view why) const {
    response.set_header("Retry-After", retry_after);
    answer(response, 503, pages.render(Page::unavailable, accepted_language(request)));
    if (options.on_failure) options.on_failure(std::string(why));
}

void WebServer::Impl::set_up() {
    server.set_socket_options(reuse_address);
    server.new_task_queue = [threads = options.threads] {
        return std::make_unique<httplib::ThreadPool>(threads).release();
    };
    server.set_payload_max_length(options.hubs != nullptr ? push_limit : form_limit);
    server.set_default_headers({
        {"Content-Security-Policy", pages.security_policy()},
        {"Referrer-Policy", "no-referrer"},
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
        {"X-Robots-Tag", "noindex, nofollow"},
        {"Cache-Control", "no-store"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
    });
    server.set_pre_routing_handler(
        [this](const auto& request, auto& response) { return gate(request, response); });
    server.Get("/", [this](const auto& request, auto& response) {
        answer(response, 200, pages.render(Page::home, accepted_language(request)));
    });
    server.Get("/healthz", [this](const auto&, auto& response) { tell_health(response); });
    server.Get("/readyz", [this](const auto&, auto& response) { tell_readiness(response); });
    server.Get("/u/([A-Za-z0-9_-]+)", [this](const auto& request, auto& response) {
        guarded(request, response, [&] { ask(request, response); });
    });
    server.Post("/u/([A-Za-z0-9_-]+)", [this](const httplib::Request& request, httplib::Response& response,
                                              const httplib::ContentReader& content_reader) {
        guarded(request, response, [&] { leave(request, response, content_reader); });
    });
    set_up_hub_routes();
    server.set_exception_handler([this](const auto& request, auto& response, const std::exception_ptr&) {
        unavailable(request, response, "a page could not be made");
    });
    server.set_error_handler([this](const httplib::Request& request, httplib::Response& response) {
        answer_errors(request, response);
    });
}

void WebServer::Impl::tell_health(httplib::Response& response) const {
    const std::string ailment = options.ailment ? options.ailment() : "";
    response.status = ailment.empty() ? 200 : 503;
    response.set_content(ailment.empty() ? "ok\n" : ailment + "\n", plain_text);
}

void WebServer::Impl::tell_readiness(httplib::Response& response) const {
    tell_health(response);
    if (response.status != 200) return;
    const bool ready = !options.ready || options.ready();
    response.status = ready ? 200 : 503;
    response.set_content(ready ? "ready\n" : "starting or stopping\n", plain_text);
}

void WebServer::Impl::set_up_hub_routes() {
    server.Get(hub_route, [this](const auto& request, auto& response) {
        guarded(request, response, [&] {
            response.status = 404;
            if (const auto now = site.get(); now->hubs) now->hubs->confirm(request, response);
        });
    });
    server.Post(hub_route, [this](const httplib::Request& request, httplib::Response& response,
                                  const httplib::ContentReader& content_reader) {
        guarded(request, response, [&] {
            response.status = 404;
            if (const auto now = site.get(); now->hubs) {
                now->hubs->receive(request, request.get_header_value(LimitedServer::form_type), response,
                                   content_reader);
            }
        });
    });
}

// Before the routes and before any body is read: what no route will take.
httplib::Server::HandlerResponse WebServer::Impl::gate(const httplib::Request& request,
                                                       httplib::Response& response) const {
    using enum httplib::Server::HandlerResponse;
    const bool reads = request.method == "GET" || request.method == "HEAD";
    const bool for_hubs = site.get()->hubs && request.path.starts_with(hub_path);
    const bool may_post = for_hubs || request.path.starts_with("/u/");
    if (request.path.size() > path_limit) {
        response.status = 414;
    } else if ((!reads && !(may_post && request.method == "POST")) ||
               (for_hubs && request.method == "HEAD")) {
        response.status = 405;
        response.set_header("Allow", for_hubs ? "GET, POST" : may_post ? "GET, HEAD, POST" : "GET, HEAD");
    } else if (is_encoded(request)) {
        response.status = 415;
    } else {
        return Unhandled;
    }
    answer(response, response.status, pages.render(Page::refused, accepted_language(request)));
    return Handled;
}

void WebServer::Impl::ask(const httplib::Request& request, httplib::Response& response) {
    const auto membership = site.get()->readers->describe(request.matches[1].str());
    if (!membership) return answer(response, 404, pages.render(Page::unknown, accepted_language(request)));
    answer(response, 200, pages.render(membership->active ? Page::ask : Page::already, *membership));
}

void WebServer::Impl::leave(const httplib::Request& request, httplib::Response& response,
                            const httplib::ContentReader& content_reader) {
    std::string body;
    bool too_large = false;
    const bool complete = content_reader([&](const char* data, std::size_t size) {
        too_large = body.size() + size > form_limit;
        if (!too_large) body.append(data, size);
        return !too_large;
    });
    if (too_large || response.status == 413) {
        return answer(response, 413, pages.render(Page::refused, accepted_language(request)));
    }
    const std::string token = request.matches[1].str();
    // The wish counts though a length was wrong or trailer fields follow that the library does not know. An
    // empty body says something only where it is known to be complete.
    if ((complete || !body.empty()) &&
        asks_to_leave(request.get_header_value(LimitedServer::form_type), body)) {
        return answer_leave(request, response, token);
    }
    if (!complete) return answer(response, 400, pages.render(Page::refused, accepted_language(request)));
    const auto membership = site.get()->readers->describe(token);
    if (!membership) return answer(response, 404, pages.render(Page::unknown, accepted_language(request)));
    answer(response, 400, pages.render(Page::incomplete, *membership));
}

void WebServer::Impl::answer_leave(const httplib::Request& request, httplib::Response& response,
                                   const std::string& token) {
    const auto readers = site.get()->readers;
    const LeaveResult result = readers->leave(token);
    if (result == LeaveResult::unknown_link) {
        return answer(response, 404, pages.render(Page::unknown, accepted_language(request)));
    }
    // It is done; that the page cannot name the newsletter must not turn the answer into a failure.
    std::optional<Membership> membership;
    try {
        membership = readers->describe(token);
    } catch (const std::exception& e) {
        if (options.on_failure) options.on_failure(e.what());
    }
    const Page page = result == LeaveResult::left ? Page::left : Page::already;
    answer(response, 200,
           membership ? pages.render(page, *membership) : pages.render(page, accepted_language(request)));
}

// What the library itself refused: unknown paths, malformed requests.
void WebServer::Impl::answer_errors(const httplib::Request& request, httplib::Response& response) const {
    if (!response.body.empty()) return;
    const Page page = response.status == 404 ? Page::absent : Page::refused;
    answer(response, response.status, pages.render(page, accepted_language(request)));
}

Result<void, ListenError> WebServer::Impl::listen() {
    set_up();
    errno = 0;
    int bound = -1;
    if (options.port == 0) {
        bound = server.bind_to_any_port(options.host);
    } else if (server.bind_to_port(options.host, options.port)) {
        bound = options.port;
    }
    if (bound <= 0) return failure(cannot_listen(options.host, options.port, errno));
    port = static_cast<std::uint16_t>(bound);
    thread = std::thread([this] { server.listen_after_bind(); });
    // The library's stop() does nothing before its loop runs.
    while (!server.is_running()) std::this_thread::yield();
    return {};
}

WebServer::WebServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
WebServer::WebServer(WebServer&&) noexcept = default;
WebServer& WebServer::operator=(WebServer&&) noexcept = default;
WebServer::~WebServer() = default;

Result<WebServer, ListenError> WebServer::start(Readers& readers, Pages pages, ServerOptions options) {
    auto impl = std::make_unique<Impl>(readers, std::move(pages), std::move(options));
    if (auto listening = impl->listen(); !listening) return failure(listening.error());
    return WebServer(std::move(impl));
}

void WebServer::serve(std::shared_ptr<Readers> readers, std::shared_ptr<HubCallbacks> hubs,
                      std::string base_path) {
    impl_->site.set(std::make_shared<Site>(std::move(readers), std::move(hubs), std::move(base_path)));
}

std::uint16_t WebServer::port() const {
    return impl_->port;
}

}  // namespace paperround::web
