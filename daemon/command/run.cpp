// `run`: the daemon. Takes the data directory's lock, serves until SIGTERM, reloads at SIGHUP.
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <thread>

#include "audience/join_store.hpp"
#include "base/guarded_clock.hpp"
#include "base/mutex.hpp"
#include "base/text.hpp"
#include "base/text/date_time.hpp"
#include "base/text/duration.hpp"
#include "config/loader.hpp"
#include "daemon/command.hpp"
#include "daemon/failure.hpp"
#include "daemon/journal.hpp"
#include "daemon/live_line.hpp"
#include "daemon/pages/site.hpp"
#include "daemon/recorder_place.hpp"
#include "daemon/supervision.hpp"
#include "pipeline/data/data_directory.hpp"
#include "pipeline/data/data_safety.hpp"
#include "pipeline/data/unclean_stop.hpp"
#include "pipeline/plan/clock_jump.hpp"
#include "pipeline/plan/next_due.hpp"
#include "pipeline/service/delivery_service.hpp"
#include "post/post_store.hpp"
#include "queue/admin/delivery_log.hpp"
#include "queue/admin/queue_overview.hpp"
#include "queue/store/delivery_store.hpp"
#include "web/request_path.hpp"
#include "web/server.hpp"

namespace paperround::daemon {

namespace {

using namespace std::chrono_literals;

// How long a reload waits for open transactions; those that take longer go on beside the new configuration.
constexpr Duration handover_patience = 500ms;
// Between the end of a reload and the next: signals that come faster than that are one reload.
constexpr auto reload_pause = 2s;
// Where a clock that was set could not be followed.
constexpr auto between_jumps = 10s;
// A run that ends waits so long for each mail's turn.
constexpr Duration once_turn_patience = 5s;
// The ledger steps several times a second.
constexpr Duration stalled_after = 30s;

// A socket for each connection, with two of libcurl's own, and each web client; the database's three files
// for who uses it: four composers a relay, 16 polls, and ten of our own.
std::uint64_t files_needed(const config::Settings& settings) {
    std::uint64_t files = 120;
    for (const config::Relay& relay : settings.relays)
        files += 3 * relay.connections + 3 * std::min(relay.connections, 4U);
    return files;
}

// Null where they cannot be read.
std::shared_ptr<const web::Pages> pages_of(const std::filesystem::path& templates) {
    auto loaded = web::Pages::load(templates / "web");
    return loaded ? std::make_shared<const web::Pages>(std::move(*loaded)) : nullptr;
}

// One configuration at work.
struct Running {
    std::shared_ptr<pipeline::DeliveryService> service;
    std::shared_ptr<Site> site;
    std::optional<web::WebServer> web;
};

class Daemon {
  public:
    Daemon(const Invocation& invocation, std::shared_ptr<spdlog::logger> logger)
        : invocation_(invocation), logger_(std::move(logger)), journal_(logger_) {}

    int run(config::Settings settings) {
        if (const int status = begin(std::move(settings)); status != EX_OK) return status;
        logger_->info("ready: {}", summary());
        notify_ready(summary());
        for (;;) {
            switch (signals_.wait(reload_wanted_ ? 50ms : 1s)) {
                case Signal::stop:
                    return stop();
                case Signal::reload:
                    reload_wanted_ = true;
                    break;
                case Signal::none:
                    notify_ready(summary());
            }
            if (running_.service->database_replaced()) return stop();
            running_.service->forget_predecessor();
            if (!follow_clock()) return stop();
            if (!reload_wanted_ || std::chrono::steady_clock::now() < no_reload_before_) continue;
            if (!reload()) return stop();
        }
    }

    int run_once(config::Settings settings) {
        const auto data_dir = settings.data_dir;
        auto prepared = prepare(std::move(settings));
        if (!prepared) return EX_CONFIG;
        const auto service =
            std::make_shared<pipeline::DeliveryService>(std::move(*prepared), at_start(data_dir));
        std::stop_source stopped;
        std::jthread listener([&](const std::stop_token& end) {
            while (!end.stop_requested()) {
                // The run's end waits for the end of this wait.
                if (signals_.wait(20ms) == Signal::stop) stopped.request_stop();
            }
        });
        {
            const std::jthread showing([this, &service](const std::stop_token& end) {
                show_progress(service->settings().data_dir, end);
            });
            JoiningMeans means = joining_means();
            means.turn_patience = once_turn_patience;
            PublicJoining joining(service, means);
            joining.start();
            service->run_once(stopped.get_token());
            joining.wait_until_none_due(stopped.get_token());
            joining.stop(service->settings().drain);
        }
        if (!service->drain()) return EX_IOERR;
        return summarise(service->settings());
    }

