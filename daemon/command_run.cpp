// `run`: the daemon. Takes the data directory's lock, serves until SIGTERM, reloads at SIGHUP.
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include "base/date_time.hpp"
#include "base/duration.hpp"
#include "base/text.hpp"
#include "config/loader.hpp"
#include "daemon/command.hpp"
#include "daemon/failure.hpp"
#include "daemon/journal.hpp"
#include "daemon/live_line.hpp"
#include "daemon/public_hubs.hpp"
#include "daemon/public_readers.hpp"
#include "daemon/supervision.hpp"
#include "pipeline/data_directory.hpp"
#include "pipeline/data_safety.hpp"
#include "pipeline/delivery_service.hpp"
#include "pipeline/next_due.hpp"
#include "pipeline/unclean_stop.hpp"
#include "queue/delivery_log.hpp"
#include "queue/queue_overview.hpp"
#include "queue/queue_store.hpp"
#include "web/request_path.hpp"
#include "web/server.hpp"

namespace paperround::daemon {

namespace {

using namespace std::chrono_literals;

// One configuration at work: the service and the web pages that belong to it.
struct Running {
    std::unique_ptr<pipeline::DeliveryService> service;
    std::unique_ptr<PublicReaders> readers;
    std::unique_ptr<PublicHubs> hubs;
    std::optional<web::WebServer> web;
};

class Daemon {
  public:
    Daemon(const Invocation& invocation, std::shared_ptr<spdlog::logger> logger)
        : invocation_(invocation), logger_(std::move(logger)), journal_(logger_) {}

    int run(config::Settings settings) {
        if (!begin(std::move(settings))) return not_begun_;
        logger_->info("ready: {}", summary());
        notify_ready(summary());
        for (;;) {
            switch (signals_.wait(2s)) {
                case Signal::stop:
                    return stop();
                case Signal::reload: {
                    const int status = reload();
                    if (status != EX_OK) return status;
                    break;
                }
                case Signal::none:
                    notify_status(summary());
            }
        }
    }

    int run_once(config::Settings settings) {
        auto service = open_service(std::move(settings));
        if (!service) return EX_CONFIG;
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
            service->run_once(stopped.get_token());
        }
        if (!service->drain()) return EX_IOERR;
        return summarise(service->settings());
    }

  private:
    std::unique_ptr<pipeline::DeliveryService> open_service(config::Settings settings) {
        auto opened = pipeline::DeliveryService::open(std::move(settings),
                                                      {.clock = clock_,
                                                       .random = random_,
                                                       .events = journal_,
                                                       .installed_templates = installed_templates()});
        if (opened) return std::move(*opened);
        for (const std::string& problem : opened.error()) logger_->error("{}", problem);
        return nullptr;
    }

    // What this run has done, of that and what waits.
    void show_progress(const std::filesystem::path& data_dir, const std::stop_token& end) {
        auto line = LiveLine::on_terminal(clock_, 0s);
        if (!line.shown()) return;
        auto database = pipeline::open_database(data_dir);
        queue::QueueOverview overview(database);
        std::mutex mutex;
        std::condition_variable_any ended;
        std::unique_lock lock(mutex);
        while (!ended.wait_for(lock, end, 500ms, [&end] { return end.stop_requested(); })) {
            const std::uint64_t done = journal_.sent() + journal_.failed();
            const std::uint64_t total = done + static_cast<std::uint64_t>(overview.pending());
            if (total > 0) line.show(done, total, "");
        }
    }

