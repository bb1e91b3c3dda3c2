#include "public/confirmations.hpp"

#include <algorithm>

#include "base/address/mailbox.hpp"
#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "email/confirmation.hpp"
#include "public/hand_suppression.hpp"
#include "public/join_routes.hpp"
#include "public/joining.hpp"
#include "queue/policy/retry_policy.hpp"
#include "queue/reply_line.hpp"
#include "queue/store/relay_store.hpp"
#include "smtp/session.hpp"

namespace paperround::pages {

using audience::JoinRequest;
using audience::JoinState;
using audience::JoinStore;
using queue::OutcomeKind;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t at_once = 20;
constexpr auto between_looks = 1s;
constexpr Duration first_rest = 5s;
constexpr Duration longest_rest = 5min;
constexpr unsigned most_doubts = 2;
constexpr int forgotten_at_once = 1000;
constexpr Duration between_forgetting = 1h;

// The same at every attempt, and nobody can guess it.
std::string message_id_of(std::string_view token, std::string_view domain) {
    return "confirm." + hex(sha256(token).substr(0, 12)) + "@" + std::string(domain);
}

bool is_refusal(OutcomeKind kind) {
    return kind == OutcomeKind::rejected_recipient || kind == OutcomeKind::perhaps_recipient ||
           kind == OutcomeKind::rejected_policy;
}

// Says something about this mail, so no other relay need be asked.
bool is_an_answer(OutcomeKind kind) {
    return kind == OutcomeKind::accepted || kind == OutcomeKind::in_doubt || kind == OutcomeKind::deferred ||
           kind == OutcomeKind::domain_slowed || is_refusal(kind);
}

}  // namespace

