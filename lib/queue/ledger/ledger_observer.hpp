// What happened, after it was committed; on the ledger's thread. For the daemon's log and figures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "queue/outcome.hpp"
#include "queue/policy/retry_policy.hpp"
#include "queue/relay/relay_health.hpp"
#include "queue/store/delivery_store.hpp"

namespace paperround::queue {

class LedgerObserver {
  public:
    virtual ~LedgerObserver() = default;
    virtual void recorded(const Delivery& delivery, const Outcome& outcome, const Step& step,
                          std::string_view relay) = 0;
    virtual void relay_down(std::string_view relay, const RelayHealth& health) = 0;
    virtual void relay_up(std::string_view relay) = 0;
    virtual void paused(std::int64_t mailing_id, std::string_view newsletter, std::string_view reason) = 0;
    // So many that had been recorded as failed are to be sent after all.
    virtual void no_longer_failed(std::size_t /*deliveries*/) {}
    // The domain or provider asked for less, and gets so many a second now; or it is as fast again as it was.
    virtual void domain_slowed(std::string_view /*domain*/, double /*per_second*/,
                               std::string_view /*words*/) {}
    virtual void domain_restored(std::string_view /*domain*/) {}
    // The relay asks for less, and gets so many a second now; or it gets all again.
    virtual void relay_slowed(std::string_view /*relay*/, double /*per_second*/, std::string_view /*words*/) {
    }
    virtual void relay_restored(std::string_view /*relay*/) {}
    // It takes no more than so many connections, or messages in a session.
    virtual void connections_learned(std::string_view /*relay*/, unsigned /*connections*/,
                                     std::string_view /*words*/) {}
    virtual void messages_learned(std::string_view /*relay*/, unsigned /*messages*/,
                                  std::string_view /*words*/) {}
    // A person has paused it, or lets it go on.
    virtual void relay_paused(std::string_view /*relay*/) {}
    virtual void relay_resumed(std::string_view /*relay*/) {}
    virtual void relay_forgotten(std::string_view /*relay*/) {}
    virtual void write_failed(std::string_view reason) = 0;
    virtual void write_resumed() = 0;
    // The database's files are not those that were opened any more: nothing is claimed or written from now
    // on.
    virtual void database_replaced() {}
};

}  // namespace paperround::queue
