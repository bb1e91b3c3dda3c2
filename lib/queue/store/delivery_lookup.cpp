#include "queue/store/delivery_lookup.hpp"

#include <charconv>

namespace paperround::queue {

std::optional<NamedDelivery> DeliveryLookup::by_message_id(std::string_view id) {
    const std::string_view local = id.substr(0, id.find('@'));
    const auto dot = local.find('.');
    if (local.size() == id.size() || dot == std::string_view::npos || dot == 0) return std::nullopt;
    const std::string_view number = local.substr(dot + 1);
    std::int64_t delivery = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), delivery);
    if (error != std::errc() || end != number.data() + number.size() || delivery <= 0) return std::nullopt;
    auto query = db_.prepare<
        "SELECT m.id, m.newsletter, d.subscriber_id, d.recipient FROM deliveries d CROSS JOIN mailings m "
        "WHERE d.id = ?1 AND m.id = d.mailing_id AND m.key = ?2">();
    query.bind_all(delivery, local.substr(0, dot));
    if (!query.step()) return std::nullopt;
    return NamedDelivery{query.integer(0), query.text(1), query.integer(2), query.text(3)};
}

}  // namespace paperround::queue