void Confirmations::start() {
    {
        const Lock lock(mutex_);
        running_ = true;
    }
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Confirmations::stop(Duration patience) {
    stopping_ = true;
    thread_.request_stop();
    wake();
    {
        Lock lock(mutex_);
        woken_.wait_for(lock, patience, [this]() REQUIRES(mutex_) { return !running_; });
    }
    interrupt_.trigger();
    if (thread_.joinable()) thread_.join();
}

void Confirmations::wake() {
    const Lock lock(mutex_);
    owed_ = true;
    woken_.notify_all();
}

void Confirmations::wait_until_none_due(const std::stop_token& stop) {
    Lock lock(mutex_);
    owed_ = true;
    none_due_ = false;
    woken_.notify_all();
    // A look that was under way does not count: it may have begun before the last mail was owed.
    woken_.wait(lock, stop, [this]() REQUIRES(mutex_) { return !running_ || (!owed_ && none_due_); });
}

void Confirmations::run(const std::stop_token& stop) {
    bool recovered = false;
    std::string stuck;
    while (!stop.stop_requested()) {
        std::size_t tried = 0;
        try {
            if (!recovered) recover();
            recovered = true;
            tried = send_due();
            stuck.clear();
        } catch (const std::exception& e) {
            // Once, and not at each look.
            if (stuck != e.what()) means_.events.confirmations_stuck(e.what());
            stuck = e.what();
        }
        if (tried == at_once) continue;
        Lock lock(mutex_);
        none_due_ = tried == 0;
        woken_.notify_all();
        woken_.wait_for(lock, stop, between_looks, [this]() REQUIRES(mutex_) { return owed_; });
        owed_ = false;
        none_due_ = false;
    }
    const Lock lock(mutex_);
    running_ = false;
    woken_.notify_all();
}

void Confirmations::recover() {
    db::Transaction transaction(database_);
    JoinStore requests(database_);
    const auto doubtful = requests.in_doubt();
    for (JoinRequest request : doubtful) {
        judge(request, {.kind = OutcomeKind::in_doubt, .text = "the program ended while it was sent"});
        requests.finish(request);
    }
    transaction.commit();
    if (!doubtful.empty()) means_.events.confirmations_in_doubt(doubtful.size());
}

std::size_t Confirmations::send_due() {
    if (database_.files_replaced()) return 0;
    forget_unconfirmed();
    const auto due = JoinStore(database_).due(means_.clock.now(), at_once);
    std::size_t tried = 0;
    for (const JoinRequest& request : due) {
        if (stopping_) break;
        attempt(request);
        ++tried;
    }
    return tried;
}

// They count for no limit any more, and their links expired long ago.
void Confirmations::forget_unconfirmed() {
    const Time now = means_.clock.now();
    if (forgot_at_ && now - *forgot_at_ < between_forgetting && now >= *forgot_at_) return;
    db::Transaction transaction(database_);
    const int forgotten = JoinStore(database_).forget_unconfirmed(now - counted_for, forgotten_at_once);
    transaction.commit();
    if (forgotten < forgotten_at_once) forgot_at_ = now;
}

std::optional<Time> Confirmations::free_at(const std::string& relay) {
    const Time now = means_.clock.now();
    queue::RelayStore relays(database_);
    if (relays.relay_orders(relay).paused) return now + first_rest;
    // What the mailings met: it is down, or its quota is used up.
    if (const auto health = relays.relay_health(relay); !health.may_try(now)) return health.next_attempt;
    const auto resting = rests_.find(relay);
    // A clock that was set back makes no rest longer.
    const bool rests =
        resting != rests_.end() && now < resting->second.until && resting->second.until <= now + longest_rest;
    return rests ? std::optional(resting->second.until) : std::nullopt;
}

void Confirmations::attempt(JoinRequest request) {
    const config::Newsletter* newsletter = means_.settings.find_newsletter(request.newsletter);
    if (newsletter == nullptr || !newsletter->subscribe) {
        request.state = JoinState::failed;
        request.reply = "the newsletter takes nobody by a page any more";
        return keep(request);
    }
    if (is_suppressed_by_hand(database_, request.address)) {
        request.state = JoinState::failed;
        request.reply = "the address was suppressed by hand before the mail went out";
        return keep(request);
    }
    ConfirmationTried tried = send(request, *newsletter);
    judge(tried.request, tried.outcome);
    keep(tried.request);
    const bool reached = !tried.relay.empty() && tried.outcome.kind != OutcomeKind::withdrawn;
    if (reached || tried.request.state == JoinState::failed) means_.events.confirmation_tried(tried);
}

void Confirmations::rest(const std::string& relay) {
    Rest& rest = rests_[relay];
    const unsigned doublings = std::min(rest.troubles++, 10U);
    rest.until = means_.clock.now() + std::min(longest_rest, first_rest * (1U << doublings));
}

// Over the first relay that does not rest and says something about the mail. Without one, it is due when the first
// of them is asked again.
ConfirmationTried Confirmations::send(const JoinRequest& request, const config::Newsletter& newsletter) {
    ConfirmationTried tried{
        .request = request,
        .relay = {},
        .outcome = {.kind = OutcomeKind::relay_trouble, .text = "no relay of the newsletter works"}};
    const Time now = means_.clock.now();
    std::optional<Time> free;
    for (const config::RelayShare& share : newsletter.effective_relays()) {
        const auto access = std::ranges::find(
            means_.relays, share.relay, [](const pipeline::RelayAccess& each) { return each.relay.name; });
        if (access == means_.relays.end()) continue;
        if (const auto later = free_at(share.relay)) {
            free = std::min(free.value_or(*later), *later);
            continue;
        }
        if (means_.take_turn && !means_.take_turn(share.relay)) {
            free = std::min(free.value_or(now + between_looks), now + between_looks);
            continue;
        }
        tried.relay = share.relay;
        tried.outcome = send_over(*access, request, newsletter);
        if (tried.outcome.kind == OutcomeKind::withdrawn) return tried;
        if (is_an_answer(tried.outcome.kind)) {
            rests_.erase(share.relay);
            return tried;
        }
        rest(share.relay);
        free = std::min(free.value_or(rests_[share.relay].until), rests_[share.relay].until);
    }
    tried.request.due = free.value_or(now + longest_rest);
    return tried;
}

queue::Outcome Confirmations::send_over(const pipeline::RelayAccess& access, const JoinRequest& request,
                                        const config::Newsletter& newsletter) {
    const auto mail = compose(request, newsletter, access.relay);
    if (!mail) return {.kind = OutcomeKind::rejected_message, .text = mail.error()};
    auto session = smtp::Session::open(access.relay, access.credentials, access.default_ehlo, interrupt_,
                                       access.memory.get());
    if (!session) return session.error();
    bool begun = false;
    // Nothing of the mail leaves before it is on disk that it may have.
    const auto begin = [&] {
        if (begun) return true;
        db::Transaction transaction(database_);
        if (is_suppressed_by_hand(database_, request.address)) return false;
        JoinStore(database_).begin(request.id);
        transaction.commit();
        return begun = true;
    };
    queue::Outcome outcome =
        session->send({.mail_from = newsletter.from.address, .rcpt_to = request.address, .id = mail->id},
                      mail->message, begin);
    if (session->usable()) session->quit();
    return outcome;
}

Result<Confirmations::Mail, std::string> Confirmations::compose(const JoinRequest& request,
                                                                const config::Newsletter& newsletter,
                                                                const config::Relay& relay) const {
    const auto templates =
        email::load_template_set({.installed = means_.installed_templates, .own = means_.settings.templates},
                                 "confirmation", email::TemplateUse::confirmation);
    if (!templates) return failure(templates.error().front().to_line());
    const std::string token =
        means_.signer.sign(audience::ConfirmLink{.newsletter = newsletter.name,
                                                 .request_id = request.id,
                                                 .until = request.asked_at + confirmable_for});
    const auto rendered = email::render_confirmation(*templates, {.newsletter = newsletter,
                                                                  .language = request.language,
                                                                  .url = confirm_url(means_.settings, token),
                                                                  .public_url = means_.settings.public_url});
    if (!rendered) return failure(rendered.error().message);
    Mail mail{.message = {}, .id = message_id_of(token, domain_of(newsletter.from.address))};
    mail.message = email::compose(
        *rendered, {.subscriber = {.id = 0, .address = request.address, .name = {}, .attributes = {}},
                    .unsubscribe_url = {},
                    .message_id = mail.id,
                    .date = request.asked_at,
                    .unsubscribe_mailto = {}});
    mail.message.insert(
        0, means_.signing.signer_for(newsletter, relay.rewrites).sign(mail.message, means_.clock.now()));
    return mail;
}

void Confirmations::judge(JoinRequest& request, const queue::Outcome& outcome) const {
    const Time now = means_.clock.now();
    request.state = JoinState::waiting;
    request.reply = queue::reply_line(outcome);
    if (outcome.kind == OutcomeKind::accepted) {
        request.state = JoinState::sent;
    } else if (is_refusal(outcome.kind)) {
        request.state = JoinState::failed;
    } else if (is_an_answer(outcome.kind)) {
        ++request.attempts;
        if (outcome.kind == OutcomeKind::in_doubt) ++request.doubts;
        const Duration wait = queue::retry_interval(means_.settings.retry, request.attempts, means_.random);
        request.due = now + std::max(wait, outcome.retry_after.value_or(Duration(0)));
        if (request.doubts >= most_doubts) request.state = JoinState::failed;
    }
    // A link that is nearly worthless, or older than any other mail of ours, is not sent.
    const Duration most = std::min(means_.settings.retry.give_up_after, confirmable_for / 2);
    if (request.state == JoinState::waiting && std::max(now, request.due) - request.asked_at > most)
        request.state = JoinState::failed;
}

void Confirmations::keep(const JoinRequest& request) {
    db::Transaction transaction(database_);
    JoinStore(database_).finish(request);
    transaction.commit();
}

}  // namespace paperround::pages
