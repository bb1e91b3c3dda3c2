#include "web/server.hpp"
#include "base/mutex.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "web/hub_routes.hpp"
#include "web/leaving_routes.hpp"
#include "web/request_path.hpp"
#include "web/status_routes.hpp"

namespace paperround::web {

namespace {

constexpr std::size_t path_limit = 1024;  // a token has 134 characters at most
constexpr auto retry_after = "120";       // seconds
constexpr auto html = "text/html; charset=utf-8";

// The groups of pages that requests are served from. A request keeps the Site with which it began.
struct Site {
    std::vector<std::shared_ptr<Routes>> groups;
    std::string base_path;
};

// RFC 9110 §8.4.1: `identity` means that there is no coding.
bool is_encoded(const HttpRequest& request) {
    const std::string_view coding = trim(request.field("Content-Encoding"));
    return !coding.empty() && !ascii_iequals(coding, "identity");
}

bool allows(std::string_view methods, std::string_view method) {
    const auto all = split(methods, ',');
    return std::ranges::any_of(all, [&](std::string_view each) { return trim(each) == method; });
}

bool names(const HttpFields& fields, std::string_view name) {
    return std::ranges::any_of(fields, [&](const auto& field) { return ascii_iequals(field.first, name); });
}

// A shared_ptr that owns nothing: the object is somebody else's, for as long as the server uses it.
template <class T>
std::shared_ptr<T> borrowed(T* lent) {
    return {lent, [](T*) {}};
}

}  // namespace

struct WebServer::Impl {
    Impl(Pages the_pages, ServerOptions the_options)
        : pages(std::move(the_pages)),
          options(std::move(the_options)),
          common_fields{{"Content-Security-Policy", pages.security_policy()},
                        {"Referrer-Policy", "no-referrer"},
                        {"X-Content-Type-Options", "nosniff"},
                        {"X-Frame-Options", "DENY"},
                        {"X-Robots-Tag", "noindex, nofollow"},
                        {"Cache-Control", "no-store"},
                        {"Cross-Origin-Resource-Policy", "same-origin"}} {}

    void show(std::shared_ptr<const Site> next) {
        const Lock lock(mutex);
        site.swap(next);
    }
    [[nodiscard]] std::shared_ptr<const Site> present_site() const {
        const Lock lock(mutex);
        return site;
    }
    [[nodiscard]] std::shared_ptr<const Site> site_of(
        const std::shared_ptr<UnsubscribeHandler>& unsubscribing, const std::shared_ptr<HubCallbacks>& hubs,
        std::string base_path, const std::vector<std::shared_ptr<Routes>>& more = {}) const;
    [[nodiscard]] Admission admit(const HttpRequest& head) const;
    [[nodiscard]] Admission admit_to(const Site& shown, const HttpRequest& head) const;
    [[nodiscard]] Admission refuse(int status, Page page, HttpFields fields = {}) const;
    [[nodiscard]] HttpResponse unavailable(const HttpRequest& request, std::string_view why) const;

