// The typed settings, each with its default. Plain values: they can be copied and compared.
// `config/loader.hpp` makes them from a YAML file; docs/configuration.md is the reference for operators.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/address/ip_network.hpp"
#include "base/address/mailbox.hpp"
#include "base/clock.hpp"
#include "config/bounces.hpp"
#include "config/dkim.hpp"
#include "config/limits.hpp"
#include "config/provider.hpp"
#include "config/segment.hpp"
#include "config/server_login.hpp"
#include "config/theme.hpp"
#include "config/time/schedule.hpp"
#include "config/time/send_window.hpp"

namespace paperround::config {

using namespace std::chrono_literals;

enum class OnDoubt { resend, hold };

// Which commands are sent without waiting for replies if a relay offers PIPELINING (RFC 2920).
enum class Pipelining {
    within,  // MAIL, RCPT and DATA in one write; nothing behind the final dot
    across,  // the next message's envelope behind the final dot as well
    none,    // each command waits for its reply
};

// One time-out per stage of the SMTP dialogue (RFC 5321 §4.5.3.2).
struct StageTimeouts {
    Duration connect = 30s;    // DNS, TCP and, for smtps, TLS
    Duration greeting = 5min;  // after TLS: greeting, EHLO and STARTTLS; then each step of the login
    Duration mail = 5min;
    Duration rcpt = 5min;
    Duration data = 2min;   // the reply to DATA
    Duration block = 3min;  // each write of message content
    Duration final_dot = 10min;
    bool operator==(const StageTimeouts&) const = default;
};

struct Relay {
    std::string name;
    std::string host;
    std::uint16_t port = 25;
    bool implicit_tls = false;      // an smtps:// URL
    std::optional<Tls> tls;         // unset: required, but opportunistic on loopback (see effective_tls)
    std::filesystem::path ca_file;  // empty: the system's
    std::string username;
    std::filesystem::path
        password_file;  // relative names are looked up in $CREDENTIALS_DIRECTORY, then beside the file
    std::string auth;   // SASL mechanism in capitals; empty: the best that is offered
    std::optional<OAuth> oauth;  // instead of password_file
    std::string ehlo;            // empty: the host's full name
    std::string proxy;           // empty: none, even if the environment names one
    unsigned connections = 5;
    Pipelining pipelining = Pipelining::within;
    std::optional<Rate> rate;
    std::optional<WarmUp> warm_up;
    unsigned messages_per_connection = 1000;
    Duration idle = 30s;
    StageTimeouts timeouts;
    std::vector<std::string> rewrites;  // header fields that it changes, lower case: not signed with DKIM
    bool operator==(const Relay&) const = default;

