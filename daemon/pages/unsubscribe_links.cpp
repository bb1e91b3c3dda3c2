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
    const auto reader = departure_.reader_of(*token);
    if (!reader) return std::nullopt;
    const auto member = audience::AudienceStore(database_).member(token->newsletter, token->subscriber_id);
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
    const Lock lock(mutex_);
    // A change in a file that was replaced would be lost.
    if (database_.files_replaced())
        throw db::Error(db::Error::Code::other, "the database was replaced while it was open");
    if (!departure_.reader_of(*token)) return web::LeaveResult::unknown_link;
    return departure_.leave(*token) ? web::LeaveResult::left : web::LeaveResult::already_left;
}

}  // namespace paperround::daemon
