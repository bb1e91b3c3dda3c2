#include "pipeline/service/delivery_service.hpp"
#include "base/mutex.hpp"

#include <algorithm>
#include <condition_variable>

#include "audience/secret_key.hpp"
#include "config/secret_files.hpp"
#include "email/template/template_set.hpp"
#include "pipeline/data/data_directory.hpp"
#include "pipeline/plan/recovery.hpp"
#include "pipeline/service/ledger_settings.hpp"
#include "queue/store/time_store.hpp"

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

std::vector<MailboxAccess> read_mailbox_access(const config::Settings& settings,
                                               const std::shared_ptr<net::FormClient>& client,
                                               const Clock& clock, std::vector<std::string>& problems) {
    std::vector<MailboxAccess> mailboxes;
    for (const config::BounceMailbox& mailbox : settings.bounces.mailboxes) {
        MailboxAccess access{.mailbox = mailbox, .password = {}};
        if (mailbox.oauth) {
            auto secrets = config::read_oauth_secrets(mailbox);
            if (secrets)
                access.tokens = std::make_shared<RelayTokens>(
                    *mailbox.oauth, std::move(*secrets), refresh_token_file_of(mailbox, settings.data_dir),
                    client, clock);
            else
                problems.push_back(std::move(secrets.error()));
        } else if (mailbox.kind != config::MailboxKind::maildir) {
            auto password = config::read_password(mailbox);
            if (password)
                access.password = std::move(*password);
            else
                problems.push_back(std::move(password.error()));
        }
        mailboxes.push_back(std::move(access));
    }
    return mailboxes;
}

std::vector<WebhookAccess> read_webhooks(const config::Settings& settings,
                                         std::vector<std::string>& problems) {
    std::vector<WebhookAccess> webhooks;
    for (const config::BounceWebhook& webhook : settings.bounces.webhooks) {
        auto access = read_webhook_access(webhook);
        if (access)
            webhooks.push_back(std::move(*access));
        else
            problems.push_back(std::move(access.error()));
    }
    return webhooks;
}

void check_templates(const config::Settings& settings, const std::filesystem::path& installed,
                     std::vector<std::string>& problems) {
    for (const config::Newsletter& newsletter : settings.newsletters) {
        const auto loaded = email::load_template_set({.installed = installed, .own = settings.templates},
                                                     newsletter.template_name);
        if (!loaded) {
            for (const auto& problem : loaded.error()) problems.push_back(problem.to_line());
        }
    }
    if (std::ranges::none_of(settings.newsletters, &config::Newsletter::subscribe)) return;
    const auto asking = email::load_template_set({.installed = installed, .own = settings.templates},
                                                 "confirmation", email::TemplateUse::confirmation);
    if (asking) return;
    for (const auto& problem : asking.error()) problems.push_back(problem.to_line());
}

// Letters composed ahead for each courier: enough to last until the composers' next batch.
constexpr std::size_t letters_per_connection = 4;

// Runs `late` unless it is destroyed within `patience`.
class Deadline {
  public:
    Deadline(Duration patience, std::function<void()> late)
        : thread_([this, patience, late = std::move(late)](const std::stop_token& stop) {
              Lock lock(mutex_);
              if (!met_.wait_for(lock, stop, patience, [&stop] { return stop.stop_requested(); })) late();
          }) {}

  private:
    Mutex mutex_;
    std::condition_variable_any met_;
    std::jthread thread_;
};

}  // namespace

Result<Preparation, std::vector<std::string>> prepare(config::Settings settings,
                                                      const Surroundings& surroundings) {
    std::vector<std::string> problems;
    auto token_client = std::make_shared<net::CurlHttpClient>(settings.public_url);
    auto relays = read_relay_access(settings, token_client, surroundings.clock, problems);
    auto mailboxes = read_mailbox_access(settings, token_client, surroundings.clock, problems);
    auto webhooks = read_webhooks(settings, problems);
    check_templates(settings, surroundings.installed_templates, problems);
    Signing signing(settings, problems);
    auto secrets = secret_keys(settings.data_dir, surroundings.random);
    if (!secrets) problems.push_back(secrets.error().message);
    if (!problems.empty()) return failure(std::move(problems));
    return Preparation{.settings = std::move(settings),
                       .secrets = std::move(*secrets),
                       .signing = std::move(signing),
                       .token_client = std::move(token_client),
                       .relays = std::move(relays),
                       .mailboxes = std::move(mailboxes),
                       .webhooks = std::move(webhooks)};
}

