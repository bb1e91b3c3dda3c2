#include "daemon/warnings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/address/url.hpp"
#include "net/public_address.hpp"

namespace paperround::daemon {

namespace {

constexpr std::uint16_t submission_port = 587;   // RFC 6409: plain text first, then STARTTLS
constexpr std::uint16_t submissions_port = 465;  // RFC 8314: TLS from the first octet

bool is_numeric(std::string_view host) {
    return host.find(':') != std::string_view::npos ||
           host.find_first_not_of("0123456789.") == std::string_view::npos;
}

// RFC 2606, RFC 6762, RFC 8375: names that cannot be resolved on readers' machines.
bool is_name_of_nowhere(std::string_view host) {
    static constexpr std::array<std::string_view, 6> nowhere{".invalid", ".test",  ".localhost",
                                                             ".example", ".local", ".home.arpa"};
    return std::ranges::any_of(nowhere, [host](std::string_view end) { return host.ends_with(end); });
}

// Why no reader can follow such a link; empty if readers can.
std::string why_unreachable(const Url& url) {
    if (is_loopback(url.host)) return "leads to the reader's own machine";
    if (is_numeric(url.host) && !net::is_public_address(url.host)) return "leads into a private network";
    if (is_name_of_nowhere(url.host) || (!is_numeric(url.host) && url.host.find('.') == std::string::npos))
        return "has a name that no reader can look up";
    return {};
}

const config::Relay* relay_elsewhere(const config::Settings& settings) {
    const auto found =
        std::ranges::find_if(settings.relays, [](const config::Relay& relay) { return !relay.is_local(); });
    return found == settings.relays.end() ? nullptr : &*found;
}

void add_public_url(const config::Settings& settings, std::vector<std::string>& lines) {
    const auto url = parse_url(settings.public_url);
    const config::Relay* relay = relay_elsewhere(settings);
    if (!url) return;
    if (relay == nullptr && is_loopback(url->host)) {
        lines.push_back(
            fmt::format("note: public_url {} leads to the reader's own machine, which is right for a trial "
                        "alone: if the relay "
                        "on this machine passes mail on, nobody can unsubscribe",
                        settings.public_url));
    } else if (const std::string why = why_unreachable(*url); !why.empty()) {
        lines.push_back(
            fmt::format("warning: public_url {} {}{}: nobody can unsubscribe; set it to the https address "
                        "under which a web server "
                        "passes requests on to http.listen",
                        settings.public_url, why,
                        relay == nullptr ? "" : fmt::format(", and mail leaves through {}", relay->host)));
    } else if (url->scheme == "http") {
        lines.push_back(
            fmt::format("warning: public_url {} is not https: mail clients offer one-click unsubscribing "
                        "(RFC 8058), which Gmail and "
                        "Yahoo want of newsletters, only for https",
                        settings.public_url));
    }
}

void add_ehlo(const config::Relay& relay, std::string_view own_name, std::vector<std::string>& lines) {
    const std::string_view name = relay.ehlo.empty() ? own_name : std::string_view(relay.ehlo);
    if (relay.is_local() || name.starts_with('[') || name.find('.') != std::string_view::npos) return;
    lines.push_back(
        fmt::format("warning: relay {}: greets {} as \"{}\", {}a name without a dot, which many servers "
                    "refuse (RFC 5321 §4.1.1.1): "
                    "set ehlo to this host's full name",
                    relay.name, relay.host, name, relay.ehlo.empty() ? "this host's own, " : ""));
}

void add_port(const config::Relay& relay, std::vector<std::string>& lines) {
    if (relay.implicit_tls && (relay.port == submission_port || relay.port == 25)) {
        lines.push_back(
            fmt::format("warning: relay {}: port {} speaks plainly first and then STARTTLS: write "
                        "smtp://{}:{}, or smtps:// with port {}",
                        relay.name, relay.port, relay.host, relay.port, submissions_port));
    } else if (!relay.implicit_tls && relay.port == submissions_port) {
        lines.push_back(fmt::format(
            "warning: relay {}: port {} speaks TLS from the first octet: write smtps://{}:{}, or smtp:// "
            "with port {}",
            relay.name, relay.port, relay.host, relay.port, submission_port));
    }
}

void add_joining(const config::Settings& settings, std::vector<std::string>& lines) {
    for (const config::Newsletter& newsletter : settings.newsletters) {
        if (!newsletter.subscribe || newsletter.confirm) continue;
        lines.push_back(fmt::format(
            "warning: {}: confirm: false lets anybody put anybody's address on the list: those "
            "people report the mail as spam, servers then refuse it for every reader, and nothing "
            "proves that a reader agreed",
            newsletter.name));
    }
    const bool open = std::ranges::any_of(settings.newsletters, &config::Newsletter::subscribe);
    if (!open || !settings.http.trusted_proxies.empty() || !is_loopback(settings.http.listen_host)) return;
    lines.push_back(fmt::format(
        "warning: http.listen {} is this machine only, so a web server stands in front of it, and "
        "http.trusted_proxies does not name it: who asks to join is not known, and all clients "
        "share one limit",
        settings.http.listen_host));
}

}  // namespace

std::vector<std::string> warnings_about(const config::Settings& settings, std::string_view own_name) {
    std::vector<std::string> lines;
    add_public_url(settings, lines);
    for (const config::Relay& relay : settings.relays) {
        add_ehlo(relay, own_name, lines);
        add_port(relay, lines);
    }
    add_joining(settings, lines);
    return lines;
}

}  // namespace paperround::daemon
