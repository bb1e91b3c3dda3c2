#include "public/preferences_routes.hpp"

#include <fmt/format.h>

#include "audience/checked_subscriber.hpp"
#include "pipeline/press/letter.hpp"
#include "public/look.hpp"
#include "public/page_answer.hpp"
#include "web/client_address.hpp"

namespace paperround::pages {

using web::HttpRequest;
using web::HttpResponse;
using web::Page;

std::string preferences_url(const config::Settings& settings, const audience::TokenSigner& signer,
                            std::string_view newsletter, std::int64_t subscriber_id) {
    return fmt::format("{}{}{}", settings.public_url, preferences_path,
                       signer.sign(audience::Token{.purpose = audience::Purpose::preferences,
                                                   .newsletter = std::string(newsletter),
                                                   .subscriber_id = subscriber_id}));
}

web::Admission PreferencesRoutes::admit(const HttpRequest& head) {
    std::string token = head.path.substr(preferences_path.size());
    if (head.method != "POST")
        return {.answer = [this, token = std::move(token)](const HttpRequest& request) {
            return show(token, request);
        }};
    return {.body_limit = preferences_form_limit,
            .answer = [this, token = std::move(token)](const HttpRequest& request) {
                return save(token, request);
            }};
}

HttpResponse PreferencesRoutes::show(const std::string& token, const HttpRequest& request) const {
    const auto choices = preferences_.describe(token);
    return choices ? page(Page::preferences, *choices)
                   : nameless_answer(*pages_, 404, Page::unknown, request);
}

HttpResponse PreferencesRoutes::save(const std::string& token, const HttpRequest& request) const {
    if (request.too_large) return nameless_answer(*pages_, 413, Page::refused, request);
    auto form = request.complete ? read_preferences_form(request.body) : std::nullopt;
    if (!form) return nameless_answer(*pages_, 400, Page::refused, request);
    const auto choices = preferences_.describe(token);
    if (!choices) return nameless_answer(*pages_, 404, Page::unknown, request);
    const auto checked = audience::checked_subscriber(choices->reader.address, form->name, {});
    if (!checked || !pages_->speaks(form->language))
        return nameless_answer(*pages_, 400, Page::refused, request);
    form->name = checked->name;
    const auto saved = preferences_.save(token, *form,
                                         {.form = settings_.public_url + std::string(preferences_path),
                                          .shown_language = pages_->language_for(languages_for(*choices)),
                                          .client = web::client_of(request, settings_.http.trusted_proxies)});
    return saved ? page(Page::saved, *saved) : nameless_answer(*pages_, 404, Page::unknown, request);
}

std::string PreferencesRoutes::languages_for(const ReaderChoices& choices) const {
    const config::Newsletter* newsletter = settings_.find_newsletter(choices.newsletter);
    return fmt::format("{},{}", pipeline::language_of(choices.reader),
                       newsletter == nullptr ? "en" : newsletter->language);
}

HttpResponse PreferencesRoutes::page(Page which, const ReaderChoices& choices) const {
    const config::Newsletter* newsletter = settings_.find_newsletter(choices.newsletter);
    web::PageContent content{
        .newsletter_title = newsletter == nullptr ? choices.newsletter : newsletter->title,
        .language = languages_for(choices),
        .address = choices.reader.address,
        .look = newsletter == nullptr ? web::Look{} : look_of(newsletter->theme)};
    content.preferences.name = choices.reader.name;
    for (const Choice& choice : choices.choices)
        content.preferences.lists.push_back({choice.newsletter, choice.title, choice.reads});
    return page_answer(*pages_, 200, which, content);
}

}  // namespace paperround::pages
