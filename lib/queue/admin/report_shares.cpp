#include "queue/admin/report_shares.hpp"

#include "queue/report_effect.hpp"
#include "queue/stored_states.hpp"

namespace paperround::queue {

void ReportShares::each_answered(std::int64_t mailing_id,
                                 const std::function<void(std::string_view, bool)>& visit) {
    auto query = db_.prepare<
        "SELECT recipient, state FROM deliveries INDEXED BY deliveries_once WHERE mailing_id = ?1 AND state " +
        db::in<DeliveryState::sent, DeliveryState::bounced>>();
    query.bind(1, mailing_id);
    while (query.step())
        visit(query.text(0), static_cast<DeliveryState>(query.integer(1)) == DeliveryState::bounced);
}

void ReportShares::each_complaint(std::int64_t mailing_id,
                                  const std::function<void(std::string_view)>& visit) {
    auto query = db_.prepare<
        "SELECT d.recipient FROM reports r CROSS JOIN deliveries d WHERE r.mailing_id = ?1 AND "
        "d.id = r.delivery_id AND r.effect " +
        db::is<ReportEffect::complained>>();
    query.bind(1, mailing_id);
    while (query.step()) visit(query.text(0));
}

std::int64_t ReportShares::bounced_later(std::int64_t mailing_id) {
    auto query = db_.prepare<
        "SELECT count(DISTINCT r.delivery_id) FROM reports r CROSS JOIN deliveries d WHERE r.mailing_id = ?1 AND "
        "d.id = r.delivery_id AND r.kind = 'bounce' AND d.state " +
        delivery_state::bounced>();
    query.bind(1, mailing_id);
    query.step();
    return query.integer(0);
}

}  // namespace paperround::queue