  private:
    [[nodiscard]] pipeline::Surroundings surroundings() {
        return {.clock = clock_,
                .random = random_,
                .events = journal_,
                .installed_templates = installed_templates()};
    }

    // A service that succeeds another takes over its recorder.
    [[nodiscard]] pipeline::Surroundings at_start(const std::filesystem::path& data_dir) {
        pipeline::Surroundings all = surroundings();
        all.recorder = recorder_place(data_dir);
        return all;
    }

    [[nodiscard]] JoiningMeans joining_means() {
        return {.clock = clock_,
                .random = random_,
                .events = journal_,
                .installed_templates = installed_templates(),
                .pages = pages_of(installed_templates())};
    }

    // A source that is gone is said at every start, and asked once more.
    void tell_gone_sources(const config::Settings& settings) {
        auto database = pipeline::open_database(settings.data_dir);
        post::PostStore store(database);
        for (const config::Newsletter& newsletter : settings.newsletters) {
            for (const config::Source& source : newsletter.sources) {
                const auto state = store.find_source(newsletter.name, source.location);
                if (state && state->gone)
                    logger_->warn("{}: {}; asked again", newsletter.name, state->last_error);
            }
        }
        db::Transaction transaction(database);
        store.ask_gone_again();
        transaction.commit();
    }

    std::optional<pipeline::Preparation> prepare(config::Settings settings) {
        const auto key = settings.data_dir / "secret.key";
        std::error_code unknown;
        // A new one would be made, and no link in a mail that was sent would lead anywhere.
        if (!secret_.empty() && !std::filesystem::exists(key, unknown)) {
            logger_->error(
                "{}: it is gone, and links in mails that were sent need it: restore it from a backup",
                key.string());
            return std::nullopt;
        }
        auto prepared = pipeline::prepare(std::move(settings), surroundings());
        if (!prepared) {
            for (const std::string& problem : prepared.error()) logger_->error("{}", problem);
            return std::nullopt;
        }
        // One that replaces the key of this run by `key rotate` has kept that.
        if (!secret_.empty() && std::ranges::find(prepared->secrets, secret_) == prepared->secrets.end()) {
            logger_->error(
                "{}: it is not the key that this run began with: a restart takes it up, a reload does not",
                key.string());
            return std::nullopt;
        }
        secret_ = prepared->secrets.front();
        return std::move(*prepared);
    }

    // What this run has done, of that and what waits.
    void show_progress(const std::filesystem::path& data_dir, const std::stop_token& end) {
        auto line = LiveLine::on_terminal(clock_, 0s);
        if (!line.shown()) return;
        auto database = pipeline::open_database(data_dir);
        queue::QueueOverview overview(database);
        Mutex mutex;
        std::condition_variable_any ended;
        Lock lock(mutex);
        while (!ended.wait_for(lock, end, 500ms, [&end] { return end.stop_requested(); })) {
            const std::uint64_t done = journal_.sent() + journal_.failed();
            const std::uint64_t total = done + static_cast<std::uint64_t>(overview.pending());
            if (total > 0) line.show(done, total, "");
        }
    }

    int begin(config::Settings settings) {
        const auto data_dir = settings.data_dir;
        auto prepared = prepare(std::move(settings));
        if (!prepared) return EX_CONFIG;
        running_.service =
            std::make_shared<pipeline::DeliveryService>(std::move(*prepared), at_start(data_dir));
        set_at_work(running_.service);
        running_.site = std::make_shared<Site>(running_.service, joining_means(), journal_);
        running_.web = listen(running_.service->settings());
        if (!running_.web) return not_begun_;
        tell_gone_sources(running_.service->settings());
        running_.service->start();
        running_.site->joining.start();
        ready_ = true;
        return EX_OK;
    }

    // A clock that was set is followed between two services, like a new configuration. False as of
    // take_over().
    bool follow_clock() {
        const Duration jump = clock_.follow();
        const auto now = std::chrono::steady_clock::now();
        if (jump == Duration(0) || now < no_jump_before_) return true;
        no_jump_before_ = now + between_jumps;
        // Once: where it cannot be followed yet, it is tried again.
        if (std::chrono::abs(jump - said_jump_) > GuardedClock::most_followed)
            journal_.clock_set(said_jump_ = jump);
        auto prepared = prepare(running_.service->settings());
        if (!prepared || !can_write()) return true;
        running_.service->step_back(handover_patience);
        if (running_.service->database_replaced()) return false;
        try {
            auto database = pipeline::open_database(prepared->settings.data_dir);
            pipeline::follow_clock(database, prepared->settings,
                                   {.from = clock_.now(), .to = clock_.now() + jump});
            clock_.accept_jump();
            said_jump_ = Duration(0);
        } catch (const db::Error& error) {
            logger_->error("what is stored cannot follow the clock yet: {}; tried again", error.what());
        }
        return take_over(std::move(*prepared));
    }

