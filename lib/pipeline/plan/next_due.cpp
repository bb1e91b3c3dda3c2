#include "pipeline/plan/next_due.hpp"

#include <algorithm>

#include "audience/series_store.hpp"
#include "post/post_store.hpp"
#include "queue/store/delivery_store.hpp"
#include "queue/store/digest_store.hpp"
#include "queue/store/relay_store.hpp"

namespace paperround::pipeline {

namespace {

Time when_open(const config::Newsletter& newsletter, Time moment) {
    return newsletter.window ? std::max(moment, config::next_opening(*newsletter.window, moment).begin)
                             : moment;
}

// The time from which one of the newsletter's relays may carry mail again after a rest or back-off. `now` if
// one may already, or if all are paused by a person.
Time when_carried(db::Database& database, const config::Newsletter& newsletter, Time now) {
    queue::RelayStore relays(database);
    std::optional<Time> earliest;
    for (const config::RelayShare& share : newsletter.effective_relays()) {
        if (relays.relay_orders(share.relay).paused) continue;
        const Time next = relays.relay_health(share.relay).next_attempt.value_or(now);
        earliest = std::min(next, earliest.value_or(next));
    }
    return earliest.value_or(now);
}

}  // namespace

std::optional<Time> next_mailing(db::Database& database, const config::Newsletter& newsletter, Time now) {
    const std::size_t needed = newsletter.digest ? newsletter.digest->at_least : 1;
    const auto ready = post::PostStore(database).ready_times(newsletter.name, needed);
    if (ready.size() < needed) return std::nullopt;
    const Time ripe = std::max(ready.back(), now);
    if (newsletter.schedule.kind == config::Schedule::Kind::immediately) return when_open(newsletter, ripe);
    const auto moment = queue::DigestStore(database).digest_moment(newsletter.name);
    const bool holds =
        moment && moment->schedule == config::describe(newsletter.schedule) && moment->next >= ready.back();
    return when_open(newsletter,
                     std::max(now, holds ? moment->next : config::next_sending(newsletter.schedule, ripe)));
}

std::optional<Time> next_due(db::Database& database, const config::Settings& settings, Time now) {
    const auto leaves = [&](std::string_view name, queue::MailingKind kind, Time due) {
        const config::Newsletter* newsletter = settings.find_newsletter(name);
        if (newsletter == nullptr) return due;
        const Time carried = when_carried(database, *newsletter, now);
        if (carried > now) due = std::max(due, carried);
        if (!newsletter->window || kind == queue::MailingKind::personal) return due;
        return std::max(due, config::next_opening(*newsletter->window, std::max(due, now)).begin);
    };
    std::optional<Time> earliest = queue::DeliveryStore(database).next_due(leaves);
    for (const config::Newsletter& newsletter : settings.newsletters) {
        const auto next = next_mailing(database, newsletter, now);
        if (next) earliest = std::min(*next, earliest.value_or(*next));
    }
    return earliest;
}

std::optional<Time> next_letter(db::Database& database, const config::Settings& settings, Time now) {
    std::optional<Time> earliest;
    for (const config::Newsletter& newsletter : settings.newsletters) {
        if (!newsletter.welcome) continue;
        const auto next = audience::SeriesStore(database).next_due(newsletter.name);
        if (!next) continue;
        const Time opens = when_open(newsletter, std::max(now, *next));
        earliest = std::min(opens, earliest.value_or(opens));
    }
    return earliest;
}

}  // namespace paperround::pipeline
