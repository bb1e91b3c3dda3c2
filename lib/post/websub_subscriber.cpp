#include "post/websub_subscriber.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/address/url.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "websub/websub_timing.hpp"

namespace paperround::post {

namespace {

using websub::event_of;
using EventKind = websub::WebSubEvent::Kind;
using State = websub::SubscriptionState;

constexpr Duration longest_hub_pause = std::chrono::hours(24);
constexpr std::size_t longest_words = 200;

const config::Source* find_source(const config::Settings& settings,
                                  const websub::Subscription& subscription) {
    const config::Newsletter* newsletter = settings.find_newsletter(subscription.newsletter);
    if (newsletter == nullptr) return nullptr;
    const auto found =
        std::ranges::find(newsletter->sources, subscription.location, &config::Source::location);
    return found == newsletter->sources.end() ? nullptr : &*found;
}

// W3C WebSub §5.1: 202; some hubs answer 204 once they have verified.
bool is_taken(const Result<net::HttpResponse, net::HttpError>& answer) {
    return answer && answer->status >= 200 && answer->status < 300;
}

// What the hub said, for the log; hubs describe their errors as plain text. One that repeats the request must
// not get its secrets into the database.
std::string failure_of(const Result<net::HttpResponse, net::HttpError>& answer, const websub::WebSubKey& key,
                       const websub::Subscription& called) {
    if (!answer) return answer.error().message;
    std::string words = without_control_characters(collapse_spaces(to_valid_utf8(answer->body)));
    words = key.without_secrets(words, called.nonce);
    return fmt::format("it answered {}{}{}", answer->status, words.empty() ? "" : ": ",
                       utf8_prefix(words, longest_words));
}

}  // namespace

bool wants_websub(const config::Settings& settings, const config::Source& source,
                  const websub::HubAnnouncement& announced) {
    if (!settings.public_url_given || !source.websub || announced.hub.empty()) return false;
    const auto url = parse_url(settings.public_url);
    return url && (announced.local || !is_loopback(url->host));
}

WebSubSubscriber::WebSubSubscriber(db::Database& database, net::FormClient& http,
                                   const websub::WebSubKey& key, const Clock& clock, Random& random)
    : database_(database),
      store_(database),
      posts_(database),
      http_(http),
      key_(key),
      clock_(clock),
      random_(random) {}

std::vector<websub::WebSubEvent> WebSubSubscriber::reconcile(const config::Settings& settings) {
    const Time now = clock_.now();
    std::vector<std::pair<std::int64_t, bool>> changing;  // its id, and whether it is wanted
    for (const websub::Subscription& each : store_.all()) {
        const bool wanted = is_wanted(settings, each);
        const bool lapsed = each.state == State::active && each.lease_end <= now;
        if (lapsed || (!wanted && each.state != State::unsubscribing)) changing.emplace_back(each.id, wanted);
    }
    const auto fresh = missing(settings);
    std::vector<websub::WebSubEvent> events;
    if (changing.empty() && fresh.empty()) return events;
    db::Transaction transaction(database_);
    for (const auto& [id, wanted] : changing) {
        auto subscription = store_.find(id);
        if (!subscription) continue;
        if (auto told = renew_or_end(std::move(*subscription), wanted)) events.push_back(std::move(*told));
    }
    for (const websub::Subscription& each : fresh) store_.add(each);
    transaction.commit();
    return events;
}

bool WebSubSubscriber::is_wanted(const config::Settings& settings,
                                 const websub::Subscription& subscription) const {
    const config::Source* source = find_source(settings, subscription);
    if (source == nullptr || subscription.public_url != settings.public_url) return false;
    const auto announced = store_.announced(subscription.newsletter, subscription.location);
    if (!announced || !wants_websub(settings, *source, *announced) || *announced != subscription.at)
        return false;
    const auto state = posts_.find_source(subscription.newsletter, subscription.location);
    return state && !state->gone;
}

std::vector<websub::Subscription> WebSubSubscriber::missing(const config::Settings& settings) const {
    const auto known = store_.all();
    std::vector<websub::Subscription> fresh;
    for (const config::Newsletter& newsletter : settings.newsletters) {
        for (const config::Source& source : newsletter.sources) {
            const auto announced = store_.announced(newsletter.name, source.location);
            if (!announced) continue;
            websub::Subscription wanted;
            wanted.newsletter = newsletter.name;
            wanted.location = source.location;
            wanted.at = *announced;
            wanted.public_url = settings.public_url;
            const bool there = std::ranges::any_of(known, [&](const websub::Subscription& each) {
                return each.state != State::unsubscribing && each.newsletter == wanted.newsletter &&
                       each.location == wanted.location && each.at == wanted.at &&
                       each.public_url == wanted.public_url;
            });
            if (there || !is_wanted(settings, wanted)) continue;
            wanted.nonce = random_.bytes(websub::WebSubKey::nonce_size);
            wanted.next_call = clock_.now();
            fresh.push_back(std::move(wanted));
        }
    }
    return fresh;
}

// One that has lapsed is asked for anew; one that is not wanted is ended, where the hub may know of it. In
// both cases the source is polled as usual again, and at once.
std::optional<websub::WebSubEvent> WebSubSubscriber::renew_or_end(websub::Subscription subscription,
                                                                  bool wanted) {
    const Time now = clock_.now();
    const bool was_active = subscription.state == State::active;
    // What names another hub now has just been read; a feed that does so each time is not read in a circle.
    const auto announced = store_.announced(subscription.newsletter, subscription.location);
    const bool replaced = announced && *announced != subscription.at;
    if (was_active && !replaced) posts_.poll_soon(subscription.newsletter, subscription.location);
    const bool lapsed = was_active && subscription.lease_end <= now;
    if (wanted) {
        if (!lapsed) return std::nullopt;
        subscription.state = State::subscribing;
        store_.save(subscription);
        return event_of(EventKind::lapsed, subscription, subscription.last_error);
    }
    const bool known_there = subscription.pushes(now) || subscription.verify_until > Time{};
    if (!known_there || subscription.state == State::denied) {
        store_.remove(subscription.id);
        return std::nullopt;
    }
    subscription.state = State::unsubscribing;
    subscription.failures = 0;
    subscription.verify_until = {};
    subscription.next_call = now;
    store_.save(subscription);
    return std::nullopt;
}

void WebSubSubscriber::catch_up() {
    const Time now = clock_.now();
    db::Transaction transaction(database_);
    for (const websub::Subscription& each : store_.all()) {
        if (each.pushes(now)) posts_.poll_soon(each.newsletter, each.location);
    }
    transaction.commit();
}

std::optional<websub::WebSubEvent> WebSubSubscriber::call_next() {
    auto called = begin_call();
    if (!called) return std::nullopt;
    if (called->state == State::unsubscribing && called->failures > websub::most_farewells) {
        return event_of(EventKind::given_up, *called, called->last_error);
    }
    return conclude(*called, http_.post(request_for(*called)));
}

// Recorded before the hub is asked: it may verify before it answers. A farewell too many ends the record.
std::optional<websub::Subscription> WebSubSubscriber::begin_call() {
    const Time now = clock_.now();
    if (!store_.due(now)) return std::nullopt;
    db::Transaction transaction(database_);
    auto due = store_.due(now);
    if (!due) return std::nullopt;
    // Waited for in vain, if the last call was taken and nothing came of it.
    if (due->failures > 0 && due->verify_until > Time{} && due->verify_until <= now)
        due->last_error = "it did not verify in time";
    ++due->failures;
    if (due->state == State::denied) due->state = State::subscribing;
    due->verify_until = now + websub::verification_patience(due->failures, random_.fraction());
    due->next_call = due->verify_until;
    if (due->state == State::unsubscribing && due->failures > websub::most_farewells) {
        store_.remove(due->id);
    } else {
        store_.save(*due);
    }
    transaction.commit();
    return due;
}

net::FormRequest WebSubSubscriber::request_for(const websub::Subscription& subscription) const {
    const bool subscribing = subscription.state != State::unsubscribing;
    net::FormRequest request;
    request.url = subscription.at.hub;
    request.reach = subscription.at.local ? net::Reach::anywhere : net::Reach::public_only;
    request.fields = {{"hub.mode", subscribing ? "subscribe" : "unsubscribe"},
                      {"hub.topic", subscription.at.topic},
                      {"hub.callback", fmt::format("{}{}{}", subscription.public_url, callback_path,
                                                   key_.callback_id(subscription.nonce))}};
    if (subscribing) {
        const auto lease = std::chrono::duration_cast<std::chrono::seconds>(websub::wanted_lease);
        request.fields.emplace_back("hub.lease_seconds", std::to_string(lease.count()));
        request.fields.emplace_back("hub.secret", key_.secret(subscription.nonce));
    }
    return request;
}

std::optional<websub::WebSubEvent> WebSubSubscriber::conclude(
    const websub::Subscription& called, const Result<net::HttpResponse, net::HttpError>& answer) {
    if (is_taken(answer)) return event_of(EventKind::asked, called);
    db::Transaction transaction(database_);
    auto now_stored = store_.find(called.id);
    // Verified all the same, denied or forgotten in the meantime: then that counts.
    if (!now_stored || now_stored->failures == 0 || now_stored->state != called.state) return std::nullopt;
    const bool refused = answer && answer->status >= 400 && answer->status < 500 && answer->status != 408 &&
                         answer->status != 429;
    if (called.state == State::unsubscribing && refused) {
        store_.remove(called.id);
        transaction.commit();
        return event_of(EventKind::unsubscribed, called, failure_of(answer, key_, called));
    }
    Duration wait = websub::hub_back_off(now_stored->failures, random_.fraction());
    if (answer && answer->retry_after)
        wait = std::max(wait, std::min(*answer->retry_after, longest_hub_pause));
    now_stored->next_call = clock_.now() + wait;
    // What was cut short on its way back may have been taken: the hub's verification is good until then.
    const bool unheard = !answer && answer.error().code == net::HttpError::Code::connect;
    if (refused || unheard) now_stored->verify_until = {};
    now_stored->last_error = failure_of(answer, key_, called);
    store_.save(*now_stored);
    transaction.commit();
    return event_of(EventKind::call_failed, *now_stored, now_stored->last_error, now_stored->next_call);
}

}  // namespace paperround::post
