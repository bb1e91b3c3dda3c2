// The queue seen from different sides, for listings: what is not final yet by recipient domain, by newsletter
// and by state. Reads only; any connection will do. Each call reads all waiting deliveries once.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.hpp"
#include "queue/mailing.hpp"

namespace paperround::queue {

struct DomainLine {
    std::string domain;
    std::int64_t waiting = 0;  // all that is not final, paused mailings included
    std::int64_t sending = 0;
    std::optional<Time> next_due;
};

struct StateLine {
    DeliveryState state = DeliveryState::queued;
    std::int64_t count = 0;
    std::optional<Time> next_due;
};

class QueueOverview {
  public:
    explicit QueueOverview(db::Database& database) : db_(database) {}

    // The domains with most waiting first, at most `limit` of them.
    [[nodiscard]] std::vector<DomainLine> by_domain(unsigned limit);
    // The same for providers, with their names instead of domains. Reads every domain.
    using ProviderOf = std::function<std::string(std::string_view domain)>;
    [[nodiscard]] std::vector<DomainLine> by_provider(const ProviderOf& provider_of, unsigned limit);
    [[nodiscard]] std::vector<StateLine> by_state();
    // How much waits of each newsletter.
    [[nodiscard]] std::map<std::string, std::int64_t> by_newsletter();
    // All that waits of the mailings under way; by their accounts, so that it costs nothing to ask often.
    [[nodiscard]] std::int64_t pending();
    // How many mailings have paused themselves and wait for a person.
    [[nodiscard]] std::int64_t paused_themselves();

  private:
    db::Database& db_;
};

}  // namespace paperround::queue