    bool begin(config::Settings settings) {
        auto service = open_service(std::move(settings));
        if (!service) return false;
        Running fresh{
            .service = std::move(service), .readers = nullptr, .hubs = nullptr, .web = std::nullopt};
        const config::Settings& chosen = fresh.service->settings();
        fresh.readers =
            std::make_unique<PublicReaders>(pipeline::open_database(chosen.data_dir), chosen,
                                            fresh.service->signer(), fresh.service->recall(), clock_);
        fresh.hubs = std::make_unique<PublicHubs>(fresh.service->hub_intake());
        auto pages = web::Pages::load(installed_templates() / "web");
        if (!pages) {
            logger_->error("{}", pages.error().message);
            return false;
        }
        auto web = web::WebServer::start(
            *fresh.readers, std::move(*pages),
            {.host = chosen.http.listen_host,
             .port = chosen.http.listen_port,
             .on_failure = [logger = logger_](const std::string& why) { logger->error("web: {}", why); },
             .hubs = fresh.hubs.get(),
             .base_path = web::base_path_of(chosen.public_url),
             .ailing = [this] { return journal_.cannot_write(); }});
        if (!web) {
            logger_->error("{}", web.error().message);
            not_begun_ = exit_code_of(web.error());
            return false;
        }
        fresh.web.emplace(std::move(*web));
        journal_.begin_afresh();
        fresh.service->start();
        running_ = std::move(fresh);
        return true;
    }

    // The new configuration is read first: a bad one leaves the old one running. A good one takes over when
    // the old one has drained; should it then fail to start (a port that is taken, say), the old one comes
    // back.
    int reload() {
        notify_reloading();
        auto settings = config::load(invocation_.config_file);
        if (!settings) {
            for (const config::Problem& problem : settings.error()) logger_->error("{}", problem.to_line());
            logger_->error("the configuration has {} problems; the one from before stays in force",
                           settings.error().size());
        } else if (settings->data_dir != running_.service->settings().data_dir) {
            logger_->error(
                "data_dir cannot change while the daemon runs; the configuration from before stays in force");
        } else {
            const config::Settings before = running_.service->settings();
            end();
            if (!begin(std::move(*settings))) {
                logger_->error("the new configuration does not start; going back to the one from before");
                if (!begin(before)) return EX_CONFIG;
            } else {
                logger_->info("reloaded: {}", summary());
            }
        }
        notify_ready(summary());
        return EX_OK;
    }

    bool end() {
        bool recorded = false;
        {
            // At the same time: slow web clients must not use up the time that open transactions have.
            const std::jthread closing([this] { running_.web.reset(); });
            recorded = running_.service->drain();
        }
        running_ = {};
        return recorded;
    }

    int stop() {
        notify_stopping();
        logger_->info("stopping: no new deliveries; open transactions are finished");
        if (!end()) {
            logger_->error(
                "the last outcomes could not be written; those deliveries are in doubt at the next start");
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
        const auto due = pipeline::next_due(database, settings, clock_.now());
        logger_->flush();  // what is said about the run stands before its sum
        fmt::print("{} sent, {} failed, {} waiting{}\n", with_thousands(journal_.sent()),
                   with_thousands(journal_.failed()), with_thousands(static_cast<std::uint64_t>(waiting)),
                   due ? "; next due " + format_rfc3339(*due) : "");
        if (nobody_takes_it(database)) return EX_UNAVAILABLE;
        return waiting > 0 || due ? EX_TEMPFAIL : EX_OK;
    }

    // Whether a mailing has paused itself, now or in an earlier run, or this run has ended one of which
    // nothing was accepted.
    bool nobody_takes_it(db::Database& database) {
        if (queue::QueueOverview(database).paused_themselves() > 0) return true;
        queue::QueueStore store(database);
        const auto ended = journal_.failed_mailings();
        return std::ranges::any_of(ended, [&store](std::int64_t mailing) {
            const queue::Progress progress = store.progress(mailing);
            return progress.sent == 0 && progress.waiting + progress.sending + progress.held == 0;
        });
    }

    const Invocation& invocation_;
    std::shared_ptr<spdlog::logger> logger_;
    Signals signals_;
    SystemClock clock_;
    SystemRandom random_;
    Journal journal_;
    Running running_;
    int not_begun_ = EX_CONFIG;  // the exit code where begin() fails
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

// A socket for each connection and each client of the web pages; the database's three files for each who uses
// it: four composers a relay, four polls, and eight of our own.
std::uint64_t files_needed(const config::Settings& settings) {
    std::uint64_t files = 64;
    for (const config::Relay& relay : settings.relays)
        files += relay.connections + 3 * std::min(relay.connections, 4U);
    return files;
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
