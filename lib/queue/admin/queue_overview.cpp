#include "queue/admin/queue_overview.hpp"

#include <algorithm>
#include <limits>

#include "queue/admin/overview_sql.hpp"

namespace paperround::queue {

std::vector<DomainLine> QueueOverview::by_provider(const ProviderOf& provider_of, unsigned limit) {
    std::map<std::string, DomainLine> sums;
    for (const DomainLine& domain : by_domain(std::numeric_limits<unsigned>::max())) {
        std::string name = provider_of(domain.domain);
        DomainLine& sum = sums[name];
        sum.domain = std::move(name);
        sum.waiting += domain.waiting;
        sum.sending += domain.sending;
        if (domain.next_due)
            sum.next_due = std::min(*domain.next_due, sum.next_due.value_or(*domain.next_due));
    }
    std::vector<DomainLine> lines;
    lines.reserve(sums.size());
    for (auto& [name, sum] : sums) lines.push_back(std::move(sum));
    std::ranges::stable_sort(lines, std::greater<>(), &DomainLine::waiting);
    if (lines.size() > limit) lines.resize(limit);
    return lines;
}

std::vector<StateLine> QueueOverview::by_state() {
    auto query = db_.prepare<"SELECT d.state, count(*), " + overview::earliest + overview::waiting +
                             "GROUP BY 1 ORDER BY 1">();
    std::vector<StateLine> lines;
    while (query.step()) {
        lines.push_back(
            {static_cast<DeliveryState>(query.integer(0)), query.integer(1), query.optional_time(2)});
    }
    return lines;
}

std::int64_t QueueOverview::pending() {
    auto& query = db_.cached<"SELECT coalesce(sum(pending), 0) FROM mailings WHERE state " +
                             mailing_state::under_way>();
    query.step();
    const std::int64_t count = query.integer(0);
    query.reset();
    return count;
}

std::int64_t QueueOverview::paused_themselves() {
    auto query = db_.prepare<"SELECT count(*) FROM mailings WHERE state = ?1 AND pause_reason <> ?2">();
    query.bind_all(static_cast<int>(MailingState::paused), paused_by_hand);
    query.step();
    return query.integer(0);
}

std::map<std::string, std::int64_t> QueueOverview::by_newsletter() {
    auto query = db_.prepare<"SELECT m.newsletter, count(*) " + overview::waiting + "GROUP BY 1">();
    std::map<std::string, std::int64_t> counts;
    while (query.step()) counts.emplace(query.text(0), query.integer(1));
    return counts;
}

}  // namespace paperround::queue
