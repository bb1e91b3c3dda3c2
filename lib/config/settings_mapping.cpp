#include <fmt/format.h>

#include "base/text/duration.hpp"
#include "config/keys.hpp"
#include "config/mapping.hpp"

namespace paperround::config {

namespace {

constexpr std::size_t most_proxies = 100;

std::vector<IpNetwork> read_proxies(const Section& http) {
    std::vector<IpNetwork> proxies;
    const Field* list = http.find("trusted_proxies");
    if (list == nullptr) return proxies;
    if (list->node->kind != Node::Kind::sequence || list->node->items.size() > most_proxies) {
        http.complain(
            "trusted_proxies",
            {fmt::format("expected a list of at most {} addresses and networks", most_proxies), {}});
        return proxies;
    }
    for (std::size_t i = 0; i < list->node->items.size(); ++i) {
        const Node& item = list->node->items[i];
        auto network = read_ip_network(item);
        if (network) proxies.push_back(*network);
        if (!network)
            http.report().add(item.line, fmt::format("{}[{}]", list->path, i), std::move(network.error()));
    }
    return proxies;
}

void read_http(const Section& top, Http& http) {
    const Field* field = top.find("http");
    if (field == nullptr) return;
    const Section section(*field, http_keys, top.report());
    if (Url listen; section.read("listen", listen, read_listen)) {
        http.listen_host = listen.host;
        http.listen_port = listen.port;
    }
    http.trusted_proxies = read_proxies(section);
}

void read_retry(const Section& top, Retry& retry) {
    const Field* field = top.find("retry");
    if (field == nullptr) return;
    const Section section(*field, retry_keys, top.report());
    section.read("first", retry.first, read_duration, 100ms, 7 * 24h);
    section.read("most", retry.most, read_duration, 100ms, 7 * 24h);
    section.read("jitter", retry.jitter, read_share);
    section.read("give_up_after", retry.give_up_after, read_duration, 100ms, 30 * 24h);
    if (retry.most < retry.first) {
        section.complain("most", {fmt::format("expected no less than first, which is {}, got {}",
                                              format_duration(retry.first), format_duration(retry.most)),
                                  {}});
    }
}

// The named entries below a key that must hold at least one.
std::vector<Entry> read_names(const Section& top, std::string_view key) {
    const Field* field = top.find(key);
    if (field == nullptr) return {};
    if (field->node->kind == Node::Kind::mapping && field->node->keys.empty()) {
        top.complain(key, {"expected at least one name below it", {}});
    }
    return entries_of(*field, top.report());
}

}  // namespace

Settings read_settings(const Node& root, const std::filesystem::path& folder, Report& report) {
    const Section top(Field{&root, {}, 0}, top_keys, report);
    top.require({"newsletters", "relays"});
    Settings settings;
    MappingContext context{.folder = folder, .zone = "UTC", .relays = {}};
    top.read("data_dir", settings.data_dir, read_path, folder);
    settings.public_url_given = top.read("public_url", settings.public_url, read_public_url);
    top.read("sender_id", settings.sender_id, read_sender_id);
    top.read("templates", settings.templates, read_existing_folder, folder);
    top.read("timezone", context.zone, read_zone);
    top.read("fetch_pictures", context.fetch_pictures, read_flag);
    top.read("doubt_window", settings.doubt_window, read_number, 1U, 1000U);
    top.read("on_doubt", settings.on_doubt, [](const Node& node) {
        return read_choice<OnDoubt>(node, {{"resend", OnDoubt::resend}, {"hold", OnDoubt::hold}});
    });
    top.read("drain", settings.drain, read_duration, 0ms, 10min);
    read_http(top, settings.http);
    read_retry(top, settings.retry);
    settings.domains = read_domains(top);
    settings.providers = read_providers(top);
    settings.resolver = read_resolver(top);
    settings.breaker = read_breaker(top);
    settings.dkim = read_dkim(top, folder);
    settings.bounces = read_bounces(top, folder);
    for (const Entry& entry : read_names(top, "relays")) {
        context.relays.push_back(entry.name);
        settings.relays.push_back(read_relay(entry, folder, report));
    }
    for (const Entry& entry : read_names(top, "newsletters")) {
        settings.newsletters.push_back(read_newsletter(entry, context, report));
    }
    return settings;
}

}  // namespace paperround::config
