#include "control/mailings.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "audience/audience_store.hpp"
#include "base/text.hpp"
#include "base/text/date_time.hpp"
#include "control/json_line.hpp"
#include "pipeline/plan/wanted_readers.hpp"
#include "queue/store/delivery_store.hpp"
#include "queue/store/mailing_store.hpp"

namespace paperround::control {

namespace {

using queue::MailingState;

std::string subject_of(std::int64_t id) {
    return fmt::format("mailing {}", id);
}

Refusal no_mailing(std::int64_t id) {
    return {Refusal::Code::unknown, fmt::format("no mailing {}", id)};
}

bool pause_by_hand(Desk& desk, const queue::Mailing& mailing) {
    return queue::MailingStore(desk.database()).pause(mailing.id, queue::paused_by_hand);
}

bool let_go_on(Desk& desk, const queue::Mailing& mailing) {
    return queue::MailingStore(desk.database()).resume(mailing.id, desk.now());
}

bool cancel_claims(Desk& desk, const queue::Mailing& mailing) {
    queue::MailingStore mailings(desk.database());
    const auto ahead = queue::ClosingAccount(desk.database()).without_delivery(mailing.id).goes_on_behind;
    if (ahead) {
        const auto readers =
            audience::AudienceStore(desk.database())
                .count_active_after(
                    mailing.newsletter, *ahead,
                    pipeline::wanted_readers(desk.settings().find_newsletter(mailing.newsletter)));
        mailings.not_reached(mailing.id, static_cast<std::int64_t>(readers.mailable + readers.suppressed));
    }
    mailings.cancel(mailing.id, desk.now());
    return mailings.mailing(mailing.id)->state != mailing.state;
}

// Nothing where it does not wait for that.
std::optional<Time> window_opens(const queue::Mailing& mailing, const config::Settings& settings, Time now) {
    const bool under_way = mailing.state == MailingState::fanning || mailing.state == MailingState::sending;
    if (!under_way || mailing.kind == queue::MailingKind::personal) return std::nullopt;
    const config::Newsletter* newsletter = settings.find_newsletter(mailing.newsletter);
    if (newsletter == nullptr || !newsletter->window) return std::nullopt;
    const Time opening = config::next_opening(*newsletter->window, now).begin;
    return opening > now ? std::optional(opening) : std::nullopt;
}

}  // namespace

MailingView Mailings::view_of(queue::Mailing mailing) {
    queue::DeliveryStore deliveries(desk_.database());
    queue::MailingStore mailings(desk_.database());
    MailingView view{.mailing = {},
                     .progress = deliveries.progress(mailing.id),
                     .posts = mailings.posts_of(mailing),
                     .opens = window_opens(mailing, desk_.settings(), desk_.now()),
                     .closing = {}};
    view.mailing = std::move(mailing);
    return view;
}

std::vector<MailingView> Mailings::list(unsigned limit) {
    std::vector<MailingView> views;
    for (queue::Mailing& mailing : queue::MailingStore(desk_.database()).mailings(limit))
        views.push_back(view_of(std::move(mailing)));
    return views;
}

Answer<MailingView> Mailings::show(std::int64_t id) {
    auto view = look_at(id);
    if (view) view->closing = closing_statement(desk_, view->mailing);
    return view;
}

Answer<MailingView> Mailings::look_at(std::int64_t id) {
    auto mailing = queue::MailingStore(desk_.database()).mailing(id);
    if (!mailing) return failure(no_mailing(id));
    return view_of(std::move(*mailing));
}

Answer<MailingChange> Mailings::pause(std::int64_t id) {
    return change(id, "mailings pause", pause_by_hand);
}

Answer<MailingChange> Mailings::resume(std::int64_t id) {
    return change(id, "mailings resume", let_go_on);
}

Answer<MailingChange> Mailings::cancel(std::int64_t id) {
    auto changed = change(id, "mailings cancel", cancel_claims);
    // One that had been cancelled before may have been left half-way.
    if (changed || changed.error().code == Refusal::Code::not_now) sweep_cancelled();
    return changed;
}

Answer<MailingChange> Mailings::change(std::int64_t id, std::string_view action,
                                       bool (*work)(Desk&, const queue::Mailing&)) {
    queue::MailingStore mailings(desk_.database());
    db::Transaction transaction(desk_.database());
    auto mailing = mailings.mailing(id);
    if (!mailing) return failure(no_mailing(id));
    const bool done = work(desk_, *mailing);
    const MailingState now = mailings.mailing(id)->state;
    const std::string words = fmt::format("mailing {} (\"{}\") {} {}", id, mailing->title,
                                          done ? "is" : "stays", queue::to_string(now));
    Answer<MailingChange> answer = MailingChange{std::move(*mailing), now};
    if (done) {
        desk_.record(action, subject_of(id), queue::to_string(now));
    } else {
        answer = desk_.refused(action, subject_of(id), {Refusal::Code::not_now, words});
    }
    transaction.commit();
    return answer;
}

// In short transactions that let the daemon work. It would finish this itself; so the listing is right when the
// command returns.
void Mailings::sweep_cancelled() {
    constexpr int at_once = 1000;
    for (bool more = true; more;) {
        db::Transaction transaction(desk_.database());
        more = queue::DeliveryStore(desk_.database()).sweep_cancelled(at_once, desk_.now()) > 0;
        transaction.commit();
    }
}

Answer<Retried> Mailings::retry(std::int64_t id, const pipeline::RedeliveryOptions& options) {
    queue::MailingStore mailings(desk_.database());
    auto mailing = mailings.mailing(id);
    if (!mailing) return failure(no_mailing(id));
    const auto count = pipeline::Redelivery(desk_.database(), desk_.clock()).again(*mailing, options);
    desk_.record("mailings retry", subject_of(id),
                 fmt::format("{} queued again, {} suppressed, {} no longer subscribed", count.queued,
                             count.suppressed, count.left));
    return Retried{std::move(*mailing), mailings.mailing(id)->state, count};
}

bool is_over(const queue::Mailing& mailing) {
    return mailing.state == MailingState::done || mailing.state == MailingState::cancelled;
}

Answer<std::set<queue::DeliveryState>> parse_retried_states(std::string_view list) {
    using queue::DeliveryState;
    if (list.empty()) return pipeline::RedeliveryOptions{}.states;
    std::set<DeliveryState> states;
    for (const std::string_view word : split(list, ',')) {
        const auto state = queue::parse_delivery_state(trim(word));
        if (!state || !queue::is_final(*state) || *state == DeliveryState::sent) {
            return refuse(
                Refusal::Code::malformed,
                fmt::format("expected refused, bounced, expired, cancelled, suppressed or left, got \"{}\"",
                            trim(word)));
        }
        states.insert(*state);
    }
    return states;
}

std::string to_json(const MailingView& view) {
    const auto& [mailing, progress, posts, opens, closing] = view;
    nlohmann::ordered_json object{{"mailing", mailing.id},
                                  {"newsletter", mailing.newsletter},
                                  {"title", mailing.title},
                                  {"posts", posts},
                                  {"state", queue::to_string(mailing.state)},
                                  {"reason", mailing.pause_reason},
                                  {"created", format_rfc3339(mailing.created)},
                                  {"not_before", format_rfc3339(mailing.not_before)},
                                  {"finished", nullptr},
                                  {"deliveries", progress.total()},
                                  {"sent", progress.sent},
                                  {"waiting", progress.waiting + progress.sending},
                                  {"held", progress.held},
                                  {"failed", progress.failed},
                                  {"dropped", progress.dropped}};
    if (mailing.finished) object["finished"] = format_rfc3339(*mailing.finished);
    if (closing) {
        auto& account = object["closing"];
        account["audience"] = closing->audience;
        for (const ClosingLine& line : closing->lines)
            account[replace_all(queue::to_string(line.place), "-", "_")] = line.readers;
    }
    return json_line(object);
}

}  // namespace paperround::control