    // Where not, the ledger says so.
    bool can_write() {
        try {
            running_.service->try_to_write();
            return true;
        } catch (const db::Error&) {
            return false;
        }
    }

    // Serves the present site there; nothing where the address cannot be had, which is said.
    std::optional<web::WebServer> listen(const config::Settings& settings) {
        auto pages = web::Pages::load(installed_templates() / "web");
        if (!pages) {
            logger_->error("{}", pages.error().message);
            not_begun_ = exit_code_of(pages.error());
            return std::nullopt;
        }
        auto web = web::WebServer::start(
            running_.site->readers, std::move(*pages),
            {.host = settings.http.listen_host,
             .port = settings.http.listen_port,
             .on_failure = [logger = logger_](const std::string& why) { logger->error("web: {}", why); },
             .hubs = &running_.site->hubs,
             .base_path = web::base_path_of(settings.public_url),
             .ailment = [this] { return ailment(); },
             .ready = [this] { return ready_.load(); }});
        if (!web) {
            logger_->error("{}", web.error().message);
            not_begun_ = exit_code_of(web.error());
            return std::nullopt;
        }
        serve_site(*web, settings);
        return std::move(*web);
    }

    // A request that is under way keeps the site that it began with.
    void serve_site(web::WebServer& web, const config::Settings& settings) {
        std::vector<std::shared_ptr<web::Routes>> more;
        for (web::Routes* routes : running_.site->routes()) more.emplace_back(running_.site, routes);
        web.serve({running_.site, &running_.site->readers}, {running_.site, &running_.site->hubs},
                  web::base_path_of(settings.public_url), more);
    }

    [[nodiscard]] std::string ailment() const {
        if (journal_.replaced()) return "the database was replaced";
        if (journal_.cannot_write()) return "the database cannot be written";
        if (const auto service = at_work(); service && service->since_last_step() > stalled_after)
            return "the queue has not been looked at for " + format_duration(service->since_last_step());
        return {};
    }

    // For the web pages' threads.
    [[nodiscard]] std::shared_ptr<pipeline::DeliveryService> at_work() const {
        const Lock lock(at_work_mutex_);
        return at_work_;
    }
    void set_at_work(std::shared_ptr<pipeline::DeliveryService> service) {
        const Lock lock(at_work_mutex_);
        at_work_.swap(service);
    }

    // The new configuration is read and tried first: one with a problem changes nothing. False as of
    // take_over().
    bool reload() {
        reload_wanted_ = false;
        notify_reloading();
        if (auto prepared = read_anew()) {
            running_.service->step_back(handover_patience);
            if (!take_over(std::move(*prepared))) return false;
            logger_->info("reloaded: {}", summary());
        }
        no_reload_before_ = std::chrono::steady_clock::now() + reload_pause;
        notify_ready(summary());
        return true;
    }

    // The new configuration with all that it names, read and tried. Nothing where the one from before is to
    // stay, which is said.
    std::optional<pipeline::Preparation> read_anew() {
        const auto refuse = [this](std::string_view why) {
            logger_->error("not reloaded: {}; the configuration from before stays in force", why);
            return std::nullopt;
        };
        auto settings = config::load(invocation_.config_file);
        if (!settings) {
            for (const config::Problem& problem : settings.error()) logger_->error("{}", problem.to_line());
            return refuse(fmt::format("the configuration has {} problems", settings.error().size()));
        }
        if (settings->data_dir != running_.service->settings().data_dir)
            return refuse("data_dir cannot change while the daemon runs");
        if (const std::string shortage = allow_open_files(files_needed(*settings)); !shortage.empty())
            return refuse(shortage);
        auto prepared = prepare(std::move(*settings));
        if (!prepared) return refuse("what the configuration names cannot be used");
        try {
            running_.service->try_to_write();
        } catch (const db::Error& error) {
            return refuse(fmt::format("{} (reload again when it can be written)", error.what()));
        }
        if (!listen_anew(prepared->settings)) return refuse("the web pages cannot move");
        return prepared;
    }

