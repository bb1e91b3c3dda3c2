// The public pages' view of the running daemon: links checked by signature, departures made through the
// pipeline.
#pragma once

#include <mutex>

#include "audience/token.hpp"
#include "config/settings.hpp"
#include "db/database.hpp"
#include "pipeline/departure.hpp"
#include "web/readers.hpp"

namespace paperround::daemon {

// Serves one request at a time: each takes about a millisecond, and they share one database connection.
class PublicReaders final : public web::Readers {
  public:
    // References must outlive it.
    PublicReaders(db::Database database, const config::Settings& settings,
                  const audience::TokenSigner& signer, queue::Recall& recall, const Clock& clock)
        : database_(std::move(database)),
          settings_(settings),
          signer_(signer),
          departure_(database_, clock, &recall) {}

    [[nodiscard]] std::optional<web::Membership> describe(std::string_view token) override;
    [[nodiscard]] web::LeaveResult leave(std::string_view token) override;

  private:
    std::mutex mutex_;
    db::Database database_;
    const config::Settings& settings_;
    const audience::TokenSigner& signer_;
    pipeline::Departure departure_;
};

}  // namespace paperround::daemon
