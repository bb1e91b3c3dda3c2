#include "pipeline/plan/delivery_planner.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "audience/audience_store.hpp"
#include "base/address/mailbox.hpp"
#include "base/encoding.hpp"
#include "pipeline/plan/wanted_readers.hpp"
#include "post/picture_store.hpp"
#include "post/post_store.hpp"
#include "queue/reply_line.hpp"
#include "queue/store/attempt_store.hpp"
#include "queue/store/delivery_store.hpp"
#include "queue/store/digest_store.hpp"
#include "queue/store/drop_store.hpp"
#include "queue/store/edition_store.hpp"
#include "queue/store/mailing_store.hpp"

namespace paperround::pipeline {

using namespace std::chrono_literals;

namespace {
// Small, so that a chunk's commit takes far less than 100 ms and other writers get their turn.
constexpr std::size_t fan_out_chunk = 2000;
// Two mailings at least this far apart must get the same doubtful refusal before the address is suppressed.
constexpr auto repeated_after = 72h;
constexpr int confirmed_at_once = 1000;
// Posts without a digest that are planned in one commit.
constexpr std::size_t planned_at_once = 100;
// The poll at the end of an embargo ends it. If the source cannot be read, the post waits no longer than
// this.
constexpr auto embargo_grace = 2min;
// Mailings that are checked for a chunk in one commit.
constexpr unsigned most_fanning = 64;
// How long a chunk waits for the look-up of new domains.
constexpr auto lookup_patience = 5s;
// Longest time between two moments of a schedule: a month, the extra hour at the end of summer time, and a
// margin.
constexpr auto longest_interval = 32 * 24h;

// "On walking and 2 more"
std::string title_of(std::span<const post::StoredPost> posts) {
    const std::string& first = posts.front().post.title;
    return posts.size() == 1 ? first : fmt::format("{} and {} more", first, posts.size() - 1);
}

bool is_open(const config::Newsletter& newsletter, Time now) {
    return !newsletter.window || config::next_opening(*newsletter.window, now).begin <= now;
}
}  // namespace

std::vector<post::StoredPost> digest_posts(db::Database& database, const config::Newsletter& newsletter,
                                           Time now) {
    return post::PostStore(database).ripe_posts(newsletter.name, now - embargo_grace,
                                                newsletter.digest.value_or(config::Digest{}).at_most);
}

DeliveryPlanner::DeliveryPlanner(db::Database& database, const config::Settings& settings, Random& random,
                                 Events& events, std::shared_ptr<const queue::Providers> providers,
                                 ProviderLookup* lookup, RenderingAhead* letters, DepartureGroups* departures)
    : database_(database),
      settings_(settings),
      random_(random),
      events_(events),
      providers_(std::move(providers)),
      lookup_(lookup),
      letters_(letters),
      departures_(departures),
      series_(database, random, events, *providers_,
              [this](std::int64_t mailing, bool made_now, std::span<const queue::Addressee> addressees) {
                  return letters_wait(mailing, made_now, addressees);
              }) {}

void DeliveryPlanner::write_for_others(Time now) {
    if (departures_ != nullptr) departures_->write(database_, now);
}

void DeliveryPlanner::committed() {
    if (departures_ != nullptr) departures_->committed();
}

void DeliveryPlanner::rolled_back(const db::Error& error) {
    if (departures_ != nullptr) departures_->rolled_back(error);
}

void DeliveryPlanner::settle(const queue::Delivery& delivery, const queue::Outcome& outcome,
                             const queue::Step& step, Time now) {
    switch (step.verdict) {
        case queue::AddressVerdict::nothing:
            return;
        case queue::AddressVerdict::bad_address:
            return suppress(delivery, outcome, now);
        case queue::AddressVerdict::maybe_bad_address: {
            queue::AttemptStore attempts(database_);
            // While nobody's copy is accepted, the refusal may be about us.
            if (attempts.doubted_before(delivery.subscriber_id, delivery.mailing_id, now - repeated_after) &&
                attempts.anybody_accepted(delivery.mailing_id)) {
                suppress(delivery, outcome, now);
            }
        }
    }
}

void DeliveryPlanner::suppress(const queue::Delivery& delivery, const queue::Outcome& outcome, Time now) {
    audience::AudienceStore(database_).suppress({.address_key = address_key(delivery.recipient),
                                                 .reason = "bounced",
                                                 .evidence = queue::reply_line(outcome),
                                                 .provisional = true,
                                                 .mailing_id = delivery.mailing_id,
                                                 .created_at = now});
    queue::DropStore(database_).drop_elsewhere(delivery.mailing_id, delivery.subscriber_id, now);
}

queue::Remaining DeliveryPlanner::prepare_deliveries(Time now) {
    uncommitted_.clear();
    plan_ready_posts(now);
    queue::MailingStore(database_).start_due(now);
    const bool confirmed_some = confirm_some();
    const queue::Remaining remaining = std::max(fan_out_some(now), plan_series(now));
    return confirmed_some ? queue::Remaining::some : remaining;
}

void DeliveryPlanner::breaker_tripped(std::int64_t mailing_id) {
    audience::AudienceStore(database_).undo_provisional(mailing_id);
    restore(queue::DropStore(database_).dropped_by(mailing_id));
}

void DeliveryPlanner::taken_back(std::int64_t mailing_id, std::span<const queue::DeliveryRow> deliveries,
                                 Time now) {
    audience::AudienceStore audience(database_);
    queue::MailingStore mailings(database_);
    queue::DropStore drops(database_);
    queue::DeliveryStore store(database_);
    const auto mailing = mailings.mailing(mailing_id);
    for (const queue::DeliveryRow& delivery : deliveries) {
        audience.undo_provisional(mailing_id, delivery.recipient);
        restore(drops.dropped_by(mailing_id, delivery.subscriber_id));
        if (!mailing || audience.is_active(mailing->newsletter, delivery.subscriber_id)) continue;
        store.withdraw(mailing->newsletter, delivery.subscriber_id,
                       audience.is_suppressed(delivery.recipient, mailing->newsletter)
                           ? queue::DeliveryState::suppressed
                           : queue::DeliveryState::left,
                       now);
    }
}

void DeliveryPlanner::restore(std::span<const queue::DroppedDelivery> dropped) {
    audience::AudienceStore audience(database_);
    queue::DropStore drops(database_);
    for (const queue::DroppedDelivery& delivery : dropped) {
        if (audience.is_active(delivery.newsletter, delivery.subscriber_id)) drops.restore(delivery);
    }
}

bool DeliveryPlanner::confirm_some() {
    queue::DropStore drops(database_);
    for (const std::int64_t mailing : drops.newly_ended(1)) {
        const int confirmed =
            audience::AudienceStore(database_).confirm_provisional(mailing, confirmed_at_once);
        if (confirmed == 0 && drops.forget_drops(mailing, confirmed_at_once) == 0)
            drops.bounces_stand(mailing);
        return true;
    }
    return false;
}

void DeliveryPlanner::plan_ready_posts(Time now) {
    for (const config::Newsletter& newsletter : settings_.newsletters) {
        if (newsletter.digest) {
            plan_digest(newsletter, now);
        } else {
            plan_each(newsletter, now);
        }
    }
}

queue::Remaining DeliveryPlanner::plan_series(Time now) {
    now_ = now;
    auto remaining = queue::Remaining::nothing;
    for (const config::Newsletter& newsletter : settings_.newsletters) {
        if (newsletter.welcome) remaining = std::max(remaining, series_.plan_some(newsletter, now));
    }
    return remaining;
}

bool DeliveryPlanner::letters_wait(std::int64_t mailing, bool made_now,
                                   std::span<const queue::Addressee> addressees) {
    if (letters_ != nullptr && queue::EditionStore(database_).languages(mailing).empty()) {
        if (made_now || !letters_->ready(mailing)) return true;
        letters_->forget(mailing);
    }
    if (lookup_ == nullptr) return false;
    if (waits_for_lookup(mailing, now_) || looks_up_first(mailing, addressees, now_)) return true;
    lookups_.erase(mailing);
    return false;
}

// The moment is stored, so that one that passes while the daemon is down is not lost.
queue::DigestMoment DeliveryPlanner::moment_of(const config::Newsletter& newsletter, Time now) {
    queue::DigestStore digests(database_);
    const std::string schedule = config::describe(newsletter.schedule);
    auto moment = digests.digest_moment(newsletter.name);
    // A moment further away than any schedule's was stored under a wrong clock.
    if (!moment || moment->schedule != schedule || moment->next > now + longest_interval) {
        moment = {.schedule = schedule, .next = config::next_sending(newsletter.schedule, now)};
        digests.save_digest_moment(newsletter.name, *moment);
    }
    return *moment;
}

void DeliveryPlanner::pass_moment(const config::Newsletter& newsletter, Time now) {
    queue::DigestStore(database_).save_digest_moment(
        newsletter.name, {.schedule = config::describe(newsletter.schedule),
                          .next = config::next_sending(newsletter.schedule, now + 1ms)});
}

void DeliveryPlanner::plan_each(const config::Newsletter& newsletter, Time now) {
    const bool scheduled = newsletter.schedule.kind != config::Schedule::Kind::immediately;
    if (scheduled && moment_of(newsletter, now).next > now) return;
    if (!is_open(newsletter, now)) return;
    const auto ripe =
        post::PostStore(database_).ripe_posts(newsletter.name, now - embargo_grace, planned_at_once);
    bool some_wait = false;
    for (const post::StoredPost& post : ripe) {
        if (waits_for_pictures(post, now)) {
            some_wait = true;
        } else {
            plan(newsletter, {&post, 1}, now);
        }
    }
    if (scheduled && !some_wait && ripe.size() < planned_at_once) pass_moment(newsletter, now);
}

void DeliveryPlanner::plan_digest(const config::Newsletter& newsletter, Time now) {
    const Time moment = moment_of(newsletter, now).next;
    if (moment > now || !is_open(newsletter, now)) return;
    const auto posts = digest_posts(database_, newsletter, now);
    const bool some_wait =
        std::ranges::any_of(posts, [&](const auto& post) { return waits_for_pictures(post, now); });
    if (some_wait && now - moment < post::picture_patience) return;
    if (posts.size() >= newsletter.digest->at_least) {
        plan(newsletter, posts, now);
    } else {
        events_.digest_skipped(newsletter.name, posts.size());
    }
    pass_moment(newsletter, now);
}

bool DeliveryPlanner::waits_for_pictures(const post::StoredPost& post, Time now) const {
    return post::PictureStore(database_).holds_up(post.id, now);
}

void DeliveryPlanner::plan(const config::Newsletter& newsletter, std::span<const post::StoredPost> posts,
                           Time now) {
    queue::NewMailing mailing{.newsletter = newsletter.name,
                              .post_id = posts.front().id,
                              .title = title_of(posts),
                              .key = base32(random_.bytes(10)),
                              .seal = base32(random_.bytes(20)),
                              .not_before = now};
    for (const post::StoredPost& post : posts.subspan(1)) mailing.further_posts.push_back(post.id);
    post::PostStore store(database_);
    const auto id = queue::MailingStore(database_).create_mailing(mailing, now);
    if (!id) {
        // The first post has a mailing already; the others wait for the next one.
        store.mark_mailed(posts.front().id);
        return;
    }
    uncommitted_.insert(*id);
    for (const post::StoredPost& post : posts) store.mark_mailed(post.id);
    events_.mailing_planned(newsletter.name, mailing.title, mailing.not_before);
}

// Whether the mailing's next chunk waits for its domains, which are being looked up.
bool DeliveryPlanner::waits_for_lookup(std::int64_t mailing, Time now) const {
    const auto found = lookups_.find(mailing);
    if (found == lookups_.end() || !found->second.began) return false;
    return now - *found->second.began < lookup_patience && lookup_->looking_up();
}

// Starts to look up the addressees' unknown domains; returns true if the chunk should wait for them.
bool DeliveryPlanner::looks_up_first(std::int64_t mailing, std::span<const queue::Addressee> addressees,
                                     Time now) {
    Lookup& lookup = lookups_[mailing];
    if (lookup.began) {
        lookup.waited_enough = lookup.waited_enough || now - *lookup.began >= lookup_patience;
        lookup.began.reset();
        return false;
    }
    const bool some_are_new = lookup_->want(addressees);
    const bool limited = std::ranges::any_of(
        settings_.providers, [](const config::Provider& provider) { return provider.limit.any(); });
    if (!some_are_new || !limited || lookup.waited_enough) return false;
    lookup.began = now;
    return true;
}

// Fans out a chunk of the first mailing that does not wait; one that waits does not hold up others.
queue::Remaining DeliveryPlanner::fan_out_some(Time now) {
    queue::MailingStore mailings(database_);
    auto remaining = queue::Remaining::nothing;
    for (const queue::Mailing& mailing : mailings.fanning(most_fanning)) {
        switch (fan_out(mailing, now)) {
            case FanOut::waits_for_letter:
            case FanOut::waits_for_lookup:
                remaining = std::max(remaining, queue::Remaining::waiting);
                continue;
            case FanOut::waits_for_commit:
                remaining = queue::Remaining::some;
                continue;
            case FanOut::has_more:
                return queue::Remaining::some;
            case FanOut::finished:
                return mailings.fanning(1).empty() ? queue::Remaining::nothing : queue::Remaining::some;
        }
    }
    return remaining;
}

DeliveryPlanner::FanOut DeliveryPlanner::fan_out(const queue::Mailing& mailing, Time now) {
    if (waits_for_lookup(mailing.id, now)) return FanOut::waits_for_lookup;
    queue::DeliveryStore deliveries(database_);
    queue::MailingStore mailings(database_);
    const auto reached = audience::AudienceStore(database_).reach(
        mailing.newsletter, mailing.fan_out_cursor, fan_out_chunk,
        wanted_readers(settings_.find_newsletter(mailing.newsletter)));
    if (!reached.readers.empty() && letters_ != nullptr) {
        if (uncommitted_.contains(mailing.id)) return FanOut::waits_for_commit;  // cannot be rendered yet
        if (!letters_->ready(mailing.id)) return FanOut::waits_for_letter;
    }
    std::vector<queue::Addressee> addressees;
    addressees.reserve(reached.readers.size());
    for (const audience::Subscriber& reader : reached.readers)
        addressees.push_back({reader.id, reader.address});
    if (lookup_ != nullptr && looks_up_first(mailing.id, addressees, now)) return FanOut::waits_for_lookup;
    deliveries.add_deliveries(mailing.id, addressees, now, *providers_);
    mailings.pass_over(mailing.id, reached.last, static_cast<std::int64_t>(reached.suppressed));
    if (!reached.complete) return FanOut::has_more;
    mailings.finish_fan_out(mailing.id, now);
    events_.fan_out_finished(mailing.newsletter, mailing.id);
    lookups_.erase(mailing.id);
    if (letters_ != nullptr) letters_->forget(mailing.id);
    return FanOut::finished;
}

}  // namespace paperround::pipeline
