#include "web/preview_server.hpp"

#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace paperround::web {

namespace {

constexpr std::uint64_t page_limit = 256UL << 10U;
constexpr auto html_type = "text/html; charset=utf-8";
// The mail is not ours to trust: it may show pictures and its own style, and run nothing.
constexpr auto mail_policy =
    "default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'; sandbox allow-popups";

void reuse_address(socket_t socket) {
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
}

// "localhost:8026": a page of another host's name that resolves to this machine may not read drafts.
bool is_this_machine(std::string_view host) {
    const std::string_view name = host.substr(0, host.rfind(':'));
    return name == "127.0.0.1" || name == "localhost";
}

std::string state_of(const Preview& preview) {
    const nlohmann::ordered_json state{
        {"version", hex(sha256(preview.html + '\0' + preview.text + '\0' + preview.subject))},
        {"subject", preview.subject},
        {"problems", preview.problems}};
    return state.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::string under_scheme(std::string_view html, std::string_view scheme) {
    std::string out(html);
    for (const std::string_view asked : {"dark", "light"}) {
        const std::string_view answer = asked == scheme ? "min-width: 0" : "max-width: 0";
        for (const std::string_view space : {" ", ""}) {
            out = replace_all(out, fmt::format("(prefers-color-scheme:{}{})", space, asked),
                              fmt::format("({})", answer));
        }
    }
    return out;
}

struct PreviewServer::Impl {
    Impl(Draw the_draw, std::string the_page) : draw(std::move(the_draw)), page(std::move(the_page)) {}

    ~Impl() {
        if (!thread.joinable()) return;
        server.stop();
        thread.join();
    }

    Preview drawn() {
        const std::lock_guard lock(mutex);
        try {
            return draw();
        } catch (const std::exception& e) {
            return {.subject = {}, .html = {}, .text = {}, .problems = {e.what()}};
        }
    }

    void set_up();
    Result<void, ListenError> listen(std::uint16_t wanted);

    Draw draw;
    std::string page;
    std::mutex mutex;
    httplib::Server server;
    std::uint16_t port = 0;
    std::thread thread;
};

void PreviewServer::Impl::set_up() {
    server.set_socket_options(reuse_address);
    server.set_default_headers({{"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}});
    server.set_pre_routing_handler([](const httplib::Request& request, httplib::Response& response) {
        if (is_this_machine(request.get_header_value("Host")))
            return httplib::Server::HandlerResponse::Unhandled;
        response.status = 403;
        response.set_content("This is for the machine it runs on.\n", "text/plain");
        return httplib::Server::HandlerResponse::Handled;
    });
    server.Get("/", [this](const auto&, auto& response) { response.set_content(page, html_type); });
    server.Get("/mail", [this](const httplib::Request& request, httplib::Response& response) {
        const std::string scheme = request.get_param_value("scheme");
        const std::string html = drawn().html;
        response.set_header("Content-Security-Policy", mail_policy);
        response.set_content(scheme == "dark" || scheme == "light" ? under_scheme(html, scheme) : html,
                             html_type);
    });
    server.Get("/text", [this](const auto&, auto& response) {
        response.set_content(drawn().text, "text/plain; charset=utf-8");
    });
    server.Get("/state", [this](const auto&, auto& response) {
        response.set_content(state_of(drawn()), "application/json");
    });
}

Result<void, ListenError> PreviewServer::Impl::listen(std::uint16_t wanted) {
    set_up();
    errno = 0;
    const int bound = wanted == 0                                ? server.bind_to_any_port("127.0.0.1")
                      : server.bind_to_port("127.0.0.1", wanted) ? wanted
                                                                 : -1;
    if (bound <= 0) return failure(cannot_listen("127.0.0.1", wanted, errno));
    port = static_cast<std::uint16_t>(bound);
    thread = std::thread([this] { server.listen_after_bind(); });
    while (!server.is_running()) std::this_thread::yield();
    return {};
}

PreviewServer::PreviewServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PreviewServer::PreviewServer(PreviewServer&&) noexcept = default;
PreviewServer& PreviewServer::operator=(PreviewServer&&) noexcept = default;
PreviewServer::~PreviewServer() = default;

Result<PreviewServer, ListenError> PreviewServer::start(Draw draw, const std::filesystem::path& page,
                                                        std::uint16_t port) {
    auto content = read_file(page, page_limit);
    if (!content) return failure(ListenError{content.error().message});
    auto impl = std::make_unique<Impl>(std::move(draw), std::move(*content));
    if (auto listening = impl->listen(port); !listening) return failure(listening.error());
    return PreviewServer(std::move(impl));
}

std::uint16_t PreviewServer::port() const {
    return impl_->port;
}

}  // namespace paperround::web
