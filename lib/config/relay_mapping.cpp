#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/address/url.hpp"
#include "base/text.hpp"
#include "config/keys.hpp"
#include "config/mapping.hpp"

namespace paperround::config {

namespace {

constexpr std::uint16_t smtp_port = 25;
constexpr std::uint16_t smtps_port = 465;  // RFC 8314 §3.3

Value<Url> read_relay_url(const Node& node) {
    auto url = read_url(node, {"smtp", "smtps"});
    if (!url) return url;
    if (!url->rest.empty() && url->rest != "/") {
        return failure(Complaint{
            "expected nothing behind the host and port of a relay's URL; ehlo sets the EHLO name", {}});
    }
    if (!is_host(url->host)) {
        return failure(Complaint{
            fmt::format("expected a host name in ASCII or an address, got {}", in_quotes(url->host)), {}});
    }
    return url;
}

void read_timeouts(const Section& relay, StageTimeouts& timeouts) {
    const Field* field = relay.find("timeouts");
    if (field == nullptr) return;
    const Section section(*field, timeout_keys, relay.report());
    const auto read = [&section](std::string_view key, Duration& target) {
        section.read(key, target, read_duration, 100ms, 1h);
    };
    read("connect", timeouts.connect);
    read("greeting", timeouts.greeting);
    read("mail", timeouts.mail);
    read("rcpt", timeouts.rcpt);
    read("data", timeouts.data);
    read("block", timeouts.block);
    read("final_dot", timeouts.final_dot);
}

constexpr std::array<std::string_view, 3> password_mechanisms{"PLAIN", "LOGIN", "CRAM-MD5"};
constexpr std::array<std::string_view, 2> token_mechanisms{"XOAUTH2", "OAUTHBEARER"};

Value<std::string> read_mechanism(const Node& node, bool with_token) {
    auto name = read_text(node, "the name of a login mechanism");
    if (!name) return name;
    const std::string upper = ascii_upper(*name);
    const auto among = [&upper](const auto& names) { return std::ranges::find(names, upper) != names.end(); };
    if (with_token ? among(token_mechanisms) : among(password_mechanisms)) return upper;
    if (among(password_mechanisms))
        return failure(Complaint{fmt::format("{} takes a password, and oauth is there", upper), {}});
    if (among(token_mechanisms))
        return failure(Complaint{fmt::format("{} takes an access token: it needs oauth", upper), {}});
    return failure(
        Complaint{fmt::format("expected {} or, with oauth, {}, got {}", fmt::join(password_mechanisms, ", "),
                              fmt::join(token_mechanisms, ", "), in_quotes(*name)),
                  {}});
}

Value<std::string> read_token_url(const Node& node) {
    auto url = read_url(node, {"https", "http"});
    if (!url) return failure(std::move(url.error()));
    if (url->scheme == "http" && !is_loopback(url->host))
        return failure(Complaint{"expected an https URL: secrets never go over plain text", {}});
    return read_url_text(node, {"https", "http"});
}

void check_login(const Section& section, const Relay& relay) {
    if (section.has("username") && !section.has("password_file") && !section.has("oauth")) {
        section.complain("password_file", {"required key is missing: username is there", {}});
    }
    for (const std::string_view key : {"password_file", "oauth", "auth"}) {
        if (section.has(key) && !section.has("username"))
            section.complain("username", {fmt::format("required key is missing: {} is there", key), {}});
    }
    if (section.has("oauth") && section.has("password_file"))
        section.complain("oauth",
                         {"a login has either a password or access tokens: leave password_file out", {}});
    if (section.has("username") && relay.tls == Tls::never && !relay.host.empty() && !relay.is_local()) {
        section.complain(
            "tls", {"a password never goes over plain text: set required, or leave the username out", {}});
    }
    if (relay.implicit_tls && relay.tls && *relay.tls != Tls::required) {
        section.complain("tls", {"an smtps:// URL is always TLS: set required, or leave it out", {}});
    }
}

}  // namespace

std::optional<Tls> read_tls(const Section& server) {
    std::optional<Tls> tls;
    server.read("tls", tls, [](const Node& node) {
        return read_choice<Tls>(
            node,
            {{"required", Tls::required}, {"opportunistic", Tls::opportunistic}, {"never", Tls::never}});
    });
    return tls;
}

void read_oauth(const Section& server, const std::filesystem::path& folder, std::optional<OAuth>& target) {
    const Field* field = server.find("oauth");
    if (field == nullptr) return;
    const Section section(*field, oauth_keys, server.report());
    section.require({"token_url", "client_id"});
    OAuth oauth;
    section.read("token_url", oauth.token_url, read_token_url);
    section.read("client_id", oauth.client_id, read_text, "a client's id");
    section.read("client_secret_file", oauth.client_secret_file, read_secret_file, folder);
    section.read("scope", oauth.scope, read_text, "scopes, separated by spaces");
    section.read("refresh_token_file", oauth.refresh_token_file, read_secret_file, folder);
    if (!section.has("client_secret_file") && !section.has("refresh_token_file")) {
        section.complain(
            "client_secret_file",
            {"required key is missing: without refresh_token_file the client speaks for itself", {}});
    }
    target = std::move(oauth);
}

Relay read_relay(const Entry& entry, const std::filesystem::path& folder, Report& report) {
    const Section section(entry.field, relay_keys, report);
    section.require({"url"});
    Relay relay;
    relay.name = entry.name;
    if (Url url; section.read("url", url, read_relay_url)) {
        relay.host = url.host;
        relay.implicit_tls = url.scheme == "smtps";
        relay.port = url.port != 0 ? url.port : relay.implicit_tls ? smtps_port : smtp_port;
    }
    relay.tls = read_tls(section);
    section.read("ca_file", relay.ca_file, read_existing_file, folder);
    section.read("username", relay.username, read_text, "a user name");
    section.read("password_file", relay.password_file, read_secret_file, folder);
    read_oauth(section, folder, relay.oauth);
    section.read("auth", relay.auth, read_mechanism, section.has("oauth"));
    section.read("ehlo", relay.ehlo, read_ehlo);
    section.read("proxy", relay.proxy, read_url_text,
                 std::vector<std::string>{"http", "https", "socks4", "socks4a", "socks5", "socks5h"});
    section.read("connections", relay.connections, read_number, 1U, 200U);
    section.read("pipelining", relay.pipelining, [](const Node& node) {
        return read_choice<Pipelining>(
            node,
            {{"within", Pipelining::within}, {"across", Pipelining::across}, {"none", Pipelining::none}});
    });
    relay.rate = read_rate_key(section);
    relay.warm_up = read_warm_up(section);
    section.read("messages_per_connection", relay.messages_per_connection, read_number, 1U, 1'000'000U);
    section.read("idle", relay.idle, read_duration, 100ms, 1h);
    read_timeouts(section, relay.timeouts);
    relay.rewrites = read_rewrites(section);
    check_login(section, relay);
    return relay;
}

}  // namespace paperround::config
