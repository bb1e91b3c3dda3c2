#include "queue/admin/closing_account.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "queue/stored_states.hpp"

namespace paperround::queue {

namespace {

constexpr int listed_at_once = 1000;

constexpr std::array<std::pair<Place, std::string_view>, place_count> place_words{{
    {Place::accepted, "accepted"},
    {Place::bounced, "bounced"},
    {Place::refused, "refused"},
    {Place::expired, "expired"},
    {Place::left, "left"},
    {Place::suppressed, "suppressed"},
    {Place::cancelled, "cancelled"},
    {Place::held, "held"},
    {Place::in_doubt, "in-doubt"},
    {Place::held_in_doubt, "held-in-doubt"},
    {Place::waiting, "waiting"},
}};

// One that is held by the doubts about it is told by its last attempt.
Place place_of(DeliveryState state, bool doubted) {
    switch (state) {
        case DeliveryState::sent:
            return Place::accepted;
        case DeliveryState::bounced:
            return Place::bounced;
        case DeliveryState::refused:
            return Place::refused;
        case DeliveryState::expired:
            return Place::expired;
        case DeliveryState::left:
            return Place::left;
        case DeliveryState::suppressed:
            return Place::suppressed;
        case DeliveryState::cancelled:
            return Place::cancelled;
        case DeliveryState::held:
            return doubted ? Place::held_in_doubt : Place::held;
        case DeliveryState::in_doubt:
            return Place::in_doubt;
        case DeliveryState::queued:
        case DeliveryState::sending:
        case DeliveryState::deferred:
            return Place::waiting;
    }
    return Place::waiting;
}

constexpr db::Sql last_outcome =
    "(SELECT a.outcome FROM attempts a WHERE a.delivery_id = d.id ORDER BY a.id DESC LIMIT 1)";

// " 0 1 2 "
std::string states_of(Place place) {
    std::string list;
    for (int number = 0; number <= static_cast<int>(DeliveryState::left); ++number) {
        const auto state = static_cast<DeliveryState>(number);
        if (place_of(state, false) == place || place_of(state, true) == place)
            list += fmt::format("{}{} ", list.empty() ? " " : "", number);
    }
    return list;
}

struct Row {
    std::int64_t id = 0;
    std::int64_t subscriber_id = 0;
    PlacedDelivery delivery;
};

}  // namespace

std::string_view to_string(Place place) {
    for (const auto& [value, word] : place_words) {
        if (value == place) return word;
    }
    return "?";
}

std::optional<Place> parse_place(std::string_view word) {
    for (const auto& [value, name] : place_words) {
        if (name == word) return value;
    }
    return std::nullopt;
}

PlaceCounts ClosingAccount::counts(std::int64_t mailing_id) {
    PlaceCounts counts{};
    const auto at = [&counts](Place place) -> std::int64_t& {
        return counts.at(static_cast<std::size_t>(place));
    };
    auto states =
        db_.prepare<"SELECT state, count(*) FROM deliveries WHERE mailing_id = ?1 GROUP BY state">();
    states.bind(1, mailing_id);
    while (states.step())
        at(place_of(static_cast<DeliveryState>(states.integer(0)), false)) += states.integer(1);
    auto doubts = db_.prepare<
        "SELECT count(*) FROM deliveries d INDEXED BY deliveries_held WHERE d.mailing_id = ?1 AND d.state " +
        delivery_state::held + " AND " + last_outcome + " " + db::is<OutcomeKind::in_doubt>>();
    doubts.bind(1, mailing_id).step();
    at(Place::held) -= doubts.integer(0);
    at(Place::held_in_doubt) += doubts.integer(0);
    return counts;
}

WithoutDelivery ClosingAccount::without_delivery(std::int64_t mailing_id) {
    auto query = db_.prepare<
        "SELECT passed_over, not_reached, fan_out_cursor, fan_out_done, state FROM mailings WHERE id = ?1">();
    query.bind(1, mailing_id);
    if (!query.step()) return {};
    WithoutDelivery without{
        .passed_over = query.integer(0), .not_reached = query.integer(1), .goes_on_behind = {}};
    const bool open = static_cast<MailingState>(query.integer(4)) < MailingState::cancelled;
    if (open && static_cast<FanOut>(query.integer(3)) == FanOut::under_way)
        without.goes_on_behind = query.integer(2);
    return without;
}

void ClosingAccount::list(std::int64_t mailing_id, Place place,
                          const std::function<bool(const PlacedDelivery&)>& visit) {
    const std::string states = states_of(place);
    for (std::int64_t after = 0;;) {
        auto& query = db_.cached<
            "SELECT d.id, d.subscriber_id, d.recipient, d.state, d.due, " + last_outcome +
            " FROM deliveries d INDEXED BY deliveries_once WHERE d.mailing_id = ?1 AND d.subscriber_id > ?2 "
            "AND ?3 LIKE '% ' || d.state || ' %' ORDER BY d.subscriber_id LIMIT ?4">();
        query.bind_all(mailing_id, after, states, listed_at_once);
        std::vector<Row> rows;
        while (query.step()) {
            Row row{.id = query.integer(0), .subscriber_id = query.integer(1), .delivery = {}};
            row.delivery.recipient = query.text(2);
            row.delivery.state = static_cast<DeliveryState>(query.integer(3));
            row.delivery.due = query.time(4);
            const bool doubted =
                !query.is_null(5) && static_cast<OutcomeKind>(query.integer(5)) == OutcomeKind::in_doubt;
            after = row.subscriber_id;
            rows.push_back(std::move(row));
            if (place_of(rows.back().delivery.state, doubted) != place) rows.back().id = 0;
        }
        query.reset();
        for (Row& row : rows) {
            if (row.id == 0) continue;
            add_last_try(row.id, row.delivery);
            if (!visit(row.delivery)) return;
        }
        if (rows.size() < listed_at_once) return;
    }
}

void ClosingAccount::add_last_try(std::int64_t delivery_id, PlacedDelivery& delivery) {
    auto& query = db_.cached<
        "SELECT at, outcome, stage, code, enhanced, text, relay FROM attempts WHERE delivery_id = ?1 ORDER BY id DESC LIMIT 1">();
    if (query.bind(1, delivery_id).step()) {
        delivery.tried = query.time(0);
        delivery.outcome.kind = static_cast<OutcomeKind>(query.integer(1));
        delivery.outcome.stage = static_cast<Stage>(query.integer(2));
        delivery.outcome.code = static_cast<int>(query.integer(3));
        delivery.outcome.enhanced = query.text(4);
        delivery.outcome.text = query.text(5);
        delivery.relay = query.text(6);
    }
    query.reset();
}

}  // namespace paperround::queue
