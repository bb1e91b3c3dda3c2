// `queue`: what is not final yet, by mailing and state, or by domain, provider, relay or state.
#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/date_time.hpp"
#include "base/rate.hpp"
#include "base/text.hpp"
#include "daemon/command.hpp"
#include "daemon/json_line.hpp"
#include "daemon/listing.hpp"
#include "daemon/local_time.hpp"
#include "pipeline/data_directory.hpp"
#include "queue/delivery_log.hpp"
#include "queue/provider_store.hpp"
#include "queue/queue_overview.hpp"
#include "queue/queue_store.hpp"

namespace paperround::daemon {

namespace {

void print_json(const queue::QueueLine& line) {
    nlohmann::ordered_json object{{"newsletter", line.newsletter}, {"mailing", line.mailing_id},
                                  {"title", line.title},           {"state", queue::to_string(line.state)},
                                  {"count", line.count},           {"next_due", nullptr}};
    if (line.next_due) object["next_due"] = format_rfc3339(*line.next_due);
    fmt::print("{}\n", json_line(object));
}

struct QueueOptions {
    std::string by;
    unsigned limit = 50;
    bool json = false;
};

std::string number(std::int64_t count) {
    return with_thousands(static_cast<std::uint64_t>(count));
}

std::string when(const std::optional<Time>& time) {
    return time ? local_text(*time, SystemClock().now()) : "-";
}

void print_line(const nlohmann::ordered_json& object) {
    fmt::print("{}\n", json_line(object));
}

nlohmann::ordered_json json_time(const std::optional<Time>& time) {
    return time ? nlohmann::ordered_json(format_rfc3339(*time)) : nlohmann::ordered_json(nullptr);
}

// What there is to say of a limit in a listing: "20/s, 5 at once, 130 of 200 today, slowed to 5/s".
std::string describe(const queue::Throttle& throttle, Time now) {
    std::vector<std::string> parts;
    if (throttle.limit.rate) parts.push_back(format_rate(*throttle.limit.rate));
    if (throttle.limit.connections > 0)
        parts.push_back(fmt::format("{} at once", throttle.limit.connections));
    if (throttle.limit.warm_up) {
        if (const auto ceiling = throttle.limit.warm_up->ceiling(now))
            parts.push_back(
                fmt::format("{} of {} today", with_thousands(throttle.used), with_thousands(*ceiling)));
    }
    if (throttle.slow) parts.push_back("slowed to " + format_per_second(throttle.slow->limit));
    return parts.empty() ? "-" : fmt::format("{}", fmt::join(parts, ", "));
}

// What is stored of it, with what is configured now, as of now.
queue::Throttle throttle_of(const std::vector<queue::Throttle>& stored, queue::Scope scope,
                            const std::string& name, const config::Limit& limit, Time now) {
    queue::Throttle throttle{.scope = scope, .name = name};
    for (const queue::Throttle& one : stored) {
        if (one.scope == scope && one.name == name) throttle = one;
    }
    throttle.limit = limit;
    throttle.refresh(now);
    return throttle;
}

void add_limit(nlohmann::ordered_json& object, const queue::Throttle& throttle, Time now) {
    object["rate"] =
        throttle.limit.rate ? nlohmann::ordered_json(format_rate(*throttle.limit.rate)) : nullptr;
    object["slowed_to_per_second"] =
        throttle.slow ? nlohmann::ordered_json(throttle.slow->limit) : nlohmann::ordered_json(nullptr);
    if (!throttle.limit.warm_up) return;
    object["used_today"] = throttle.used;
    if (const auto ceiling = throttle.limit.warm_up->ceiling(now)) object["ceiling_today"] = *ceiling;
}

std::string by_domain(const config::Settings& settings, db::Database& database, const QueueOptions& options) {
    const Time now = SystemClock().now();
    const auto stored = queue::QueueStore(database).throttles();
    Listing listing({"DOMAIN", "WAITING", "SENDING", "NEXT DUE", "LIMIT"});
    for (const queue::DomainLine& line : queue::QueueOverview(database).by_domain(options.limit)) {
        config::Limit limit;
        for (const config::DomainLimit& domain : settings.domains) {
            if (domain.domain == line.domain) limit = domain.limit;
        }
        const auto throttle = throttle_of(stored, queue::Scope::domain, line.domain, limit, now);
        if (options.json) {
            nlohmann::ordered_json object{{"domain", line.domain},
                                          {"waiting", line.waiting},
                                          {"sending", line.sending},
                                          {"next_due", json_time(line.next_due)}};
            add_limit(object, throttle, now);
            print_line(object);
        }
        listing.add({line.domain, number(line.waiting), number(line.sending), when(line.next_due),
                     describe(throttle, now)});
    }
    return listing.empty() ? "" : listing.text(terminal_width());
}

std::string by_provider(const config::Settings& settings, db::Database& database,
                        const QueueOptions& options) {
    const Time now = SystemClock().now();
    const auto stored = queue::QueueStore(database).throttles();
    queue::Providers providers(settings.effective_providers());
    queue::ProviderStore(database).load(providers);
    Listing listing({"PROVIDER", "WAITING", "SENDING", "NEXT DUE", "LIMIT"});
    const auto provider_of = [&providers](std::string_view domain) { return providers.provider_of(domain); };
    for (const queue::DomainLine& line :
         queue::QueueOverview(database).by_provider(provider_of, options.limit)) {
        config::Limit limit;
        for (const config::Provider& provider : settings.providers) {
            if (provider.name == line.domain) limit = provider.limit;
        }
        const auto throttle = throttle_of(stored, queue::Scope::provider, line.domain, limit, now);
        if (options.json) {
            nlohmann::ordered_json object{{"provider", line.domain},
                                          {"waiting", line.waiting},
                                          {"sending", line.sending},
                                          {"next_due", json_time(line.next_due)}};
            add_limit(object, throttle, now);
            print_line(object);
        }
        listing.add({line.domain, number(line.waiting), number(line.sending), when(line.next_due),
                     describe(throttle, now)});
    }
    return listing.empty() ? "" : listing.text(terminal_width());
}

std::string by_state(db::Database& database, const QueueOptions& options) {
    Listing listing({"STATE", "COUNT", "NEXT DUE"});
    for (const queue::StateLine& line : queue::QueueOverview(database).by_state()) {
        if (options.json) {
            print_line({{"state", queue::to_string(line.state)},
                        {"count", line.count},
                        {"next_due", json_time(line.next_due)}});
        }
        listing.add({std::string(queue::to_string(line.state)), number(line.count), when(line.next_due)});
    }
    return listing.empty() ? "" : listing.text(terminal_width());
}

std::string by_relay(const config::Settings& settings, db::Database& database, const QueueOptions& options) {
    const Time now = SystemClock().now();
    queue::QueueStore store(database);
    const auto stored = store.throttles();
    const auto waiting = queue::QueueOverview(database).by_newsletter();
    Listing listing({"RELAY", "STATE", "NEXT TRY", "WAITING", "LIMIT", "WHY"});
    for (const config::Relay& relay : settings.relays) {
        std::int64_t count = 0;  // a newsletter of several relays counts for each: any of them may carry it
        for (const config::Newsletter& newsletter : settings.newsletters) {
            for (const config::RelayShare& share : newsletter.effective_relays()) {
                const auto found = waiting.find(newsletter.name);
                if (share.relay == relay.name && found != waiting.end()) count += found->second;
            }
        }
        const auto health = store.relay_health(relay.name);
        const auto throttle =
            throttle_of(stored, queue::Scope::relay, relay.name, {relay.rate, 0, relay.warm_up}, now);
        if (options.json) {
            nlohmann::ordered_json object{{"relay", relay.name},
                                          {"up", health.up()},
                                          {"down_since", json_time(health.down_since)},
                                          {"next_attempt", json_time(health.next_attempt)},
                                          {"reason", health.reason},
                                          {"waiting", count}};
            add_limit(object, throttle, now);
            print_line(object);
        }
        listing.add({relay.name, health.up() ? "up" : "down", when(health.next_attempt), number(count),
                     describe(throttle, now), health.reason});
    }
    return listing.text(terminal_width());
}

int print_queue_by(const Invocation& invocation, const QueueOptions& options) {
    const auto settings = load_settings(invocation);
    if (!settings) return EX_CONFIG;
    auto database = pipeline::open_database(settings->data_dir);
    std::string text;
    if (options.by == "domain") text = by_domain(*settings, database, options);
    if (options.by == "provider") text = by_provider(*settings, database, options);
    if (options.by == "relay") text = by_relay(*settings, database, options);
    if (options.by == "state") text = by_state(database, options);
    if (!options.json) fmt::print("{}", text.empty() ? "Nothing waits.\n" : text);
    return EX_OK;
}

int print_queue(const Invocation& invocation, bool json) {
    const auto settings = load_settings(invocation);
    if (!settings) return EX_CONFIG;
    auto database = pipeline::open_database(settings->data_dir);
    Listing listing({"MAILING", "NEWSLETTER", "STATE", "COUNT", "NEXT DUE", "TITLE"});
    for (const queue::QueueLine& line : queue::DeliveryLog(database).waiting()) {
        if (json) print_json(line);
        listing.add(
            {std::to_string(line.mailing_id), line.newsletter, std::string(queue::to_string(line.state)),
             with_thousands(static_cast<std::uint64_t>(line.count)), when(line.next_due), line.title});
    }
    if (json) return EX_OK;
    fmt::print("{}", listing.empty() ? "Nothing waits.\n" : listing.text(terminal_width()));
    return EX_OK;
}

}  // namespace

void add_queue_command(CLI::App& app, Invocation& invocation) {
    auto* command =
        app.add_subcommand("queue", "Deliveries that are not final yet; flush, hold, release, drop");
    command->require_subcommand(0, 1);
    auto options = std::make_shared<QueueOptions>();
    command->add_flag("--json", options->json, "One JSON object a line");
    command
        ->add_option("--by", options->by,
                     "Added up by domain, provider, relay or state instead of by mailing")
        ->check(CLI::IsMember({"domain", "provider", "relay", "state"}));
    command->add_option("--limit", options->limit, "With --by domain or provider: only the N with most")
        ->capture_default_str();
    add_queue_verbs(*command, invocation);
    command->callback([&invocation, options] {
        if (invocation.run) return;  // a subcommand has spoken
        invocation.run = [&invocation, options] {
            return options->by.empty() ? print_queue(invocation, options->json)
                                       : print_queue_by(invocation, *options);
        };
    });
}

}  // namespace paperround::daemon
