// The queue by recipient domain: where a character stands in a text, each database tells by a function of its own
// (instr, strpos), and to read every address here instead would cost a long queue seconds.
#include "queue/admin/overview_sql.hpp"
#include "queue/admin/queue_overview.hpp"

namespace paperround::queue {

std::vector<DomainLine> QueueOverview::by_domain(unsigned limit) {
    auto query = db_.prepare<
        "SELECT lower(substr(d.recipient, instr(d.recipient, '@') + 1)), count(*), count(*) FILTER (WHERE d.state " +
        delivery_state::sending + "), " + overview::earliest + overview::waiting +
        "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?1">();
    query.bind(1, limit);
    std::vector<DomainLine> lines;
    while (query.step()) {
        lines.push_back({query.text(0), query.integer(1), query.integer(2), query.optional_time(3)});
    }
    return lines;
}

}  // namespace paperround::queue
