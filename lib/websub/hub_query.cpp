#include "websub/hub_query.hpp"

#include <charconv>
#include <map>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace paperround::websub {

namespace {

constexpr std::size_t longest_query = 8U << 10U;
constexpr std::size_t most_parameters = 64;
constexpr std::size_t longest_topic = 2000;
constexpr std::size_t longest_challenge = 1000;
constexpr std::size_t longest_reason = 300;
constexpr std::int64_t longest_lease = 10LL * 365 * 24 * 3600;  // seconds

using Parameters = std::map<std::string, std::string, std::less<>>;

// The parameters of the hub's own; nothing where one comes twice or is not readable.
std::optional<Parameters> read_parameters(std::string_view query) {
    if (query.size() > longest_query) return std::nullopt;
    Parameters parameters;
    const auto pairs = split(query, '&');
    if (pairs.size() > most_parameters) return std::nullopt;
    for (const std::string_view pair : pairs) {
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos) continue;
        auto name = decode_percent(pair.substr(0, equals), true);
        if (!name || !name->starts_with("hub.")) continue;
        auto value = decode_percent(pair.substr(equals + 1), true);
        if (!value || !parameters.emplace(std::move(*name), std::move(*value)).second) return std::nullopt;
    }
    return parameters;
}

// Empty where there is none, or one that nobody would send.
std::string text_of(const Parameters& parameters, std::string_view name, std::size_t longest) {
    const auto found = parameters.find(name);
    if (found == parameters.end() || found->second.size() > longest) return {};
    if (has_control_characters(found->second) || to_valid_utf8(found->second) != found->second) return {};
    return found->second;
}

std::optional<Duration> lease_of(const Parameters& parameters) {
    const std::string text = text_of(parameters, "hub.lease_seconds", 20);
    std::int64_t seconds = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (problem != std::errc{} || end != text.data() + text.size() || seconds <= 0) return std::nullopt;
    return std::chrono::seconds(std::min(seconds, longest_lease));
}

std::string reason_of(const Parameters& parameters) {
    const auto found = parameters.find("hub.reason");
    if (found == parameters.end()) return {};
    const std::string text = without_control_characters(collapse_spaces(to_valid_utf8(found->second)));
    return std::string(utf8_prefix(text, longest_reason));
}

}  // namespace

std::optional<HubQuery> parse_hub_query(std::string_view query) {
    const auto parameters = read_parameters(query);
    if (!parameters) return std::nullopt;
    HubQuery asked;
    const std::string mode = text_of(*parameters, "hub.mode", 20);
    if (mode == "unsubscribe") {
        asked.mode = HubQuery::Mode::unsubscribe;
    } else if (mode == "denied") {
        asked.mode = HubQuery::Mode::denied;
    } else if (mode != "subscribe") {
        return std::nullopt;
    }
    asked.topic = text_of(*parameters, "hub.topic", longest_topic);
    asked.challenge = text_of(*parameters, "hub.challenge", longest_challenge);
    asked.reason = reason_of(*parameters);
    asked.lease = lease_of(*parameters);
    const bool needs_challenge = asked.mode != HubQuery::Mode::denied;
    if (asked.topic.empty() || (needs_challenge && asked.challenge.empty())) return std::nullopt;
    return asked;
}

}  // namespace paperround::websub
