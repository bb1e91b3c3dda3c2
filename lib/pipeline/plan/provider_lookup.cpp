#include "pipeline/plan/provider_lookup.hpp"

#include <algorithm>

#include "base/address/mailbox.hpp"

namespace paperround::pipeline {

using namespace std::chrono_literals;

namespace {
constexpr std::size_t most_in_a_round = 2000;
constexpr std::size_t stored_at_once = 200;
constexpr Duration least_ttl = 1h;
constexpr Duration most_ttl = 7 * 24h;
constexpr Duration without_servers = 15min;
constexpr Duration without_answer = 5min;
constexpr unsigned silences_at_first = 20;
// Twice the number of simultaneous questions: some of those began after all others had an answer.
constexpr unsigned silences_later = 100;
constexpr auto silence = 1min;
constexpr auto of_no_use = 90 * 24h;
}  // namespace

struct ProviderLookup::Round {
    std::vector<std::string> asked;
    std::vector<std::pair<std::string, queue::ProviderStore::Known>> answers;  // not stored yet
    std::vector<std::string> silent;
    unsigned silences = 0;  // in a row
    bool answered = false;
    [[nodiscard]] bool is_in_vain() const {
        return silences >= (answered ? silences_later : silences_at_first);
    }
};

ProviderLookup::ProviderLookup(db::Database database, std::shared_ptr<queue::Providers> providers,
                               net::MxResolver& resolver, const Clock& clock, Events& events,
                               std::function<void()> done)
    : database_(std::move(database)),
      store_(database_),
      providers_(std::move(providers)),
      resolver_(resolver),
      clock_(clock),
      events_(events),
      done_(std::move(done)) {
    store_.load(*providers_);
}

bool ProviderLookup::want(std::span<const queue::Addressee> addressees) {
    const Time now = clock_.now();
    bool unknown = false;
    bool any = false;
    const Lock lock(mutex_);
    for (const queue::Addressee& addressee : addressees) {
        const std::string_view domain = domain_of(addressee.address);
        if (providers_->is_fresh(domain, now)) continue;
        if (!is_wanted_.contains(domain) && wanted_.size() >= most_wanted) continue;
        add_wanted(domain);
        any = true;
        unknown = unknown || !providers_->is_learned(domain);
    }
    if (any) changed_.notify_one();
    return unknown && !silent_;
}

bool ProviderLookup::looking_up() const {
    const Lock lock(mutex_);
    return !silent_ && (at_work_ || !wanted_.empty());
}

void ProviderLookup::run(const std::stop_token& stop) {
    try {
        db::Transaction transaction(database_);
        store_.forget(clock_.now() - of_no_use);
        transaction.commit();
    } catch (const db::Error&) {
        // It is tried at the next start. The ledger reports when the database cannot be written.
    }
    while (!stop.stop_requested()) {
        {
            Lock lock(mutex_);
            if (silent_) changed_.wait_for(lock, stop, silence, [] { return false; });
            changed_.wait(lock, stop, [this]() REQUIRES(mutex_) { return !wanted_.empty(); });
        }
        if (!stop.stop_requested()) look_up_wanted(stop);
    }
}

void ProviderLookup::look_up_wanted(const std::stop_token& stop) {
    Round round{.asked = not_stored(take_wanted()), .answers = {}, .silent = {}};
    try {
        resolver_.look_up(
            round.asked,
            [&](std::string_view domain, const net::MxAnswer& answer) {
                take_answer(round, domain, answer);
                return round.is_in_vain();
            },
            stop);
    } catch (const std::runtime_error&) {
        round.silences = silences_later;  // no name server can be asked
    }
    store(round);
    finish(round);
    done_();
}

std::vector<std::string> ProviderLookup::take_wanted() {
    const Lock lock(mutex_);
    at_work_ = true;
    std::vector<std::string> domains;
    while (!wanted_.empty() && domains.size() < most_in_a_round) {
        is_wanted_.erase(wanted_.front());
        domains.push_back(std::move(wanted_.front()));
        wanted_.pop_front();
    }
    return domains;
}

void ProviderLookup::add_wanted(std::string_view domain) {
    if (is_wanted_.emplace(domain).second) wanted_.emplace_back(domain);
}

// Answers that memory had no room for may still be stored.
std::vector<std::string> ProviderLookup::not_stored(std::vector<std::string> domains) {
    const Time now = clock_.now();
    std::erase_if(domains, [&](const std::string& domain) {
        if (providers_->is_learned(domain)) return false;
        try {
            const auto known = store_.find(domain);
            if (!known) return false;
            providers_->learn(domain, known->mx, known->until);
            return now < known->until;
        } catch (const db::Error&) {
            return false;
        }
    });
    return domains;
}

void ProviderLookup::take_answer(Round& round, std::string_view domain, const net::MxAnswer& answer) {
    using Kind = net::MxAnswer::Kind;
    const Time now = clock_.now();
    if (answer.kind == Kind::silent) {
        ++round.silences;
        round.silent.emplace_back(domain);
        return;
    }
    round.silences = 0;
    round.answered = true;
    if (answer.kind == Kind::failed) return providers_->postpone(domain, now + without_answer);
    const Duration length =
        answer.kind == Kind::none ? without_servers : std::clamp<Duration>(answer.ttl, least_ttl, most_ttl);
    providers_->learn(domain, answer.host, now + length);
    round.answers.emplace_back(domain, queue::ProviderStore::Known{answer.host, now + length});
    if (round.answers.size() >= stored_at_once) store(round);
}

void ProviderLookup::store(Round& round) {
    try {
        db::Transaction transaction(database_);
        for (const auto& [domain, known] : round.answers) store_.save(domain, known);
        transaction.commit();
    } catch (const db::Error&) {
        // The answer is in memory, and will be looked up again after the next start.
    }
    round.answers.clear();
}

// If the name server was silent, every domain without an answer is looked up again soon, first those that
// were not asked for yet; otherwise domains without an answer wait.
void ProviderLookup::finish(Round& round) {
    const bool silent = round.is_in_vain();
    const Time now = clock_.now();
    bool changed = false;
    {
        const Lock lock(mutex_);
        at_work_ = false;
        if (silent) {
            std::ranges::sort(round.silent);
            for (const std::string& domain : round.asked) {
                const bool had_its_turn = std::ranges::binary_search(round.silent, domain);
                if (!had_its_turn && !providers_->is_fresh(domain, now)) add_wanted(domain);
            }
        }
        for (const std::string& domain : round.silent) {
            if (silent) {
                add_wanted(domain);
            } else {
                providers_->postpone(domain, now + without_answer);
            }
        }
        if (silent || round.answered) changed = std::exchange(silent_, silent) != silent;
    }
    if (changed && silent) events_.resolver_down();
    if (changed && !silent) events_.resolver_up();
}

}  // namespace paperround::pipeline