    // Where the address for the web pages is another: the new one is taken before the old one is given up.
    bool listen_anew(const config::Settings& settings) {
        const config::Settings& before = running_.service->settings();
        if (settings.http.listen_host == before.http.listen_host &&
            settings.http.listen_port == before.http.listen_port)
            return true;
        auto web = listen(settings);
        if (!web) return false;
        running_.web = std::move(web);
        return true;
    }

    // Nothing is sent until it has succeeded, and nothing is lost: requests go to the one before meanwhile.
    // False where a stop was asked for first, or the database is another one: no service can take over then.
    bool take_over(pipeline::Preparation prepared) {
        const auto before = running_.service;
        running_.site->joining.stop(before->settings().drain);
        std::optional<pipeline::Preparation> next = std::move(prepared);
        while (!succeed(next, before)) {
            if (before->database_replaced() || signals_.wait(1s) == Signal::stop) return false;
            next = prepare(before->settings());
        }
        set_at_work(running_.service);
        journal_.begin_afresh();
        running_.site = std::make_shared<Site>(running_.service, joining_means(), journal_);
        serve_site(*running_.web, running_.service->settings());
        tell_gone_sources(running_.service->settings());
        running_.service->start();
        running_.site->joining.start();
        return true;
    }

    bool succeed(std::optional<pipeline::Preparation>& next,
                 const std::shared_ptr<pipeline::DeliveryService>& before) {
        if (!next) return false;
        try {
            running_.service =
                std::make_shared<pipeline::DeliveryService>(std::move(*next), surroundings(), before);
            return true;
        } catch (const db::Error& error) {
            if (!before->database_replaced())
                logger_->error("the configuration cannot take over yet: {}; tried again", error.what());
            return false;
        }
    }

    bool end() {
        ready_ = false;
        bool recorded = false;
        {
            // At the same time: slow web clients must not use up the time that open transactions have.
            const std::jthread closing([this] {
                running_.web.reset();
                running_.site->joining.stop(running_.service->settings().drain);
            });
            recorded = running_.service->drain();
        }
        set_at_work(nullptr);
        running_ = {};
        return recorded;
    }

    int stop() {
        notify_stopping();
        logger_->info("stopping: no new deliveries; open transactions are finished");
        const bool replaced = running_.service->database_replaced();
        if (!end()) {
            if (!replaced) {
                logger_->error(
                    "the last outcomes could not be written; those deliveries are in doubt at the next "
                    "start");
            }
            return EX_IOERR;
        }
        logger_->info("stopped");
        return EX_OK;
    }

    [[nodiscard]] std::string summary() const {
        const config::Settings& settings = running_.service->settings();
        return fmt::format("{} newsletters, {} relays, {} sent, {} failed", settings.newsletters.size(),
                           settings.relays.size(), with_thousands(journal_.sent()),
                           with_thousands(journal_.failed()));
    }

    int summarise(const config::Settings& settings) {
        auto database = pipeline::open_database(settings.data_dir);
        std::int64_t waiting = 0;
        for (const queue::QueueLine& line : queue::DeliveryLog(database).waiting()) waiting += line.count;
        auto due = pipeline::next_due(database, settings, clock_.now());
        if (const auto mail = audience::JoinStore(database).next_due())
            due = std::min(*mail, due.value_or(*mail));
        const auto letter = pipeline::next_letter(database, settings, clock_.now());
        auto next = due;
        if (letter) next = std::min(*letter, next.value_or(*letter));
        logger_->flush();  // what is said about the run stands before its sum
        fmt::print("{} sent, {} failed, {} waiting{}\n", with_thousands(journal_.sent()),
                   with_thousands(journal_.failed()), with_thousands(static_cast<std::uint64_t>(waiting)),
                   next ? "; next due " + format_rfc3339(*next) : "");
        if (nobody_takes_it(database)) return EX_UNAVAILABLE;
        return waiting > 0 || due ? EX_TEMPFAIL : EX_OK;
    }

    // Whether a mailing has paused itself, now or in an earlier run, or this run has ended one of which
    // nothing was accepted.
    bool nobody_takes_it(db::Database& database) {
        if (queue::QueueOverview(database).paused_themselves() > 0) return true;
        queue::DeliveryStore deliveries(database);
        const auto ended = journal_.failed_mailings();
        return std::ranges::any_of(ended, [&deliveries](std::int64_t mailing) {
            const queue::Progress progress = deliveries.progress(mailing);
            return progress.sent == 0 && progress.waiting + progress.sending + progress.held == 0;
        });
    }

