#include "queue/store/delivery_lookup.hpp"

#include <charconv>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "queue/mailing.hpp"
#include "queue/outcome.hpp"
#include "queue/stored_states.hpp"

namespace paperround::queue {

namespace {

constexpr db::Sql select_named =
    "SELECT d.id, m.id, m.newsletter, d.subscriber_id, d.recipient, d.tries "
    "FROM deliveries d CROSS JOIN mailings m WHERE m.id = d.mailing_id ";

constexpr db::Sql select_marks =
    "SELECT m.seal, m.created FROM deliveries d CROSS JOIN mailings m WHERE m.id = d.mailing_id ";

// The id is neither the beginning nor the middle of another one.
bool has_word(std::string_view text, std::string_view id) {
    const auto within_id = [](char c) {
        return is_ascii_alpha(c) || is_ascii_digit(c) || c == '-' || c == '_';
    };
    for (auto at = text.find(id); at != std::string_view::npos; at = text.find(id, at + 1)) {
        const auto end = at + id.size();
        const bool begins = at == 0 || !within_id(text[at - 1]);
        const bool ends = end == text.size() || !within_id(text[end]);
        if (begins && ends) return true;
    }
    return false;
}

std::optional<NamedDelivery> first_of(db::Statement& query) {
    std::optional<NamedDelivery> found;
    if (query.step()) {
        found = NamedDelivery{query.integer(0), query.integer(1), query.text(2),
                              query.integer(3), query.text(4),    query.integer(5)};
    }
    query.reset();
    return found;
}

}  // namespace

std::optional<NamedDelivery> DeliveryLookup::by_number(std::int64_t delivery_id) {
    return first_of(db_.cached<select_named + "AND d.id = ?1">().bind(1, delivery_id));
}

std::optional<NamedDelivery> DeliveryLookup::of_reader(std::int64_t mailing_id, std::int64_t subscriber_id) {
    return first_of(db_.cached<select_named + "AND d.mailing_id = ?1 AND d.subscriber_id = ?2">().bind_all(
        mailing_id, subscriber_id));
}

std::optional<NamedDelivery> DeliveryLookup::by_reply(std::int64_t subscriber_id, std::string_view id,
                                                      Time now) {
    auto& query = db_.cached<
        "SELECT d.id, a.text FROM mailings m CROSS JOIN deliveries d CROSS JOIN attempts a "
        "WHERE m.created >= ?2 AND d.mailing_id = m.id AND d.subscriber_id = ?1 AND a.delivery_id = d.id "
        "AND a.outcome " +
        db::is<OutcomeKind::accepted> + " ORDER BY m.id DESC LIMIT ?3">();
    query.bind_all(subscriber_id, now - reply_ids_last, replies_searched);
    std::int64_t delivery = 0;
    while (delivery == 0 && query.step()) {
        if (has_word(query.text(1), id)) delivery = query.integer(0);
    }
    query.reset();
    return delivery == 0 ? std::nullopt : by_number(delivery);
}

bool DeliveryLookup::is_being_sent(std::int64_t subscriber_id, Time now) {
    auto& query = db_.cached<
        "SELECT 1 FROM mailings m CROSS JOIN deliveries d WHERE m.created >= ?2 AND "
        "d.mailing_id = m.id AND d.subscriber_id = ?1 AND d.state " +
        delivery_state::sending + " LIMIT 1">();
    const bool found = query.bind_all(subscriber_id, now - reply_ids_last).step();
    query.reset();
    return found;
}

std::optional<NamedDelivery> DeliveryLookup::by_message_id(std::string_view id, Time now) {
    const std::string_view local = id.substr(0, id.find('@'));
    const auto dot = local.find('.');
    if (local.size() == id.size() || dot == std::string_view::npos || dot == 0) return std::nullopt;
    const std::string_view key = local.substr(0, dot);
    std::string_view number = local.substr(dot + 1);
    number = number.substr(0, number.find('.'));
    std::int64_t delivery = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), delivery);
    if (error != std::errc() || end != number.data() + number.size() || delivery <= 0) return std::nullopt;
    auto& query = db_.cached<select_marks + "AND d.id = ?1 AND m.key = ?2">().bind_all(delivery, key);
    std::string seal;
    Time made{};
    const bool known = query.step();
    if (known) {
        seal = query.text(0);
        made = query.time(1);
    }
    query.reset();
    if (!known || (seal.empty() && now - made > unsealed_lasts)) return std::nullopt;
    if (!equal_in_constant_time(message_id_local_part({key, seal}, delivery), local)) return std::nullopt;
    return by_number(delivery);
}

}  // namespace paperround::queue
