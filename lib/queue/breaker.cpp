#include "queue/breaker.hpp"

#include <algorithm>
#include <cmath>

namespace paperround::queue {

namespace {
constexpr double least_failures = 5;
}

bool concerns_breaker(OutcomeKind kind) {
    return kind == OutcomeKind::accepted || kind == OutcomeKind::rejected_recipient ||
           kind == OutcomeKind::perhaps_recipient || kind == OutcomeKind::rejected_policy;
}

bool concerns_breaker(const Outcome& outcome) {
    const bool ours = outcome.kind == OutcomeKind::rejected_policy && outcome.code == 0;
    return concerns_breaker(outcome.kind) && (!ours || outcome.enhanced == "5.6.0");
}

bool Breaker::count(OutcomeKind kind, const config::Breaker& settings) {
    if (tripped || !concerns_breaker(kind)) return false;
    window += kind == OutcomeKind::accepted ? '.' : 'x';
    if (window.size() > settings.of) window.erase(0, window.size() - settings.of);
    const double needed = std::max(least_failures, std::ceil(settings.share * settings.of - 1e-9));
    tripped = static_cast<double>(failures()) >= needed;
    return tripped;
}

std::size_t Breaker::failures() const {
    return static_cast<std::size_t>(std::ranges::count(window, 'x'));
}

}  // namespace paperround::queue