    [[nodiscard]] Tls effective_tls() const;
    // Whether traffic to the relay stays on this machine. Behind a proxy, loopback is another machine's.
    [[nodiscard]] bool is_local() const;
};

struct Retry {
    Duration first = 5min;
    Duration most = 4h;
    double jitter = 0.2;           // ± this share of each interval
    Duration give_up_after = 48h;  // sum of the intervals between attempts
    bool operator==(const Retry&) const = default;
};

enum class SourceKind { feed, folder };

struct Source {
    SourceKind kind = SourceKind::feed;
    std::string location;  // an http, https or file URL; or an absolute folder path
    Duration every = 10min;
    unsigned backlog = 0;                        // how many of the newest posts of the first poll are sent
    unsigned max_new_posts = 5;                  // more than this at once are held for approval
    std::optional<Duration> max_age = 30 * 24h;  // an older post is never new; unset: no limit
    bool websub = true;                          // let the feed's hub push, if the feed names one
    bool letters = false;  // a folder of a newsletter's welcome series rather than of posts
    bool operator==(const Source&) const = default;
};

// One of several relays that a newsletter is sent through.
struct RelayShare {
    std::string relay;
    unsigned weight = 1;  // share of the work; 0: stand-by, used if no other relay works
    bool operator==(const RelayShare&) const = default;
};

// Several posts in one mailing, at the schedule's moments; nothing is sent if there are no posts.
struct Digest {
    unsigned at_least = 1;  // fewer posts wait for the next digest
    unsigned at_most = 20;  // the oldest posts; the others go into the next digest
    bool operator==(const Digest&) const = default;
};

struct Newsletter {
    std::string name;  // identifier: a-z, 0-9, '-', '_'
    std::string title;
    Mailbox from;
    std::optional<Mailbox> reply_to;
    std::string postal_address;
    std::string language = "en";
    std::string list_id;  // empty: <name>.<domain of from>
    std::vector<Source> sources;
    Schedule schedule;
    std::optional<Digest> digest;
    std::optional<SendWindow> window;  // unset: mail leaves at any hour
    Duration hold{};                   // how long a source may still withdraw or change a new post
    bool approve = false;              // new posts wait for a person's approval
    bool fetch_pictures = true;        // to learn their sizes
    std::string relay;                 // optional in YAML when there is exactly one relay
    std::vector<RelayShare> relays;    // instead of `relay` (see effective_relays)
    std::optional<Rate> rate;
    unsigned connections = 0;               // of all relays together; 0: no limit
    std::string template_name = "default";  // the loader's default with a digest is `digest`
    Theme theme;
    std::vector<std::string> share;   // names of share_services, in the order in which they are shown
    std::optional<Segment> to;        // which readers get it; unset: all
    std::vector<std::string> only;    // posts with one of these tags; empty: all. In lower case
    std::vector<std::string> except;  // and none of these
    bool subscribe = false;           // a public page on which readers join
    bool confirm = true;              // whoever joins there answers a mail first
    bool archive = false;             // public pages with what was sent
    std::optional<Source> welcome;    // letters for whoever joins there, each when its time after that comes
    std::string bounce_domain;        // instead of bounces.domain; empty: that one
    bool operator==(const Newsletter&) const = default;

    [[nodiscard]] std::string effective_list_id() const;
    [[nodiscard]] std::vector<RelayShare> effective_relays() const;
    // Those of posts, and the folder of its welcome series. They live as long as this object.
    [[nodiscard]] std::vector<const Source*> all_sources() const;
};

struct Http {
    std::string listen_host = "127.0.0.1";
    std::uint16_t listen_port = 8025;
    std::vector<IpNetwork> trusted_proxies;  // what they say about a client's address is believed
    bool operator==(const Http&) const = default;
};

struct Settings {
    std::filesystem::path file;  // where the settings were read from
    std::filesystem::path data_dir = "/var/lib/paperround";
    std::string public_url = "http://127.0.0.1:8025";  // no slash at its end
    bool public_url_given = false;                     // it was written, so people outside can reach it
    std::string sender_id = "paperround";              // the last field of Feedback-ID: 5 to 15 characters
    std::filesystem::path templates;                   // empty: the ones installed with the program
    Http http;
    std::vector<Newsletter> newsletters;  // in the order of the file
    std::vector<Relay> relays;
    std::vector<DomainLimit> domains;
    std::vector<Provider> providers;  // those of the file (see effective_providers)
    std::string resolver;             // address:port of a name server; empty: the system's
    std::vector<DkimDomain> dkim;
    Bounces bounces;
    Retry retry;
    Breaker breaker;
    unsigned doubt_window = 0;  // 0: 10 × connections, at most 1 000 (see effective_doubt_window)
    OnDoubt on_doubt = OnDoubt::resend;
    Duration drain = 25s;  // how long a stop waits for open transactions
    bool operator==(const Settings&) const = default;

    [[nodiscard]] unsigned effective_doubt_window() const;
    // The configured and the built-in ones. If two have the same suffix, the first one counts.
    [[nodiscard]] std::vector<Provider> effective_providers() const;
    // Of the newsletter's return paths; empty: it has none, and bounces go to the sender's address.
    [[nodiscard]] const std::string& bounce_domain_of(const Newsletter& newsletter) const;
    [[nodiscard]] const Newsletter* find_newsletter(std::string_view name) const;
    [[nodiscard]] const Relay* find_relay(std::string_view name) const;
};

}  // namespace paperround::config