DeliveryService::Beginning DeliveryService::recovered(Preparation preparation,
                                                      const Surroundings& surroundings) {
    auto database = open_database(preparation.settings.data_dir);
    std::shared_ptr<queue::FlightRecorder> recorder;
    if (surroundings.recorder)
        recorder = open_recorder(database, *surroundings.recorder, surroundings.random, surroundings.events);
    auto left = recover(database, preparation.settings, surroundings.clock.now(), surroundings.random,
                        surroundings.events, recorder.get());
    return {std::move(preparation), std::move(recorder), std::move(left), nullptr};
}

// Those of which something is still to be recorded.
std::vector<std::string> DeliveryService::relays_left(const Beginning& beginning) {
    std::vector<std::string> relays;
    if (beginning.predecessor) relays = beginning.predecessor->ledger_.hand_out().relays_in_use();
    for (const queue::LeftReport& report : beginning.left) {
        if (std::ranges::find(relays, report.relay) == relays.end()) relays.push_back(report.relay);
    }
    return relays;
}

DeliveryService::DeliveryService(Preparation preparation, const Surroundings& surroundings)
    : DeliveryService(recovered(std::move(preparation), surroundings), surroundings) {}

DeliveryService::DeliveryService(Preparation preparation, const Surroundings& surroundings,
                                 std::shared_ptr<DeliveryService> predecessor)
    : DeliveryService(Beginning{std::move(preparation), predecessor->recorder_, {}, std::move(predecessor)},
                      surroundings) {}

DeliveryService::DeliveryService(Beginning beginning, const Surroundings& surroundings)
    : predecessor_(beginning.predecessor),
      settings_(std::move(beginning.preparation.settings)),
      surroundings_(surroundings),
      tokens_(beginning.preparation.secrets),
      // The first key ever: what it derived is with hubs, which a new one would not reach.
      websub_key_(beginning.preparation.secrets.back()),
      signing_(std::move(beginning.preparation.signing)),
      token_client_(std::move(beginning.preparation.token_client)),
      relays_(std::move(beginning.preparation.relays)),
      webhooks_(std::move(beginning.preparation.webhooks)),
      database_(open_database(settings_.data_dir)),
      recorder_(beginning.recorder),
      press_(open_database(settings_.data_dir), settings_, surroundings.installed_templates,
             [&events = surroundings.events](const queue::Mailing& mailing,
                                             const std::vector<std::string>& lines) {
                 events.pictures_lost(mailing, lines);
             }),
      rendering_ahead_(press_, [this] { ledger_.hand_out().wake(); }),
      recall_(predecessor_ ? predecessor_->recall_ : std::make_shared<queue::Recall>()),
      providers_(std::make_shared<queue::Providers>(settings_.effective_providers())),
      resolver_(settings_.resolver),
      provider_lookup_(open_database(settings_.data_dir), providers_,
                       surroundings.resolver != nullptr ? *surroundings.resolver : resolver_,
                       surroundings.clock, surroundings.events, [this] { ledger_.hand_out().wake(); }),
      departures_(open_database(settings_.data_dir), surroundings.clock, *recall_,
                  [this] { ledger_.hand_out().wake(); }),
      planner_(database_, settings_, surroundings.random, surroundings.events, providers_, &provider_lookup_,
               &rendering_ahead_, &departures_),
      ledger_(database_, ledger_settings(settings_, providers_, relays_left(beginning)), planner_,
              surroundings.events, *recall_, surroundings.clock, surroundings.random, recorder_.get()),
      pictures_(settings_, [this] { ledger_.hand_out().wake(); }),
      polling_(settings_, surroundings.clock, surroundings.random, surroundings.events, ledger_.hand_out(),
               pictures_),
      hub_calling_(settings_, websub_key_, surroundings.clock, surroundings.random, surroundings.events),
      hub_intake_(open_database(settings_.data_dir), settings_, websub_key_, surroundings.clock,
                  surroundings.random, surroundings.events, ledger_.hand_out()),
      report_collecting_(settings_, std::move(beginning.preparation.mailboxes), tokens_, surroundings.clock,
                         surroundings.events, *recall_) {
    for (queue::LeftReport& report : beginning.left)
        ledger_.hand_out().report_left(report.relay, std::move(report.delivery), std::move(report.outcome));
    if (!predecessor_) return;
    // The files that were opened here must be those that the predecessor has open.
    if (predecessor_->database_replaced()) {
        throw db::Error(db::Error::Code::replaced,
                        "database: its files were replaced or removed while it was open");
    }
    // Nothing after this can fail.
    predecessor_->ledger_.hand_out().hand_over_to(ledger_.hand_out());
    predecessor_->handed_over_ = true;
}