    const Invocation& invocation_;
    std::shared_ptr<spdlog::logger> logger_;
    Signals signals_;
    GuardedClock clock_;
    SystemRandom random_;
    Journal journal_;
    std::string secret_;  // of secret.key, as long as this runs
    bool reload_wanted_ = false;
    std::chrono::steady_clock::time_point no_reload_before_{};
    std::chrono::steady_clock::time_point no_jump_before_{};
    Duration said_jump_{0};  // of the clock, and not followed yet
    std::atomic<bool> ready_ = false;
    mutable Mutex at_work_mutex_;
    std::shared_ptr<pipeline::DeliveryService> at_work_ GUARDED_BY(at_work_mutex_);
    Running running_;
    int not_begun_ = EX_CONFIG;  // the exit code where the pages cannot be served
};

// After an unclean stop the whole database is read before anything is written to it. False where it is
// damaged.
bool check_database(const std::filesystem::path& data_dir, spdlog::logger& logger) {
    std::error_code unknown;
    const auto size = std::filesystem::file_size(data_dir / "paperround.db", unknown);
    const double megabytes = unknown ? 0.0 : static_cast<double>(size) / 1e6;
    logger.warn("the last run did not stop cleanly; checking the database ({:.1f} MB)", megabytes);
    notify_checking("checking the database after an unclean stop");
    const auto began = std::chrono::steady_clock::now();
    const std::string damage = pipeline::damage_of(data_dir);
    const auto took = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began);
    if (damage.empty()) {
        logger.info("the database is sound; checked in {}", format_duration(took));
        return true;
    }
    logger.critical("the database {} is damaged, and nothing is sent: {}. {}",
                    (data_dir / "paperround.db").string(), damage, pipeline::mending_a_database);
    return false;
}

int run_locked(const Invocation& invocation, bool once, const std::shared_ptr<spdlog::logger>& logger) {
    auto settings = read_settings(invocation);
    if (!settings) return settings.error();
    if (const std::string shortage = allow_open_files(files_needed(*settings)); !shortage.empty()) {
        logger->error("{}", shortage);
        return EX_OSERR;
    }
    const std::filesystem::path data_dir = settings->data_dir;
    if (const std::string danger = pipeline::danger_of(data_dir); !danger.empty()) {
        logger->error("{}", danger);
        return EX_CONFIG;
    }
    const auto closed = pipeline::closed_files_of(data_dir);
    for (const std::string& file : closed) logger->error("{}", file);
    if (!closed.empty()) return EX_NOPERM;
    const auto lock = pipeline::DataDirectoryLock::acquire(data_dir);
    if (!lock) {
        logger->error("{}", lock.error().message);
        return exit_code_of(lock.error());
    }
    for (const std::string& file : pipeline::tighten_files_of(data_dir)) logger->warn("{}", file);
    if (const std::string emptiness = pipeline::emptiness_of(data_dir); !emptiness.empty()) {
        logger->critical("{}", emptiness);
        return EX_DATAERR;
    }
    if (pipeline::mark_running(data_dir) && !check_database(data_dir, *logger)) return EX_DATAERR;
    Daemon daemon(invocation, logger);
    const int status = once ? daemon.run_once(std::move(*settings)) : daemon.run(std::move(*settings));
    if (status != EX_IOERR) pipeline::mark_stopped(data_dir);
    return status;
}

int run_daemon(const Invocation& invocation, bool once, bool verbose) {
    keep_reloads();
    const auto logger = make_logger(verbose, once);
    try {
        return run_locked(invocation, once, logger);
    } catch (...) {  // said where the rest is said, which waits for no reader
        const Ending ending = ending_of(std::current_exception());
        logger->critical("{}", ending.words);
        return ending.status;
    }
}

}  // namespace

void add_run_command(CLI::App& app, Invocation& invocation) {
    struct Options {
        bool once = false;
        bool verbose = false;
    };
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("run", "Poll, send and serve until stopped");
    command->add_flag("--once", options->once,
                      "Poll, send what is due, and exit when nothing is due any more: 0 where everything is "
                      "final, 75 where "
                      "something waits, 69 where a mailing paused itself or nothing of it was accepted");
    command->add_flag("-v,--verbose", options->verbose, "Also log every delivery that was accepted");
    command->callback([&invocation, options] {
        invocation.run = [&invocation, options] {
            return run_daemon(invocation, options->once, options->verbose);
        };
    });
}

}  // namespace paperround::daemon
