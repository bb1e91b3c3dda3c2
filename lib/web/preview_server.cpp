#include "web/preview_server.hpp"
#include "base/mutex.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace paperround::web {

namespace {

constexpr std::uint64_t page_limit = 256UL << 10U;
constexpr auto html_type = "text/html; charset=utf-8";
// The mail's content is not trusted: it may show pictures and use its own styles, and run nothing.
constexpr auto mail_policy =
    "default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'; sandbox allow-popups";

// "localhost:8026". Another site's name that resolves to this machine (DNS rebinding) must not read drafts.
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

    Preview drawn() {
        const Lock lock(mutex);
        try {
            return draw();
        } catch (const std::exception& e) {
            return {.subject = {}, .html = {}, .text = {}, .problems = {e.what()}};
        }
    }
    HttpResponse answer(const HttpRequest& request);

    Draw draw GUARDED_BY(mutex);  // one at a time
    std::string page;
    Mutex mutex;
    std::optional<Listener> listener;  // declared last: destroyed before the members that it uses
};

HttpResponse PreviewServer::Impl::answer(const HttpRequest& request) {
    const auto make = [](std::string type, std::string body) {
        return HttpResponse{.type = std::move(type),
                            .body = std::move(body),
                            .fields = {{"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}}};
    };
    HttpResponse refused = make("text/plain", "");
    if (!is_this_machine(request.field("Host"))) {
        refused.status = 403;
        refused.body = "This is for the machine it runs on.\n";
        return refused;
    }
    refused.status = request.method == "GET" ? 404 : 405;
    if (request.method != "GET") return refused;
    if (request.path == "/") return make(html_type, page);
    if (request.path == "/text") return make("text/plain; charset=utf-8", drawn().text);
    if (request.path == "/state") return make("application/json", state_of(drawn()));
    if (request.path != "/mail") return refused;
    std::string html = drawn().html;
    for (const std::string scheme : {"dark", "light"}) {
        if (request.query == "scheme=" + scheme) html = under_scheme(html, scheme);
    }
    HttpResponse mail = make(html_type, std::move(html));
    mail.fields.emplace_back("Content-Security-Policy", mail_policy);
    return mail;
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
    const auto admit = [server = impl.get()](const HttpRequest&) {
        return Admission{.answer = [server](const HttpRequest& request) { return server->answer(request); }};
    };
    auto listener = Listener::start(admit, {.port = port, .workers = 2});
    if (!listener) return failure(listener.error());
    impl->listener.emplace(std::move(*listener));
    return PreviewServer(std::move(impl));
}

std::uint16_t PreviewServer::port() const {
    return impl_->listener->port();
}

}  // namespace paperround::web
