#include "queue/policy/breaker.hpp"

#include <algorithm>
#include <cmath>

namespace paperround::queue {

namespace {

constexpr double least_failures = 5;

char mark_of(const Outcome& outcome) {
    if (outcome.kind == OutcomeKind::accepted) return '.';
    return is_about_mailbox(outcome) ? 'm' : 'x';
}

// The chance of `failures` or more among `tried` where each fails with `share`.
double chance_of(std::size_t failures, std::size_t tried, double share) {
    if (share >= 1.0) return 1.0;
    double sum = 0.0;
    const auto n = static_cast<double>(tried);
    for (std::size_t i = failures; i <= tried; ++i) {
        const auto k = static_cast<double>(i);
        const double choices = std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
        sum += std::exp(choices + k * std::log(share) + (n - k) * std::log1p(-share));
    }
    return sum;
}

}  // namespace

bool concerns_breaker(OutcomeKind kind) {
    return kind == OutcomeKind::accepted || kind == OutcomeKind::rejected_recipient ||
           kind == OutcomeKind::perhaps_recipient || kind == OutcomeKind::rejected_policy;
}

bool concerns_breaker(const Outcome& outcome) {
    const bool ours = outcome.kind == OutcomeKind::rejected_policy && outcome.code == 0;
    return concerns_breaker(outcome.kind) && (!ours || outcome.enhanced == "5.6.0");
}

bool Breaker::count(const Outcome& outcome, const config::Breaker& settings, const Before& before) {
    if (tripped || !concerns_breaker(outcome)) return false;
    window += mark_of(outcome);
    if (window.size() > settings.of) window.erase(0, window.size() - settings.of);
    if (outcome.kind == OutcomeKind::accepted) return false;
    const double share_of_window = std::ceil(settings.share * static_cast<double>(window.size()) - 1e-9);
    const double needed = std::max(least_failures, share_of_window);
    const std::size_t about_mailbox = mailbox_failures();
    if (static_cast<double>(failures()) < needed) return false;
    tripped = static_cast<double>(failures() - about_mailbox) >= needed;
    if (!tripped) {
        const MailboxAnswers usual = before(*this);
        tripped =
            chance_of(about_mailbox, window.size(), usual.share()) * static_cast<double>(usual.deliveries) <
            too_unlikely;
    }
    return tripped;
}

std::size_t Breaker::failures() const {
    return static_cast<std::size_t>(std::ranges::count_if(window, [](char mark) { return mark != '.'; }));
}

std::size_t Breaker::mailbox_failures() const {
    return static_cast<std::size_t>(std::ranges::count(window, 'm'));
}

}  // namespace paperround::queue
