#include "public/join_routes.hpp"

#include <fmt/format.h>

#include <utility>

#include "audience/checked_subscriber.hpp"
#include "base/text/date_time.hpp"
#include "base/utf8.hpp"
#include "public/archive_feed.hpp"
#include "public/join_form.hpp"
#include "public/look.hpp"
#include "public/page_answer.hpp"
#include "public/preferences_routes.hpp"
#include "web/client_address.hpp"

namespace paperround::pages {

namespace {

using web::HttpRequest;
using web::HttpResponse;
using web::Page;

constexpr std::size_t shown_address_limit = 254;

// 2026-11-20: a day that is read alike everywhere.
std::string day_of(Time time) {
    return format_rfc3339(time).substr(0, 10);
}

}  // namespace

std::string join_url(const config::Settings& settings, std::string_view newsletter) {
    return fmt::format("{}{}{}", settings.public_url, join_path, newsletter);
}

std::string confirm_url(const config::Settings& settings, std::string_view token) {
    return fmt::format("{}{}{}", settings.public_url, confirm_path, token);
}

std::string why_url(const config::Settings& settings, std::string_view token) {
    return fmt::format("{}{}{}", settings.public_url, why_path, token);
}

bool JoinRoutes::owns(std::string_view path) const {
    return path.starts_with(join_path) || path.starts_with(confirm_path) || path.starts_with(why_path);
}

web::Admission JoinRoutes::admit(const HttpRequest& head) {
    const bool posts = head.method == "POST";
    web::Admission admission{.body_limit = posts ? join_form_limit : 0, .answer = {}};
    if (head.path.starts_with(why_path)) {
        return {.answer = [this, token = head.path.substr(why_path.size())](const HttpRequest& request) {
            return say_why(token, request);
        }};
    }
    if (head.path.starts_with(confirm_path)) {
        admission.answer = [this, posts,
                            token = head.path.substr(confirm_path.size())](const HttpRequest& request) {
            return posts ? confirm(token, request) : show_button(token, request);
        };
        return admission;
    }
    const config::Newsletter* newsletter = settings_.find_newsletter(head.path.substr(join_path.size()));
    if (newsletter == nullptr || !newsletter->subscribe) {
        return {
            .answer = [this](const HttpRequest& request) { return nameless(404, Page::absent, request); }};
    }
    admission.answer = [this, posts, newsletter](const HttpRequest& request) {
        return posts ? ask(*newsletter, request) : show_form(*newsletter, request);
    };
    return admission;
}

HttpResponse JoinRoutes::show_form(const config::Newsletter& newsletter, const HttpRequest& request) const {
    return form_page(Page::subscribe, newsletter, request, {});
}

HttpResponse JoinRoutes::ask(const config::Newsletter& newsletter, const HttpRequest& request) const {
    if (request.too_large) return nameless(413, Page::refused, request);
    const auto form = request.complete ? read_join_form(request.body) : std::nullopt;
    if (!form) return nameless(400, Page::refused, request);
    const auto reader = audience::checked_subscriber(form->address, {}, {});
    if (!reader) return form_page(Page::no_address, newsletter, request, form->address);
    web::PageContent content = content_for(newsletter, request);
    content.address = reader->address;
    const Page answer = newsletter.confirm ? Page::asked : Page::joined;
    if (form->trapped) return page(200, answer, content);
    if (!is_in_time(newsletter, form->stamp))
        return form_page(Page::again, newsletter, request, form->address);
    joining_.ask(newsletter, {.address = reader->address,
                              .language = pages_->language_for(content.language),
                              .form = join_url(settings_, newsletter.name),
                              .client = web::client_of(request, settings_.http.trusted_proxies)});
    return page(200, answer, content);
}

HttpResponse JoinRoutes::show_button(const std::string& token, const HttpRequest& request) const {
    const auto confirmable = joining_.describe(token);
    return confirmable ? about(Page::confirm, *confirmable) : nameless(404, Page::expired, request);
}

HttpResponse JoinRoutes::confirm(const std::string& token, const HttpRequest& request) const {
    if (request.too_large) return nameless(413, Page::refused, request);
    const auto form = request.complete ? read_join_form(request.body) : std::nullopt;
    if (!form || !form->confirms) return nameless(400, Page::refused, request);
    const auto confirmed = joining_.confirm(token);
    return confirmed ? about(Page::confirmed, *confirmed) : nameless(404, Page::expired, request);
}

HttpResponse JoinRoutes::say_why(const std::string& token, const HttpRequest& request) const {
    const auto reason = joining_.why(token);
    if (!reason) return nameless(404, Page::unknown, request);
    const config::Newsletter* newsletter = settings_.find_newsletter(reason->newsletter);
    const auto& [name, member, consent] = *reason;
    const bool confirmed = consent && consent->confirmed_at;
    const auto language = member.subscriber.attributes.find("language");
    web::PageContent content{
        .newsletter_title = newsletter == nullptr ? name : newsletter->title,
        .language = language == member.subscriber.attributes.end() ? "" : language->second,
        .address = member.subscriber.address,
        .look = newsletter == nullptr ? web::Look{} : look_of(newsletter->theme)};
    content.language += "," + (newsletter == nullptr ? std::string("en") : newsletter->language);
    content.asked_on = day_of(confirmed ? consent->asked_at : member.since);
    if (confirmed) {
        content.confirmed_on = day_of(*consent->confirmed_at);
        content.form_url = consent->form;
    }
    content.preferences_url = preferences_url(settings_, signer_, name, member.subscriber.id);
    if (member.state == audience::State::active)
        content.link = fmt::format("{}/u/{}", settings_.public_url, token);
    return page(200, confirmed ? Page::why : Page::listed, content);
}

bool JoinRoutes::is_in_time(const config::Newsletter& newsletter, std::string_view stamp) const {
    const auto shown = signer_.verify_form(stamp);
    if (!shown || shown->newsletter != newsletter.name) return false;
    const Duration took = clock_.now() - shown->shown;
    return took >= least_time_to_fill_in && took <= most_time_to_fill_in;
}

web::PageContent JoinRoutes::content_for(const config::Newsletter& newsletter,
                                         const HttpRequest& request) const {
    return {.newsletter_title = newsletter.title,
            .language = languages_of(request, newsletter),
            .address = {},
            .look = look_of(newsletter.theme),
            .archive_url = archive_url_if_any(settings_, newsletter)};
}

HttpResponse JoinRoutes::page(int status, Page which, const web::PageContent& content) const {
    return page_answer(*pages_, status, which, content);
}

HttpResponse JoinRoutes::form_page(Page which, const config::Newsletter& newsletter,
                                   const HttpRequest& request, std::string address) const {
    web::PageContent content = content_for(newsletter, request);
    if (address.size() > shown_address_limit || !is_utf8(address)) address.clear();
    content.form = {
        .address = std::move(address),
        .stamp = signer_.sign(audience::FormStamp{.newsletter = newsletter.name, .shown = clock_.now()}),
        .confirms = newsletter.confirm};
    return page(which == Page::no_address ? 422 : 200, which, content);
}

HttpResponse JoinRoutes::about(Page which, const Confirmable& confirmable) const {
    const config::Newsletter* newsletter = settings_.find_newsletter(confirmable.newsletter);
    return page(200, which,
                {.newsletter_title = newsletter == nullptr ? confirmable.newsletter : newsletter->title,
                 .language = confirmable.language,
                 .address = confirmable.address,
                 .look = newsletter == nullptr ? web::Look{} : look_of(newsletter->theme),
                 .archive_url = newsletter == nullptr ? "" : archive_url_if_any(settings_, *newsletter)});
}

HttpResponse JoinRoutes::nameless(int status, Page which, const HttpRequest& request) const {
    return nameless_answer(*pages_, status, which, request);
}

}  // namespace paperround::pages
