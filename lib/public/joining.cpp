#include "public/joining.hpp"

#include "audience/audience_store.hpp"
#include "audience/past/forgotten_store.hpp"
#include "audience/series_store.hpp"
#include "public/hand_suppression.hpp"
#include "queue/store/delivery_store.hpp"

namespace paperround::pages {

using audience::AudienceStore;
using audience::JoinRequest;
using audience::JoinState;
using audience::JoinStore;

namespace {

Confirmable confirmable(const JoinRequest& request) {
    return {.newsletter = request.newsletter, .address = request.address, .language = request.language};
}

}  // namespace

void Joining::ask(const config::Newsletter& newsletter, const Asking& asking) {
    const Time now = clock_.now();
    if (!clients_.admit(asking.client, now)) return;
    JoinRequest request{.newsletter = newsletter.name,
                        .address = asking.address,
                        .language = asking.language,
                        .form = asking.form,
                        .network = asking.client ? to_text(neighbourhood_of(*asking.client)) : "",
                        .asked_at = now,
                        .due = now};
    const Lock lock(mutex_);
    require_own_files();
    db::Transaction transaction(database());
    if (!newsletter.confirm && joins_unasked(newsletter, asking.address)) {
        request.state = JoinState::no_mail;
        JoinStore(database()).add(request);
        subscribe(request);
        return transaction.commit();
    }
    if (!may_mail(asking.address)) return;
    if (is_suppressed_by_hand(database(), asking.address)) {
        // No mail, not even this one. The request is on record for whoever may lift that.
        request.id = JoinStore(database()).add(request);
        request.state = JoinState::failed;
        request.reply = "the address is suppressed by hand: not asked to confirm";
        JoinStore(database()).finish(request);
        return transaction.commit();
    }
    JoinStore(database()).add(request);
    transaction.commit();
    if (on_asked_) on_asked_();
}

std::optional<Confirmable> Joining::describe(std::string_view token) {
    const Lock lock(mutex_);
    const auto request = request_of(token);
    if (!request || request->confirmed_at || is_suppressed_by_hand(database(), request->address))
        return std::nullopt;
    return confirmable(*request);
}

std::optional<Confirmable> Joining::confirm(std::string_view token) {
    // What is not ours takes nobody's turn with the database.
    if (!signer_.verify_confirm(token, clock_.now())) return std::nullopt;
    const Lock lock(mutex_);
    require_own_files();
    db::Transaction transaction(database());
    const auto request = request_of(token);
    if (!request || is_suppressed_by_hand(database(), request->address)) return std::nullopt;
    // A link that was used joins nobody who has left since.
    if (request->confirmed_at) return reads(*request) ? std::optional(confirmable(*request)) : std::nullopt;
    static_cast<void>(JoinStore(database()).confirm(request->id, clock_.now()));
    subscribe(*request);
    transaction.commit();
    return confirmable(*request);
}

std::optional<Reason> Joining::why(std::string_view leave_token) {
    const auto token = signer_.verify(audience::Purpose::leave, leave_token);
    if (!token) return std::nullopt;
    const Lock lock(mutex_);
    auto member = AudienceStore(database()).member(token->newsletter, token->subscriber_id);
    if (!member) return std::nullopt;
    auto consent = JoinStore(database()).consent_of(token->newsletter, member->subscriber.address);
    return Reason{
        .newsletter = token->newsletter, .member = std::move(*member), .consent = std::move(consent)};
}

db::Database& Joining::database() {
    if (!database_) database_.emplace(open_());
    return *database_;
}

bool Joining::may_mail(std::string_view address) {
    JoinStore requests(database());
    const Time now = clock_.now();
    return requests.mails_asked_for(address, now - between_mails) == 0 &&
           requests.mails_asked_for(address, now - counted_for) < most_mails;
}

// Somebody new, or who reads already: neither has told us not to write.
bool Joining::joins_unasked(const config::Newsletter& newsletter, std::string_view address) {
    AudienceStore audience(database());
    if (audience.is_suppressed(address, newsletter.name) ||
        audience::ForgottenStore(database()).find(address))
        return false;
    const auto reader = audience.find(address);
    if (!reader) return true;
    const auto member = audience.member(newsletter.name, reader->id);
    return !member || member->state == audience::State::active;
}

std::optional<JoinRequest> Joining::request_of(std::string_view token) {
    const auto link = signer_.verify_confirm(token, clock_.now());
    if (!link) return std::nullopt;
    const config::Newsletter* newsletter = settings_.find_newsletter(link->newsletter);
    if (newsletter == nullptr || !newsletter->subscribe) return std::nullopt;
    auto request = JoinStore(database()).find(link->request_id);
    return request && request->newsletter == link->newsletter ? request : std::nullopt;
}

void Joining::subscribe(const JoinRequest& request) {
    AudienceStore audience(database());
    const Time now = clock_.now();
    const bool read = reads(request);
    const auto suppression = audience.find_suppression(request.address);  // of all newsletters
    const auto before = audience.find(request.address);
    if (suppression && suppression->reason != "bounced" && before) {
        audience.leave_others(request.newsletter, before->id, suppression->reason, now);
        static_cast<void>(
            queue::DeliveryStore(database()).withdraw("", before->id, queue::DeliveryState::suppressed, now));
    }
    static_cast<void>(audience.unsuppress(request.address, request.newsletter));
    audience::Subscriber reader{.id = 0, .address = request.address, .name = {}, .attributes = {}};
    // Who is known keeps the language that he has.
    if (!before || !before->attributes.contains("language")) reader.attributes["language"] = request.language;
    const auto subscription =
        audience.subscribe(request.newsletter, reader, now, "page " + request.form, audience::Again::yes);
    const config::Newsletter* newsletter = settings_.find_newsletter(request.newsletter);
    // Who reads already is greeted by nobody.
    if (!read && newsletter != nullptr && newsletter->welcome)
        audience::SeriesStore(database()).join(request.newsletter, subscription.subscriber_id, now);
}

bool Joining::reads(const JoinRequest& request) {
    AudienceStore audience(database());
    const auto reader = audience.find(request.address);
    return reader && audience.is_active(request.newsletter, reader->id);
}

// A change in a file that was replaced would be lost.
void Joining::require_own_files() {
    if (database().files_replaced())
        throw db::Error(db::Error::Code::other, "the database was replaced while it was open");
}

}  // namespace paperround::pages
