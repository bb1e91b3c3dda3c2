#include "queue/mailing.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/crypto.hpp"
#include "base/encoding.hpp"

namespace paperround::queue {

namespace {

constexpr std::size_t mark_octets = 8;

constexpr std::array<std::pair<MailingState, std::string_view>, 6> mailing_states{{
    {MailingState::scheduled, "scheduled"},
    {MailingState::fanning, "fanning"},
    {MailingState::sending, "sending"},
    {MailingState::paused, "paused"},
    {MailingState::cancelled, "cancelled"},
    {MailingState::done, "done"},
}};

constexpr std::array<std::pair<DeliveryState, std::string_view>, 12> delivery_states{{
    {DeliveryState::queued, "queued"},
    {DeliveryState::sending, "sending"},
    {DeliveryState::deferred, "deferred"},
    {DeliveryState::in_doubt, "in_doubt"},
    {DeliveryState::held, "held"},
    {DeliveryState::sent, "sent"},
    {DeliveryState::bounced, "bounced"},
    {DeliveryState::refused, "refused"},
    {DeliveryState::expired, "expired"},
    {DeliveryState::suppressed, "suppressed"},
    {DeliveryState::cancelled, "cancelled"},
    {DeliveryState::left, "left"},
}};

template <class Table, class State>
std::string_view name_of(const Table& table, State state) {
    for (const auto& [value, name] : table) {
        if (value == state) return name;
    }
    return "?";
}

template <class State, class Table>
std::optional<State> value_of(const Table& table, std::string_view text) {
    for (const auto& [value, name] : table) {
        if (name == text) return value;
    }
    return std::nullopt;
}

}  // namespace

std::string_view to_string(MailingState state) {
    return name_of(mailing_states, state);
}
std::string_view to_string(DeliveryState state) {
    return name_of(delivery_states, state);
}

std::optional<MailingState> parse_mailing_state(std::string_view text) {
    return value_of<MailingState>(mailing_states, text);
}
std::optional<DeliveryState> parse_delivery_state(std::string_view text) {
    return value_of<DeliveryState>(delivery_states, text);
}

bool is_final(DeliveryState state) {
    return state >= DeliveryState::sent;
}

std::string message_id_local_part(Marks mailing, std::int64_t delivery_id) {
    std::string text = fmt::format("{}.{}", mailing.key, delivery_id);
    if (mailing.seal.empty()) return text;
    const std::string number = text.substr(mailing.key.size() + 1);
    text += '.';
    text += base32(hmac_sha256(mailing.seal, number).substr(0, mark_octets));
    return text;
}

std::string message_id(Marks mailing, std::int64_t delivery_id, std::string_view domain) {
    std::string id = message_id_local_part(mailing, delivery_id);
    id += '@';
    id += domain;
    return id;
}

}  // namespace paperround::queue
