// The running daemon, less its process: one ledger thread, composer threads and one courier thread per
// connection for each relay, the polling thread, the one that calls hubs and the one that looks up recipient
// domains, over one database. Made for one
// configuration; a reload drains this service and starts another.
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "audience/token.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"
#include "net/ares_mx_resolver.hpp"
#include "net/curl_http_client.hpp"
#include "pipeline/composing.hpp"
#include "pipeline/courier.hpp"
#include "pipeline/delivery_planner.hpp"
#include "pipeline/events.hpp"
#include "pipeline/hub_calling.hpp"
#include "pipeline/hub_intake.hpp"
#include "pipeline/polling.hpp"
#include "pipeline/press.hpp"
#include "pipeline/provider_lookup.hpp"
#include "pipeline/relay_access.hpp"
#include "pipeline/signing.hpp"

namespace paperround::pipeline {

// The outside world. All must outlive the service; the random source is used by several threads.
struct Surroundings {
    const Clock& clock;
    Random& random;
    Events& events;
    std::filesystem::path installed_templates;
    net::MxResolver* resolver = nullptr;  // of recipient domains; none: c-ares, as the settings say
};

class DeliveryService {
  public:
    // Reads the secrets and templates, opens the database, and recovers what an earlier run left open. The
    // failures are configuration problems, one line each. Requires the data directory's lock. Throws
    // db::Error.
    [[nodiscard]] static Result<std::unique_ptr<DeliveryService>, std::vector<std::string>> open(
        config::Settings settings, const Surroundings& surroundings);
    ~DeliveryService();
    DeliveryService(const DeliveryService&) = delete;
    DeliveryService& operator=(const DeliveryService&) = delete;

    // Polls, plans, claims and sends until drain().
    void start();
    // Polls every source once, sends what is due, and returns when nothing is due any more (or at `stop`).
    void run_once(const std::stop_token& stop);
    // No new claims; open transactions are finished, or ended after settings.drain; all outcomes recorded.
    // False where the database did not take the last ones.
    bool drain();

    [[nodiscard]] queue::Recall& recall() { return recall_; }
    [[nodiscard]] HubIntake& hub_intake() { return hub_intake_; }
    [[nodiscard]] const audience::TokenSigner& signer() const { return tokens_; }
    [[nodiscard]] const config::Settings& settings() const { return settings_; }

  private:
    DeliveryService(config::Settings settings, const Surroundings& surroundings, std::string_view secret,
                    Signing signing, std::shared_ptr<net::CurlHttpClient> token_client,
                    std::vector<RelayAccess> relays);
    [[nodiscard]] queue::LedgerSettings ledger_settings() const;
    void recover();
    void start_sending();
    void start_lane(std::size_t lane);
    void stop_composing();

    config::Settings settings_;
    Surroundings surroundings_;
    audience::TokenSigner tokens_;
    post::WebSubKey websub_key_;
    Signing signing_;
    std::shared_ptr<net::CurlHttpClient> token_client_;  // of the relays that take access tokens
    std::vector<RelayAccess> relays_;                    // one per lane of the ledger
    db::Database database_;                              // the ledger's
    Press press_;
    queue::Recall recall_;
    std::shared_ptr<queue::Providers> providers_;
    net::AresMxResolver resolver_;
    ProviderLookup provider_lookup_;
    DeliveryPlanner planner_;
    queue::Ledger ledger_;
    Polling polling_;
    HubCalling hub_calling_;
    HubIntake hub_intake_;
    smtp::Interrupt interrupt_;
    std::jthread ledger_thread_;
    std::jthread polling_thread_;
    std::jthread hub_thread_;
    std::vector<std::unique_ptr<Outbox>> outboxes_;   // one per lane
    std::vector<std::unique_ptr<Overlap>> overlaps_;  // one per lane
    std::jthread lookup_thread_;
    std::vector<std::jthread> composers_;
    std::vector<std::jthread> couriers_;
    bool drained_ = false;
};

}  // namespace paperround::pipeline
