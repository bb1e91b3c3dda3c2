// One newsletter with a feed on disk, a relay, a few readers, and a clock that the test moves: the whole
// pipeline, run once.
#pragma once

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <mutex>

#include "audience/audience_store.hpp"
#include "base/text/duration.hpp"
#include "pipeline/data/data_directory.hpp"
#include "pipeline/plan/departure.hpp"
#include "pipeline/plan/next_due.hpp"
#include "pipeline/service/delivery_service.hpp"
#include "queue/admin/delivery_log.hpp"
#include "queue/store/delivery_store.hpp"
#include "support/committing.hpp"
#include "support/invariants/invariants.hpp"
#include "support/manual_clock.hpp"
#include "support/places.hpp"
#include "support/smtp_servers.hpp"
#include "support/temp_dir.hpp"
#include "support/wait.hpp"

namespace paperround::test {

// Always the middle of the range: retry intervals have no jitter, and due times are exact. Thread-safe.
class MiddleRandom final : public Random {
  public:
    std::uint64_t next() override { return std::uint64_t{1} << 63U; }
};

// Records what the daemon would log. Thread-safe.
class RememberedEvents : public pipeline::Events {
  public:
    void polled(const config::Newsletter&, const config::Source&, const post::PollResult& result) override {
        if (!result.error.empty()) remember("poll failed: " + result.error);
    }
    void poll_failed_to_write(const config::Newsletter&, std::string_view reason) override {
        remember("poll not stored: " + std::string(reason));
    }
    void pushed(const config::Newsletter&, const config::Source&, const post::IntakeResult& result) override {
        remember("pushed: " + std::to_string(result.ready.size()));
    }
    void websub(const websub::WebSubEvent& event) override {
        remember("websub " + std::string(websub::to_string(event.kind)) + ": " + event.detail);
    }
    void mailing_planned(std::string_view, std::string_view title, Time) override {
        remember("planned: " + std::string(title));
    }
    void digest_skipped(std::string_view, std::size_t waiting) override {
        remember("no digest: " + std::to_string(waiting));
    }
    void fan_out_finished(std::string_view, std::int64_t) override {}
    void recovered(int deliveries) override { remember("recovered: " + std::to_string(deliveries)); }
    void clock_set(Duration by) override { remember("clock set: " + format_duration(by)); }
    void database_replaced() override { remember("replaced"); }
    void overlap_failed(std::string_view relay, const queue::Outcome& outcome) override {
        remember("no overlap: " + std::string(relay) + ": " + outcome.text);
    }
    void connection_broke(std::string_view relay, const queue::Outcome& outcome) override {
        remember("broke: " + std::string(relay) + ": " + outcome.text);
    }
    void relay_silent(const config::Relay& relay) override { remember("silent: " + relay.name); }
    void resolver_down() override { remember("resolver down"); }
    void resolver_up() override { remember("resolver up"); }
    void recorded(const queue::Delivery&, const queue::Outcome&, const queue::Step&,
                  std::string_view) override {}
    void relay_down(std::string_view relay, const queue::RelayHealth&) override {
        remember("down: " + std::string(relay));
    }
    void relay_up(std::string_view relay) override { remember("up: " + std::string(relay)); }
    void paused(std::int64_t, std::string_view, std::string_view reason) override {
        remember("paused: " + std::string(reason));
    }
    void relay_slowed(std::string_view relay, double, std::string_view words) override {
        remember("slowed: " + std::string(relay) + ": " + std::string(words));
    }
    void connections_learned(std::string_view relay, unsigned connections, std::string_view) override {
        remember("connections: " + std::string(relay) + ": " + std::to_string(connections));
    }
    void messages_learned(std::string_view relay, unsigned messages, std::string_view) override {
        remember("messages: " + std::string(relay) + ": " + std::to_string(messages));
    }
    void relay_paused(std::string_view relay) override { remember("relay paused: " + std::string(relay)); }
    void write_failed(std::string_view reason) override { remember("write failed: " + std::string(reason)); }
    void write_resumed() override { remember("write resumed"); }

    [[nodiscard]] bool has(std::string_view beginning) const {
        const std::lock_guard lock(mutex_);
        return std::ranges::any_of(lines_,
                                   [&](const std::string& line) { return line.starts_with(beginning); });
    }

