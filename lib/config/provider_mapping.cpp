// `providers` and `resolver`: limits per provider, and the name server that is asked.
#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/address/mailbox.hpp"
#include "base/text.hpp"
#include "config/keys.hpp"
#include "config/mapping.hpp"

namespace paperround::config {

namespace {

constexpr std::size_t most_providers = 200;
constexpr std::size_t most_suffixes = 100;
constexpr std::uint16_t dns_port = 53;

// `.mail.Example.net.` and `*.mail.example.net` mean the same as `mail.example.net`.
std::string canonical_suffix(std::string_view text) {
    if (text.starts_with("*")) text.remove_prefix(1);
    if (text.starts_with(".")) text.remove_prefix(1);
    if (text.ends_with(".")) text.remove_suffix(1);
    const auto address =
        canonical_address("x@" + std::string(text));  // a domain is valid if an address in it is
    return address ? ascii_lower(domain_of(*address)) : std::string();
}

std::vector<std::string> read_suffixes(const Section& section) {
    std::vector<std::string> suffixes;
    const Field* list = section.find("mx");
    if (list == nullptr) return suffixes;
    if (list->node->kind != Node::Kind::sequence || list->node->items.empty()) {
        section.complain("mx", {"expected a list of what its mail servers' names end with, such as "
                                "[mx.example.net]",
                                {}});
        return suffixes;
    }
    if (list->node->items.size() > most_suffixes) {
        section.complain("mx", {fmt::format("expected at most {} names", most_suffixes), {}});
        return suffixes;
    }
    for (const Node& item : list->node->items) {
        const auto text = read_text(item, "what names of its mail servers end with");
        std::string suffix = text ? canonical_suffix(*text) : std::string();
        if (suffix.empty()) {
            section.report().add(
                item.line, list->path,
                text ? Complaint{fmt::format("expected what names of its mail servers end with, such as "
                                             "mx.example.net, got {}",
                                             in_quotes(*text)),
                                 {}}
                     : text.error());
        }
        suffixes.push_back(std::move(suffix));
    }
    return suffixes;
}

Provider read_provider(const Entry& entry, const std::vector<Provider>& known, Report& report) {
    const Section section(entry.field, provider_keys, report);
    Provider provider{.name = entry.name, .mx = {}, .domains = {}, .limit = {}};
    if (!is_identifier(entry.name)) {
        report.add(entry.field.line, entry.field.path,
                   {"expected a name of at most 40 characters a-z, 0-9, '-' and '_'", {}});
    }
    if (const auto built_in = std::ranges::find(known, entry.name, &Provider::name); built_in != known.end())
        provider = *built_in;
    if (section.has("mx")) {
        provider.mx = read_suffixes(section);
    } else if (provider.mx.empty()) {
        std::vector<std::string> names;
        std::ranges::transform(known, std::back_inserter(names), &Provider::name);
        report.add(entry.field.line, entry.field.path,
                   {fmt::format("expected mx, what the names of its mail servers end with, or a name that "
                                "needs none: {}",
                                fmt::join(names, ", ")),
                    nearest(entry.name, names)});
    }
    provider.limit.rate = read_rate_key(section);
    section.read("connections", provider.limit.connections, read_number, 1U, 1000U);
    provider.limit.warm_up = read_warm_up(section);
    if (entry.field.node->kind == Node::Kind::mapping && entry.field.node->keys.empty() &&
        !provider.mx.empty()) {
        report.add(entry.field.line, entry.field.path,
                   {"expected mx, rate, connections or warm_up, got none", {}});
    }
    return provider;
}

Value<std::string> read_resolver_address(const Node& node) {
    const auto text = read_text(node, "the address of a name server such as 127.0.0.1:53");
    if (!text) return failure(text.error());
    const auto url = parse_url("dns://" + *text);
    in6_addr ignored{};
    const bool v4 = url && inet_pton(AF_INET, url->host.c_str(), &ignored) == 1;
    const bool v6 = url && inet_pton(AF_INET6, url->host.c_str(), &ignored) == 1;
    if (!url || !url->rest.empty() || !(v4 || v6)) {
        return failure(Complaint{fmt::format("expected the address of a name server such as 127.0.0.1:53 or "
                                             "[::1]:53, got {}",
                                             in_quotes(*text)),
                                 {}});
    }
    const auto port = url->port == 0 ? dns_port : url->port;
    return v6 ? fmt::format("[{}]:{}", url->host, port) : fmt::format("{}:{}", url->host, port);
}

}  // namespace

std::vector<Provider> read_providers(const Section& top) {
    std::vector<Provider> providers;
    const Field* field = top.find("providers");
    if (field == nullptr) return providers;
    const auto entries = entries_of(*field, top.report());
    if (entries.size() > most_providers) {
        top.complain("providers", {fmt::format("expected at most {} providers", most_providers), {}});
        return providers;
    }
    const auto known = known_providers();
    for (const Entry& entry : entries) {
        Provider provider = read_provider(entry, known, top.report());
        for (const std::string& suffix : provider.mx) {
            const auto same = std::ranges::find_if(providers, [&suffix](const Provider& other) {
                return std::ranges::find(other.mx, suffix) != other.mx.end();
            });
            if (same == providers.end() || suffix.empty()) continue;
            top.report().add(
                entry.field.line, entry.field.path,
                {fmt::format("the mail servers {} belong to {} already", suffix, same->name), {}});
        }
        providers.push_back(std::move(provider));
    }
    return providers;
}

std::string read_resolver(const Section& top) {
    std::string resolver;
    top.read("resolver", resolver, read_resolver_address);
    return resolver;
}

}  // namespace paperround::config
