#include "queue/store/delivery_lookup.hpp"

#include <charconv>

namespace paperround::queue {

namespace {

constexpr db::Sql select_named =
    "SELECT d.id, m.id, m.newsletter, d.subscriber_id, d.recipient, d.tries "
    "FROM deliveries d CROSS JOIN mailings m WHERE m.id = d.mailing_id ";

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

std::optional<NamedDelivery> DeliveryLookup::by_message_id(std::string_view id) {
    const std::string_view local = id.substr(0, id.find('@'));
    const auto dot = local.find('.');
    if (local.size() == id.size() || dot == std::string_view::npos || dot == 0) return std::nullopt;
    const std::string_view number = local.substr(dot + 1);
    std::int64_t delivery = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), delivery);
    if (error != std::errc() || end != number.data() + number.size() || delivery <= 0) return std::nullopt;
    return first_of(
        db_.cached<select_named + "AND d.id = ?1 AND m.key = ?2">().bind_all(delivery, local.substr(0, dot)));
}

}  // namespace paperround::queue