    [[nodiscard]] std::size_t count(std::string_view beginning) const {
        const std::lock_guard lock(mutex_);
        return static_cast<std::size_t>(std::ranges::count_if(
            lines_, [&](const std::string& line) { return line.starts_with(beginning); }));
    }

  private:
    void remember(std::string line) {
        const std::lock_guard lock(mutex_);
        lines_.push_back(std::move(line));
    }
    mutable std::mutex mutex_;
    std::vector<std::string> lines_;
};

struct PipelineFixture {
    PipelineFixture() {
        settings.data_dir = dir / "data";
        settings.drain = std::chrono::seconds(5);
        settings.newsletters.push_back({.name = "notes",
                                        .title = "Field Notes",
                                        .from = {"Field Notes", "notes@example.org"},
                                        .postal_address = "1 High Street, Anytown",
                                        .relay = "main"});
        add_feed("notes", "feed.xml", 1);
        publish("feed.xml", {{"first", "The first post"}});
    }

    void use_relay(std::uint16_t port, unsigned connections = 1) {
        config::Relay relay = relay_on(port);
        relay.name = "main";
        relay.connections = connections;
        settings.relays = {relay};
    }
    void add_feed(const std::string& newsletter, const std::string& file, unsigned backlog) {
        for (config::Newsletter& candidate : settings.newsletters) {
            if (candidate.name != newsletter) continue;
            candidate.sources.push_back({.location = "file://" + (dir / file).string(), .backlog = backlog});
        }
    }
    void publish(const std::string& file,
                 const std::vector<std::pair<std::string, std::string>>& posts) const {
        std::string items;
        for (const auto& [id, title] : posts) {
            items += fmt::format(
                "<item><guid "
                "isPermaLink=\"false\">{0}</guid><title>{1}</title><link>https://example.org/{0}</link>"
                "<description>&lt;p&gt;About {1}.&lt;/p&gt;</description></item>",
                id, title);
        }
        dir.write(file, "<rss version=\"2.0\"><channel><title>Site</title>" + items + "</channel></rss>");
    }
    db::Database open() const { return pipeline::open_database(settings.data_dir); }
    void subscribe(int count, const std::string& newsletter = "notes") const {
        auto database = open();
        test::Committing<audience::AudienceStore> audience(database);
        db::Transaction transaction(database);
        for (int i = 1; i <= count; ++i) {
            audience->subscribe(newsletter, {.address = fmt::format("reader{}@example.org", i)}, clock.now(),
                                "test");
        }
        transaction.commit();
    }
    pipeline::Surroundings surroundings() {
        return {.clock = clock,
                .random = random,
                .events = events,
                .installed_templates = std::filesystem::path(test::source_folder()) / "templates"};
    }
    pipeline::Preparation prepared() {
        auto preparation = pipeline::prepare(settings, surroundings());
        if (!preparation) throw std::runtime_error(preparation.error().front());
        return std::move(*preparation);
    }
    std::unique_ptr<pipeline::DeliveryService> make_service() {
        return std::make_unique<pipeline::DeliveryService>(prepared(), surroundings());
    }
    void run_once() {
        auto service = make_service();
        service->run_once({});
        REQUIRE(service->drain());
        auto database = open();
        CHECK(test::broken_invariants(database) == std::vector<std::string>{});
    }
    std::vector<queue::LogLine> log() const {
        auto database = open();
        std::vector<queue::LogLine> lines;
        queue::DeliveryLog(database).each({}, [&](const queue::LogLine& line) { lines.push_back(line); });
        return lines;
    }
    queue::Progress progress(std::int64_t mailing = 1) const {
        auto database = open();
        return queue::DeliveryStore(database).progress(mailing);
    }
    std::optional<Time> next_due() const {
        auto database = open();
        return queue::DeliveryStore(database).next_due();
    }
    // When the ready posts of the first newsletter become a mailing.
    std::optional<Time> next_mailing() const {
        auto database = open();
        return pipeline::next_mailing(database, settings.newsletters.at(0), clock.now());
    }

    TempDir dir;
    config::Settings settings;
    ManualClock clock{"2026-11-22T08:00:00Z"};
    MiddleRandom random;
    RememberedEvents events;
};

}  // namespace paperround::test
