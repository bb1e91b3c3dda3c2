#include "pipeline/delivery_service.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "audience/secret_key.hpp"
#include "email/template_set.hpp"
#include "pipeline/data_directory.hpp"

namespace paperround::pipeline {

namespace {

std::vector<RelayAccess> read_relay_access(const config::Settings& settings,
                                           const std::shared_ptr<net::FormClient>& client, const Clock& clock,
                                           std::vector<std::string>& problems) {
    std::vector<RelayAccess> relays;
    for (const config::Relay& relay : settings.relays) {
        auto access = relay_access(relay, settings.data_dir, client, clock);
        if (access) {
            relays.push_back(std::move(*access));
        } else {
            problems.push_back(std::move(access.error()));
        }
    }
    return relays;
}

void check_templates(const config::Settings& settings, const std::filesystem::path& installed,
                     std::vector<std::string>& problems) {
    for (const config::Newsletter& newsletter : settings.newsletters) {
        const auto loaded = email::load_template_set({.installed = installed, .own = settings.templates},
                                                     newsletter.template_name);
        if (loaded) continue;
        for (const auto& problem : loaded.error()) problems.push_back(problem.to_line());
    }
}

// Composed ahead of each courier: enough that none waits for the composers' next batch.
constexpr std::size_t letters_per_connection = 4;

void add_limits(const config::Settings& settings, queue::LedgerSettings& ledger) {
    const auto add = [&ledger](queue::Scope scope, const std::string& name, const config::Limit& limit) {
        if (limit.any()) ledger.limits.push_back({scope, name, limit});
    };
    for (const config::Relay& relay : settings.relays) {
        // Its connections are couriers; there are no more of them.
        add(queue::Scope::relay, relay.name, {relay.rate, 0, relay.warm_up});
    }
    for (const config::Newsletter& newsletter : settings.newsletters) {
        add(queue::Scope::newsletter, newsletter.name,
            {newsletter.rate, newsletter.connections, std::nullopt});
    }
    for (const config::DomainLimit& domain : settings.domains) {
        add(queue::Scope::domain, domain.domain, domain.limit);
    }
    for (const config::Provider& provider : settings.providers) {
        add(queue::Scope::provider, provider.name, provider.limit);
    }
}

// Runs `late` unless told within `patience` that it is not needed.
class Deadline {
  public:
    Deadline(Duration patience, std::function<void()> late)
        : thread_([this, patience, late = std::move(late)](const std::stop_token& stop) {
              std::unique_lock lock(mutex_);
              if (!met_.wait_for(lock, stop, patience, [&stop] { return stop.stop_requested(); })) late();
          }) {}