    Pages pages;
    ServerOptions options;
    HttpFields common_fields;
    mutable Mutex mutex;
    std::shared_ptr<const Site> site GUARDED_BY(mutex);
    std::optional<Listener> listener;  // declared last: destroyed before the members that it uses
};

// All groups of pages. Their order does not matter: they share no path.
std::shared_ptr<const Site> WebServer::Impl::site_of(const std::shared_ptr<UnsubscribeHandler>& unsubscribing,
                                                     const std::shared_ptr<HubCallbacks>& hubs,
                                                     std::string base_path,
                                                     const std::vector<std::shared_ptr<Routes>>& more) const {
    auto made = std::make_shared<Site>();
    made->base_path = std::move(base_path);
    made->groups.push_back(std::make_shared<StatusRoutes>(pages, options.ailment, options.ready));
    made->groups.push_back(std::make_shared<LeavingRoutes>(unsubscribing, pages, options.on_failure));
    if (hubs) made->groups.push_back(std::make_shared<HubRoutes>(hubs));
    made->groups.insert(made->groups.end(), more.begin(), more.end());
    return made;
}

Admission WebServer::Impl::admit(const HttpRequest& head) const {
    const auto shown = present_site();
    HttpRequest routed = head;
    if (routed.path.size() <= path_limit) routed.path = routed_path(routed.path, shown->base_path);
    Admission admission;
    try {
        admission = admit_to(*shown, routed);
    } catch (const std::exception& e) {
        admission.answer = [this, why = std::string(e.what())](const HttpRequest& request) {
            return unavailable(request, why);
        };
    }
    admission.answer = [this, shown, answer = std::move(admission.answer)](const HttpRequest& request) {
        HttpResponse response;
        try {
            response = answer(request);
        } catch (const std::exception& e) {
            response = unavailable(request, e.what());
        }
        // What an answer says itself counts, as its own policy.
        for (const auto& common : common_fields) {
            if (!names(response.fields, common.first)) response.fields.push_back(common);
        }
        return response;
    };
    return admission;
}

Admission WebServer::Impl::admit_to(const Site& shown, const HttpRequest& head) const {
    if (head.path.size() > path_limit) return refuse(414, Page::refused);
    const auto group =
        std::ranges::find_if(shown.groups, [&](const auto& each) { return each->owns(head.path); });
    const bool known = group != shown.groups.end();
    const std::string_view methods = known ? (*group)->methods() : "GET, HEAD";
    if (!allows(methods, head.method)) return refuse(405, Page::refused, {{"Allow", std::string(methods)}});
    if (is_encoded(head)) return refuse(415, Page::refused);
    return known ? (*group)->admit(head) : refuse(404, Page::absent);
}

Admission WebServer::Impl::refuse(int status, Page page, HttpFields fields) const {
    return {.answer = [this, status, page, fields = std::move(fields)](const HttpRequest& request) {
        return HttpResponse{.status = status,
                            .type = html,
                            .body = pages.render(page, request.field("Accept-Language")),
                            .fields = fields};
    }};
}

HttpResponse WebServer::Impl::unavailable(const HttpRequest& request, std::string_view why) const {
    if (options.on_failure) options.on_failure(std::string(why));
    return {.status = 503,
            .type = html,
            .body = pages.render(Page::unavailable, request.field("Accept-Language")),
            .fields = {{"Retry-After", retry_after}}};
}

WebServer::WebServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
WebServer::WebServer(WebServer&&) noexcept = default;
WebServer& WebServer::operator=(WebServer&&) noexcept = default;
WebServer::~WebServer() = default;

Result<WebServer, ListenError> WebServer::start(UnsubscribeHandler& unsubscribing, Pages pages,
                                                ServerOptions options) {
    auto impl = std::make_unique<Impl>(std::move(pages), std::move(options));
    impl->show(
        impl->site_of(borrowed(&unsubscribing), borrowed(impl->options.hubs), impl->options.base_path));
    auto listener =
        Listener::start([server = impl.get()](const HttpRequest& head) { return server->admit(head); },
                        {.host = impl->options.host,
                         .port = impl->options.port,
                         .workers = impl->options.workers,
                         .connections = impl->options.connections,
                         .times = impl->options.times});
    if (!listener) return failure(listener.error());
    impl->listener.emplace(std::move(*listener));
    return WebServer(std::move(impl));
}

void WebServer::serve(const std::shared_ptr<UnsubscribeHandler>& unsubscribing,
                      const std::shared_ptr<HubCallbacks>& hubs, std::string base_path,
                      const std::vector<std::shared_ptr<Routes>>& more) {
    impl_->show(impl_->site_of(unsubscribing, hubs, std::move(base_path), more));
}

std::uint16_t WebServer::port() const {
    return impl_->listener->port();
}

}  // namespace paperround::web
