#include "queue/outcome.hpp"

#include <array>
#include <utility>

namespace paperround::queue {

namespace {

constexpr std::array<std::pair<Stage, std::string_view>, 10> stages{{
    {Stage::connect, "connect"},
    {Stage::tls, "tls"},
    {Stage::greeting, "greeting"},
    {Stage::ehlo, "ehlo"},
    {Stage::auth, "auth"},
    {Stage::mail, "mail"},
    {Stage::rcpt, "rcpt"},
    {Stage::data, "data"},
    {Stage::body, "body"},
    {Stage::final_dot, "final_dot"},
}};

constexpr std::array<std::pair<OutcomeKind, std::string_view>, 19> kinds{{
    {OutcomeKind::accepted, "accepted"},
    {OutcomeKind::rejected_recipient, "rejected_recipient"},
    {OutcomeKind::perhaps_recipient, "perhaps_recipient"},
    {OutcomeKind::deferred, "deferred"},
    {OutcomeKind::rejected_message, "rejected_message"},
    {OutcomeKind::rejected_sender, "rejected_sender"},
    {OutcomeKind::rejected_policy, "rejected_policy"},
    {OutcomeKind::domain_slowed, "domain_slowed"},
    {OutcomeKind::relay_trouble, "relay_trouble"},
    {OutcomeKind::in_doubt, "in_doubt"},
    {OutcomeKind::protocol, "protocol"},
    {OutcomeKind::withdrawn, "withdrawn"},
    {OutcomeKind::perhaps_relay, "perhaps_relay"},
    {OutcomeKind::relay_slowed, "relay_slowed"},
    {OutcomeKind::relay_quota, "relay_quota"},
    {OutcomeKind::session_limit, "session_limit"},
    {OutcomeKind::connections_limit, "connections_limit"},
    {OutcomeKind::session_broken, "session_broken"},
    {OutcomeKind::bounced_later, "bounced_later"},
}};

}  // namespace

std::string_view to_string(Stage stage) {
    for (const auto& [value, name] : stages) {
        if (value == stage) return name;
    }
    return "?";
}

std::string_view to_string(OutcomeKind kind) {
    for (const auto& [value, name] : kinds) {
        if (value == kind) return name;
    }
    return "?";
}

std::optional<OutcomeKind> parse_outcome_kind(std::string_view text) {
    for (const auto& [value, name] : kinds) {
        if (name == text) return value;
    }
    return std::nullopt;
}

bool is_relay_trouble(OutcomeKind kind) {
    return kind == OutcomeKind::relay_trouble || kind == OutcomeKind::relay_quota;
}

bool is_about_mailbox(const Outcome& outcome) {
    return outcome.kind == OutcomeKind::rejected_recipient || outcome.about == About::mailbox;
}

bool is_relay_limit(OutcomeKind kind) {
    return kind == OutcomeKind::relay_slowed || kind == OutcomeKind::session_limit ||
           kind == OutcomeKind::connections_limit;
}

bool is_about_us_opening(const Outcome& outcome) {
    return outcome.code == 0 && (outcome.enhanced == name_not_found || outcome.enhanced == without_means ||
                                 outcome.stage == Stage::auth);
}

bool may_be_relay_trouble(OutcomeKind kind) {
    return is_relay_trouble(kind) || kind == OutcomeKind::in_doubt || kind == OutcomeKind::protocol ||
           kind == OutcomeKind::perhaps_relay || kind == OutcomeKind::relay_slowed;
}

}  // namespace paperround::queue