  private:
    std::mutex mutex_;
    std::condition_variable_any met_;
    std::jthread thread_;
};

}  // namespace

Result<std::unique_ptr<DeliveryService>, std::vector<std::string>> DeliveryService::open(
    config::Settings settings, const Surroundings& surroundings) {
    std::vector<std::string> problems;
    auto token_client = std::make_shared<net::CurlHttpClient>(settings.public_url);
    auto relays = read_relay_access(settings, token_client, surroundings.clock, problems);
    check_templates(settings, surroundings.installed_templates, problems);
    Signing signing(settings, problems);
    const auto secret = audience::load_or_create_secret_key(settings.data_dir, surroundings.random);
    if (!secret) problems.push_back(secret.error().message);
    if (!problems.empty()) return failure(std::move(problems));
    std::unique_ptr<DeliveryService> service(new DeliveryService(std::move(settings), surroundings, *secret,
                                                                 std::move(signing), std::move(token_client),
                                                                 std::move(relays)));
    service->recover();
    return service;
}

DeliveryService::DeliveryService(config::Settings settings, const Surroundings& surroundings,
                                 std::string_view secret, Signing signing,
                                 std::shared_ptr<net::CurlHttpClient> token_client,
                                 std::vector<RelayAccess> relays)
    : settings_(std::move(settings)),
      surroundings_(surroundings),
      tokens_(secret),
      websub_key_(secret),
      signing_(std::move(signing)),
      token_client_(std::move(token_client)),
      relays_(std::move(relays)),
      database_(open_database(settings_.data_dir)),
      press_(open_database(settings_.data_dir), settings_, surroundings.installed_templates),
      providers_(std::make_shared<queue::Providers>(settings_.effective_providers())),
      resolver_(settings_.resolver),
      provider_lookup_(open_database(settings_.data_dir), providers_,
                       surroundings.resolver != nullptr ? *surroundings.resolver : resolver_,
                       surroundings.clock, surroundings.events),
      planner_(database_, settings_, surroundings.random, surroundings.events, providers_, &provider_lookup_),
      ledger_(database_, ledger_settings(), planner_, surroundings.events, recall_, surroundings.clock,
              surroundings.random),
      polling_(settings_, surroundings.clock, surroundings.random, surroundings.events, ledger_),
      hub_calling_(settings_, websub_key_, surroundings.clock, surroundings.random, surroundings.events),
      hub_intake_(open_database(settings_.data_dir), settings_, websub_key_, surroundings.clock,
                  surroundings.random, surroundings.events, ledger_) {}

DeliveryService::~DeliveryService() {
    drain();
}

queue::LedgerSettings DeliveryService::ledger_settings() const {
    queue::LedgerSettings ledger{.retry = settings_.retry,
                                 .on_doubt = settings_.on_doubt,
                                 .doubt_window = settings_.effective_doubt_window(),
                                 .lanes = {},
                                 .limits = {},
                                 .breaker = settings_.breaker};
    for (const config::Relay& relay : settings_.relays) {
        queue::LaneSettings lane{.relay = relay.name,
                                 .connections = relay.connections,
                                 .newsletters = {},
                                 .weights = {},
                                 .messages = relay.messages_per_connection};
        for (const config::Newsletter& newsletter : settings_.newsletters) {
            for (const config::RelayShare& share : newsletter.effective_relays()) {
                if (share.relay != relay.name) continue;
                lane.newsletters.push_back(newsletter.name);
                if (share.weight != 1) lane.weights[newsletter.name] = share.weight;
            }
        }
        ledger.lanes.push_back(std::move(lane));
    }
    add_limits(settings_, ledger);
    ledger.providers = providers_;
    for (const config::Newsletter& newsletter : settings_.newsletters) {
        if (newsletter.window) ledger.windows.emplace(newsletter.name, *newsletter.window);
    }
    return ledger;
}

void DeliveryService::recover() {
    db::Transaction transaction(database_);
    const int doubts = queue::QueueStore(database_).recover_interrupted(
        settings_.retry, settings_.on_doubt, surroundings_.clock.now(), surroundings_.random);
    transaction.commit();
    if (doubts > 0) surroundings_.events.recovered(doubts);
}

void DeliveryService::start_sending() {
    lookup_thread_ = std::jthread([this](const std::stop_token& stop) { provider_lookup_.run(stop); });
    ledger_thread_ = std::jthread([this](const std::stop_token& stop) { ledger_.run(stop); });
    for (std::size_t lane = 0; lane < relays_.size(); ++lane) start_lane(lane);
}

void DeliveryService::start_lane(std::size_t lane) {
    const unsigned connections = relays_[lane].relay.connections;
    outboxes_.push_back(std::make_unique<Outbox>(letters_per_connection * connections));
    Outbox& outbox = *outboxes_.back();
    overlaps_.push_back(std::make_unique<Overlap>(relays_[lane].relay, surroundings_.events));
    Overlap& overlap = *overlaps_.back();
    const unsigned composers = std::clamp(std::thread::hardware_concurrency(), 1U, std::min(connections, 4U));
    for (unsigned i = 0; i < composers; ++i) {
        composers_.emplace_back([this, lane, &outbox](const std::stop_token& stop) {
            Composing(
                ledger_, lane, recall_,
                Composer(open_database(settings_.data_dir),
                         {press_, settings_, tokens_, signing_, surroundings_.clock}, relays_[lane].relay),
                outbox)
                .run(stop);
        });
    }
    for (unsigned i = 0; i < connections; ++i) {
        couriers_.emplace_back([this, lane, &outbox, &overlap] {
            Courier(ledger_, lane, recall_, relays_[lane], outbox, overlap, interrupt_).run();
        });
    }
}

// What is composed and not begun goes back: no courier takes another letter.
void DeliveryService::stop_composing() {
    for (std::jthread& composer : composers_) composer.request_stop();
    composers_.clear();
    for (std::size_t lane = 0; lane < outboxes_.size(); ++lane) {
        outboxes_[lane]->close();
        ledger_.line(lane).close();
        for (const Letter& letter : outboxes_[lane]->empty_out()) ledger_.give_back(lane, letter.delivery);
    }
}

void DeliveryService::start() {
    start_sending();
    polling_thread_ = std::jthread([this](const std::stop_token& stop) { polling_.run(stop); });
    hub_thread_ = std::jthread([this](const std::stop_token& stop) { hub_calling_.run(stop); });
}

void DeliveryService::run_once(const std::stop_token& stop) {
    const std::stop_callback cut_short(stop, [this] { polling_.interrupt(); });
    polling_.poll_all(stop);
    start_sending();
    ledger_.wake();
    ledger_.wait_until_quiet(stop);
}

bool DeliveryService::drain() {
    if (std::exchange(drained_, true)) return true;
    polling_thread_.request_stop();
    polling_.interrupt();
    hub_thread_.request_stop();
    hub_calling_.interrupt();
    lookup_thread_.request_stop();
    ledger_.stop_claiming();
    stop_composing();
    {
        const Deadline deadline(settings_.drain, [this] {
            interrupt_.trigger();
            token_client_->cancel();
        });
        couriers_.clear();
    }
    if (polling_thread_.joinable()) polling_thread_.join();
    if (hub_thread_.joinable()) hub_thread_.join();
    if (lookup_thread_.joinable()) lookup_thread_.join();
    ledger_thread_.request_stop();
    if (ledger_thread_.joinable()) ledger_thread_.join();
    return ledger_.finish();
}

}  // namespace paperround::pipeline