DeliveryService::~DeliveryService() {
    drain();
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
    relays_[lane].memory->on_silence(
        [this, lane] { surroundings_.events.relay_silent(relays_[lane].relay); });
    const unsigned composers = std::clamp(std::thread::hardware_concurrency(), 1U, std::min(connections, 4U));
    for (unsigned i = 0; i < composers; ++i) {
        composers_.emplace_back([this, lane, &outbox](const std::stop_token& stop) {
            Composing(
                ledger_.hand_out(), lane, *recall_,
                Composer(open_database(settings_.data_dir),
                         {press_, settings_, tokens_, signing_, surroundings_.clock}, relays_[lane].relay),
                outbox)
                .run(stop);
        });
    }
    for (unsigned i = 0; i < connections; ++i) {
        couriers_.start([this, lane, &outbox, &overlap] {
            Courier(ledger_.hand_out(), ledger_.line(lane), lane, *recall_, relays_[lane], outbox, overlap,
                    surroundings_.events, interrupt_)
                .run();
        });
    }
}

// Composed letters that were not begun go back: no courier takes another letter.
void DeliveryService::stop_composing() {
    for (std::jthread& composer : composers_) composer.request_stop();
    press_.interrupt();
    rendering_ahead_.stop();
    composers_.clear();
    for (std::size_t lane = 0; lane < outboxes_.size(); ++lane) {
        outboxes_[lane]->close();
        ledger_.line(lane).close();
        for (const Letter& letter : outboxes_[lane]->empty_out())
            ledger_.hand_out().give_back(lane, letter.delivery);
    }
}

void DeliveryService::start() {
    start_sending();
    polling_thread_ = std::jthread([this](const std::stop_token& stop) { polling_.run(stop); });
    hub_thread_ = std::jthread([this](const std::stop_token& stop) { hub_calling_.run(stop); });
    picture_thread_ = std::jthread([this](const std::stop_token& stop) { pictures_.run(stop); });
    report_thread_ = std::jthread([this](const std::stop_token& stop) { report_collecting_.run(stop); });
}

void DeliveryService::run_once(const std::stop_token& stop) {
    const std::stop_callback cut_short(stop, [this] {
        polling_.interrupt();
        pictures_.interrupt();
    });
    polling_.poll_all(stop);
    pictures_.learn_all(stop);
    start_sending();
    ledger_.hand_out().wake();
    ledger_.hand_out().wait_until_quiet(stop);
}

bool DeliveryService::take_turn(std::string_view relay, Duration patience) {
    for (std::size_t lane = 0; lane < relays_.size(); ++lane) {
        if (relays_[lane].relay.name == relay) return ledger_.line(lane).await_turn_for(patience);
    }
    return true;
}

void DeliveryService::stop_asking() {
    polling_thread_.request_stop();
    polling_.interrupt();
    hub_thread_.request_stop();
    hub_calling_.interrupt();
    report_thread_.request_stop();
    report_collecting_.interrupt();
    picture_thread_.request_stop();
    pictures_.interrupt();
    lookup_thread_.request_stop();
    ledger_.hand_out().stop_claiming();
    stop_composing();
}

void DeliveryService::await_threads() {
    for (std::jthread* thread :
         {&polling_thread_, &hub_thread_, &picture_thread_, &lookup_thread_, &report_thread_}) {
        if (thread->joinable()) thread->join();
    }
    ledger_thread_.request_stop();
    if (ledger_thread_.joinable()) ledger_thread_.join();
}

void DeliveryService::interrupt_sessions() {
    interrupt_.trigger();
    token_client_->cancel();
    if (predecessor_) predecessor_->interrupt_sessions();
}

// The predecessor's couriers first: they report to this ledger.
void DeliveryService::join_couriers() {
    if (predecessor_) predecessor_->join_couriers();
    couriers_.join();
}

bool DeliveryService::drain() {
    if (handed_over_ || std::exchange(drained_, true)) return true;
    const auto began = std::chrono::steady_clock::now();
    stop_asking();
    {
        const Deadline deadline(settings_.drain, [this] { interrupt_sessions(); });
        join_couriers();
    }
    await_threads();
    const auto took = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began);
    const bool recorded = ledger_.finish(settings_.drain - took);
    if (recorded && recorder_) recorder_->remove();
    return recorded;
}

void DeliveryService::step_back(Duration patience) {
    stop_asking();
    couriers_.wait(patience);
    await_threads();
    // Unwritten outcomes are handed over to the successor; without one drain() writes them.
    static_cast<void>(ledger_.finish());
}

void DeliveryService::forget_predecessor() {
    if (!predecessor_) return;
    predecessor_->forget_predecessor();
    if (!predecessor_->predecessor_ && !predecessor_->couriers_.at_work()) predecessor_.reset();
}

void DeliveryService::try_to_write() {
    auto database = open_database(settings_.data_dir);
    db::Transaction transaction(database);
    queue::TimeStore(database).seen(surroundings_.clock.now());
    transaction.commit();
}

}  // namespace paperround::pipeline
