#include "daemon/pages/unsubscribe_links.hpp"

#include "audience/audience_store.hpp"
#include "pipeline/press/letter.hpp"
#include "public/join_routes.hpp"
#include "public/look.hpp"
#include "public/preferences_routes.hpp"

namespace paperround::daemon {

std::optional<web::SubscriptionView> UnsubscribeLinks::describe(std::string_view text) {
    const auto token = service_->signer().verify(audience::Purpose::leave, text);
    if (!token) return std::nullopt;
    const Lock lock(mutex_);
    audience::AudienceStore audience(database_);
    const auto reader = audience.find(token->subscriber_id);
    if (!reader) return std::nullopt;
    const auto member = audience.member(token->newsletter, token->subscriber_id);
    // The reader's language comes first; the newsletter's is used if there are no pages in it.
    const std::string language(pipeline::language_of(*reader));
    // Readers can still leave a newsletter that is no longer configured.
    const config::Newsletter* newsletter = service_->settings().find_newsletter(token->newsletter);
    return web::SubscriptionView{
        .newsletter_title = newsletter != nullptr ? newsletter->title : token->newsletter,
        .language = language + "," + (newsletter != nullptr ? newsletter->language : "en"),
        .address = reader->address,
        .active = member && member->state == audience::State::active,
        .look = newsletter != nullptr ? pages::look_of(newsletter->theme) : web::Look{},
        .why_link = pages::why_url(service_->settings(), text),
        .preferences_link =
            pages::preferences_url(service_->settings(), service_->signer(), token->newsletter, reader->id)};
}

web::LeaveResult UnsubscribeLinks::leave(std::string_view text) {
    const auto token = service_->signer().verify(audience::Purpose::leave, text);
    if (!token) return web::LeaveResult::unknown_link;
    switch (service_->departures().leave(*token)) {
        case pipeline::Left::now:
            return web::LeaveResult::left;
        case pipeline::Left::before:
            return web::LeaveResult::already_left;
        case pipeline::Left::unknown:
            break;
    }
    return web::LeaveResult::unknown_link;
}

}  // namespace paperround::daemon
