#include "post/websub_callbacks.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "feed/feed_parser.hpp"
#include "feed/text/feed_text.hpp"
#include "websub/websub_signature.hpp"
#include "websub/websub_timing.hpp"

namespace paperround::post {

namespace {

using websub::event_of;
using EventKind = websub::WebSubEvent::Kind;
using State = websub::SubscriptionState;

// Without words or pictures, with those of its title alone, or cut short: the beginning of what the feed has.
bool is_thin(const feed::Post& post) {
    constexpr std::size_t longest_beginning = 1000;
    const std::string plain = feed::plain_text(post.html, 2 * longest_beginning);
    const std::string text = replace_all(plain, "\u00A0", " ");
    const std::string_view words = trim(text);
    if (words.empty()) return post.html.find("<img") == std::string::npos;
    const bool cut =
        std::ranges::any_of(std::array<std::string_view, 4>{"\u2026", "...", "[\u2026]", "[...]"},
                            [&](std::string_view sign) { return words.ends_with(sign); });
    return words == post.title || (cut && words.size() <= longest_beginning);
}

}  // namespace

WebSubCallbacks::WebSubCallbacks(db::Database& database, const config::Settings& settings,
                                 const websub::WebSubKey& key, const Clock& clock, Random& random)
    : database_(database),
      store_(database),
      posts_(database),
      intake_(posts_, PictureStore(database), clock),
      settings_(settings),
      key_(key),
      clock_(clock),
      random_(random) {}

std::optional<websub::Subscription> WebSubCallbacks::find(std::string_view id) const {
    const auto nonce = key_.nonce_of(id);
    return nonce ? store_.find_nonce(*nonce) : std::nullopt;
}

Confirmation WebSubCallbacks::confirm(std::string_view id, const websub::HubQuery& query) {
    db::Transaction transaction(database_);
    auto subscription = find(id);
    if (!subscription || subscription->at.topic != query.topic) return {};
    const bool leaving = subscription->state == State::unsubscribing;
    // Until then, so that a hub that did not get our answer may ask again.
    const bool awaited = subscription->verify_until >= clock_.now();
    Confirmation said;
    if (query.mode == websub::HubQuery::Mode::denied) {
        said = deny(*subscription, query);
    } else if (query.mode == websub::HubQuery::Mode::subscribe && awaited && !leaving) {
        activate(*subscription, query);
        said = {true, event_of(EventKind::active, *subscription, {}, subscription->lease_end)};
    } else if (query.mode == websub::HubQuery::Mode::unsubscribe && awaited && leaving) {
        store_.remove(subscription->id);
        said = {true, event_of(EventKind::unsubscribed, *subscription)};
    } else {
        return {};
    }
    transaction.commit();
    return said;
}

void WebSubCallbacks::activate(websub::Subscription& subscription, const websub::HubQuery& query) {
    const Time now = clock_.now();
    const Duration lease = std::clamp(query.lease.value_or(websub::unnamed_lease), websub::shortest_lease,
                                      websub::longest_lease);
    subscription.state = State::active;
    subscription.lease_end = now + lease;
    subscription.next_call = now + websub::renewal_after(lease, random_.fraction());
    subscription.failures = 0;
    subscription.last_error.clear();
    store_.save(subscription);
}

// §5.2: at any time, also of a subscription that was active.
Confirmation WebSubCallbacks::deny(websub::Subscription& subscription, const websub::HubQuery& query) {
    if (subscription.state == State::unsubscribing) {
        store_.remove(subscription.id);
        return {true, event_of(EventKind::unsubscribed, subscription)};
    }
    const bool was_active = subscription.state == State::active;
    subscription.state = State::denied;
    subscription.next_call = clock_.now() + websub::after_denial;
    subscription.verify_until = {};
    subscription.last_error = key_.without_secrets(query.reason, subscription.nonce);
    store_.save(subscription);
    if (was_active) posts_.poll_soon(subscription.newsletter, subscription.location);
    return {true, event_of(EventKind::denied, subscription, subscription.last_error, subscription.next_call)};
}

PushResult WebSubCallbacks::receive(std::string_view id, const Push& push) {
    const auto subscription = find(id);
    if (!subscription || subscription->state == State::unsubscribing) return {};
    const websub::SignatureCheck check =
        websub::check_signature(push.signature, key_.secret(subscription->nonce), push.body);
    if (check != websub::SignatureCheck::valid) return pass_over(*subscription, std::string(describe(check)));
    return take(*subscription, push);
}

PushResult WebSubCallbacks::pass_over(const websub::Subscription& subscription, std::string reason) const {
    PushResult result;
    result.kind = PushResult::Kind::passed_over;
    result.event = event_of(EventKind::passed_over, subscription, std::move(reason));
    return result;
}

PushResult WebSubCallbacks::take(const websub::Subscription& subscription, const Push& push) {
    PushResult result;
    result.newsletter = settings_.find_newsletter(subscription.newsletter);
    if (result.newsletter == nullptr) return {};
    const auto& sources = result.newsletter->sources;
    const auto source = std::ranges::find(sources, subscription.location, &config::Source::location);
    if (source == sources.end()) return {};
    result.source = &*source;
    const feed::FeedResult feed = feed::parse_feed(push.body, subscription.at.topic, push.content_type);

    db::Transaction transaction(database_);
    SourceState state = posts_.source(subscription.newsletter, subscription.location);
    if (feed.error || !state.first_polled) {
        posts_.poll_soon(subscription.newsletter, subscription.location);
        transaction.commit();
        return pass_over(subscription, feed.error ? feed.error->to_line() : "its source was not read yet");
    }
    // YouTube's hub pushes the headline alone; the feed has the rest.
    const bool thin = std::ranges::any_of(feed.posts, [&](const feed::Post& post) {
        return is_thin(post) && !posts_.knows(state.id, post.id);
    });
    if (thin) {
        posts_.poll_soon(subscription.newsletter, subscription.location);
        store_.note_push(subscription.id);
        transaction.commit();
        return pass_over(subscription, "it has no content; the feed is read for it");
    }
    intake_.take(*result.newsletter, *result.source, state, feed, {.whole_at = {}}, result.intake);
    intake_.mind_embargoes(state);
    // A post that the validators do not cover could be taken back, and the source be "unchanged" since before
    // it.
    const bool news =
        !result.intake.ready.empty() || !result.intake.held.empty() || result.intake.changed > 0;
    if (result.newsletter->hold > Duration{} && news) state.validators = {};
    if (!feed.complete) state.next_poll.reset();
    posts_.save(state);
    store_.note_push(subscription.id);
    transaction.commit();
    result.kind = PushResult::Kind::taken;
    return result;
}

}  // namespace paperround::post
