// The running daemon without its process: one ledger thread, composer threads and one courier thread per
// connection for each relay, and threads for polling, for calling hubs and for looking up recipient domains,
// over one database. Made for one configuration; a reload makes another service, which takes over from this
// one.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
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
#include "pipeline/courier/composing.hpp"
#include "pipeline/courier/courier.hpp"
#include "pipeline/courier/courier_threads.hpp"
#include "pipeline/courier/relay_access.hpp"
#include "pipeline/events.hpp"
#include "pipeline/intake/hub_calling.hpp"
#include "pipeline/intake/hub_intake.hpp"
#include "pipeline/intake/picture_learning.hpp"
#include "pipeline/intake/polling.hpp"
#include "pipeline/intake/report_collecting.hpp"
#include "pipeline/intake/webhook_access.hpp"
#include "pipeline/plan/delivery_planner.hpp"
#include "pipeline/plan/provider_lookup.hpp"
#include "pipeline/plan/recovery.hpp"
#include "pipeline/press/press.hpp"
#include "pipeline/press/rendering_ahead.hpp"
#include "pipeline/press/signing.hpp"

namespace paperround::pipeline {

// What the service gets from outside. All must outlive it; the random source is used by several threads.
struct Surroundings {
    const Clock& clock;
    Random& random;
    Events& events;
    std::filesystem::path installed_templates;
    net::MxResolver* resolver = nullptr;  // for recipient domains; null: c-ares as configured
    std::optional<RecorderPlace> recorder = std::nullopt;  // nothing: no flight recorder is kept
};

// Everything that a configuration names (secrets, keys, templates), read and checked: a service made from it
// cannot fail because of the configuration.
struct Preparation {
    config::Settings settings;
    std::vector<std::string> secrets;  // the newest first
    Signing signing;
    std::shared_ptr<net::CurlHttpClient> token_client;  // fetches access tokens for the relays
    std::vector<RelayAccess> relays;
    std::vector<MailboxAccess> mailboxes = {};  // of what comes back
    std::vector<WebhookAccess> webhooks = {};
};

// The failures are configuration problems, one line each.
[[nodiscard]] Result<Preparation, std::vector<std::string>> prepare(config::Settings settings,
                                                                    const Surroundings& surroundings);

class DeliveryService {
  public:
    // Opens the database, and recovers what an earlier run left unfinished. Requires the data directory's
    // lock. Throws db::Error.
    DeliveryService(Preparation preparation, const Surroundings& surroundings);
    // Takes over from a service that has stepped back, in the same process: the outcomes of what its couriers
    // still hold are awaited, so nothing is in doubt. Throws db::Error; another service may then take over
    // from the predecessor, unless its database was replaced: what it had begun is recorded only in the old
    // one.
    DeliveryService(Preparation preparation, const Surroundings& surroundings,
                    std::shared_ptr<DeliveryService> predecessor);
    ~DeliveryService();
    DeliveryService(const DeliveryService&) = delete;
    DeliveryService& operator=(const DeliveryService&) = delete;

    // Polls, plans, claims and sends until drain().
    void start();
    // Polls every source once, sends what is due, and returns when nothing is due any more (or at `stop`).
    void run_once(const std::stop_token& stop);
    // Stops claiming; open transactions are finished, or interrupted after settings.drain; all outcomes are
    // recorded. False if the database did not accept the last outcomes within that time.
    bool drain();
    // For a successor: stops claiming and ends everything, except transactions that take longer than
    // `patience` (for example with a relay that does not answer a dot): their couriers go on.
    void step_back(Duration patience);
    // Destroys a predecessor whose couriers have all ended. Call it now and then while the service runs.
    void forget_predecessor();
    // The database file is no longer the one that was opened: nothing is sent. Drain, and open it anew.
    [[nodiscard]] bool database_replaced() const {
        return ledger_.hand_out().abandoned() || database_.files_replaced();
    }
    // Time since the ledger last looked for work; under a second in normal operation.
    [[nodiscard]] Duration since_last_step() const { return ledger_.since_last_step(); }
    // Throws db::Error if nothing can be written.
    void try_to_write();

    [[nodiscard]] queue::Recall& recall() { return *recall_; }
    [[nodiscard]] DepartureGroups& departures() { return departures_; }
    [[nodiscard]] HubIntake& hub_intake() { return hub_intake_; }
    [[nodiscard]] const audience::TokenSigner& signer() const { return tokens_; }
    [[nodiscard]] const config::Settings& settings() const { return settings_; }
    // For mail that is no mailing: one access to each relay, since its tokens are renewed in one place.
    [[nodiscard]] const std::vector<RelayAccess>& relays() const { return relays_; }
    [[nodiscard]] const std::vector<WebhookAccess>& webhooks() const { return webhooks_; }
    [[nodiscard]] const Signing& signing() const { return signing_; }
    // Whether the relay's rate lets a message begin now; waits for its turn among the couriers' for so long at most.
    // A relay that there is not has no rate.
    [[nodiscard]] bool take_turn(std::string_view relay, Duration patience);

  private:
    // What a service begins with.
    struct Beginning {
        Preparation preparation;
        std::shared_ptr<queue::FlightRecorder> recorder;  // null: none
        std::vector<queue::LeftReport> left;              // by an earlier process
        std::shared_ptr<DeliveryService> predecessor;
    };
    DeliveryService(Beginning beginning, const Surroundings& surroundings);
    [[nodiscard]] static Beginning recovered(Preparation preparation, const Surroundings& surroundings);
    [[nodiscard]] static std::vector<std::string> relays_left(const Beginning& beginning);
    void start_sending();
    void start_lane(std::size_t lane);
    void stop_asking();
    void stop_composing();
    void await_threads();
    void interrupt_sessions();
    void join_couriers();

    std::shared_ptr<DeliveryService> predecessor_;
    config::Settings settings_;
    Surroundings surroundings_;
    audience::TokenSigner tokens_;
    websub::WebSubKey websub_key_;
    Signing signing_;
    std::shared_ptr<net::CurlHttpClient> token_client_;  // fetches access tokens for the relays
    std::vector<RelayAccess> relays_;                    // one per lane of the ledger
    std::vector<WebhookAccess> webhooks_;
    db::Database database_;                            // the ledger's
    std::shared_ptr<queue::FlightRecorder> recorder_;  // shared with the predecessor; null: none
    Press press_;
    RenderingAhead rendering_ahead_;
    std::shared_ptr<queue::Recall> recall_;  // shared with the predecessor's couriers
    std::shared_ptr<queue::Providers> providers_;
    net::AresMxResolver resolver_;
    ProviderLookup provider_lookup_;
    DepartureGroups departures_;
    DeliveryPlanner planner_;
    queue::Ledger ledger_;
    PictureLearning pictures_;
    Polling polling_;
    HubCalling hub_calling_;
    HubIntake hub_intake_;
    ReportCollecting report_collecting_;
    Interrupt interrupt_;
    std::jthread ledger_thread_;
    std::jthread picture_thread_;
    std::jthread polling_thread_;
    std::jthread hub_thread_;
    std::jthread report_thread_;
    std::vector<std::unique_ptr<Outbox>> outboxes_;   // one per lane
    std::vector<std::unique_ptr<Overlap>> overlaps_;  // one per lane
    std::jthread lookup_thread_;
    std::vector<std::jthread> composers_;
    CourierThreads couriers_;
    bool handed_over_ = false;  // to a successor, which records the remaining outcomes
    bool drained_ = false;
};

}  // namespace paperround::pipeline
