#include "pipeline/plan/clock_jump.hpp"

#include <algorithm>

#include "audience/series_store.hpp"
#include "post/letter_store.hpp"
#include "post/post_store.hpp"
#include "queue/store/digest_store.hpp"
#include "queue/store/mailing_store.hpp"
#include "queue/store/time_store.hpp"
#include "websub/websub_store.hpp"

namespace paperround::pipeline {

namespace {

// A smaller difference is a correction: no wait gets noticeably longer.
constexpr Duration smallest_jump = std::chrono::minutes(1);
constexpr Duration longest_asked_for = std::chrono::hours(24);  // by a server, in words or in Retry-After
constexpr Duration longest_rest = std::chrono::hours(2);

// When a mailing that is planned now is due.
Time beginning(const config::Newsletter& newsletter, Time now) {
    const Time moment = newsletter.digest ? now : config::next_sending(newsletter.schedule, now);
    return newsletter.window ? std::max(moment, config::next_opening(*newsletter.window, moment).begin)
                             : moment;
}

// Moves a digest's stored moment back if, by the correct clock, its schedule has an earlier one.
void bound_moment(queue::DigestStore& digests, const config::Newsletter& newsletter, Time now) {
    if (newsletter.digest) return;
    auto moment = digests.digest_moment(newsletter.name);
    if (!moment) return;
    moment->next = std::min(moment->next, config::next_sending(newsletter.schedule, now));
    digests.save_digest_moment(newsletter.name, *moment);
}

// Shortens waits that are longer than they can be: a server may ask for a day; a relay rests for two hours at
// most.
void bound_waits(db::Database& database, const config::Settings& settings, Time now) {
    const auto longest_retry =
        std::chrono::duration_cast<Duration>(settings.retry.most * (1.0 + settings.retry.jitter));
    db::Transaction transaction(database);
    queue::TimeStore(database).bound_waits(now + std::max(longest_retry, longest_asked_for),
                                           now + longest_rest);
    post::PostStore posts(database);
    for (const config::Newsletter& newsletter : settings.newsletters) {
        for (const config::Source* source : newsletter.all_sources())
            posts.bound_next_poll(newsletter.name, source->location,
                                  now + std::max<Duration>(source->every, longest_asked_for));
    }
    transaction.commit();
}

}  // namespace

void follow_clock(db::Database& database, const config::Settings& settings, const ClockJump& jump) {
    queue::TimeStore times(database);
    queue::MailingStore mailings(database);
    queue::DigestStore digests(database);
    db::Transaction transaction(database);
    times.follow_clock(jump);
    for (const queue::Mailing& mailing : mailings.planned_behind(jump.to)) {
        const config::Newsletter* newsletter = settings.find_newsletter(mailing.newsletter);
        if (newsletter == nullptr || mailing.kind == queue::MailingKind::personal) continue;
        mailings.plan_again(mailing.id, jump.to,
                            std::min(mailing.not_before, beginning(*newsletter, jump.to)));
    }
    for (const config::Newsletter& newsletter : settings.newsletters)
        bound_moment(digests, newsletter, jump.to);
    for (const config::Newsletter& newsletter : settings.newsletters)
        audience::SeriesStore(database).follow_clock(newsletter.name, jump);
    post::LetterStore(database).follow_clock(jump);
    post::PostStore(database).follow_clock(jump);
    websub::WebSubStore(database).follow_clock(jump);
    times.seen(jump.to);
    transaction.commit();
}

std::optional<ClockJump> take_up_clock(db::Database& database, const config::Settings& settings, Time now) {
    const auto seen = queue::TimeStore(database).last_seen();
    std::optional<ClockJump> jump;
    if (seen && *seen - now > smallest_jump) jump = ClockJump{.from = *seen, .to = now};
    if (jump) follow_clock(database, settings, *jump);
    bound_waits(database, settings, now);
    return jump;
}

}  // namespace paperround::pipeline
