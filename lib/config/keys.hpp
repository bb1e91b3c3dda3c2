// Every key that the loader knows, by section. In a section's path `*` stands for any name and `[]` for any
// item of a list. A test compares docs/configuration.md with this table.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace paperround::config {

using namespace std::string_view_literals;

inline constexpr std::array top_keys{"data_dir"sv, "public_url"sv,     "sender_id"sv, "templates"sv,
                                     "timezone"sv, "newsletters"sv,    "relays"sv,    "http"sv,
                                     "retry"sv,    "doubt_window"sv,   "on_doubt"sv,  "drain"sv,
                                     "domains"sv,  "breaker"sv,        "dkim"sv,      "providers"sv,
                                     "resolver"sv, "fetch_pictures"sv, "bounces"sv};
inline constexpr std::array http_keys{"listen"sv, "trusted_proxies"sv};
inline constexpr std::array bounces_keys{"domain"sv, "mailboxes"sv, "webhooks"sv};
inline constexpr std::array bounce_webhook_keys{"provider"sv, "secret_file"sv, "topic"sv};
inline constexpr std::array bounce_mailbox_keys{"maildir"sv, "url"sv,      "tls"sv,
                                                "ca_file"sv, "username"sv, "password_file"sv,
                                                "oauth"sv,   "folder"sv,   "unreadable_folder"sv};
inline constexpr std::array retry_keys{"first"sv, "most"sv, "jitter"sv, "give_up_after"sv};
inline constexpr std::array breaker_keys{"share"sv, "of"sv};
inline constexpr std::array domain_keys{"rate"sv, "connections"sv, "warm_up"sv};
inline constexpr std::array provider_keys{"mx"sv, "rate"sv, "connections"sv, "warm_up"sv};
inline constexpr std::array warm_up_keys{"start"sv, "first_day"sv, "growth"sv};
inline constexpr std::array share_keys{"relay"sv, "weight"sv};
inline constexpr std::array newsletter_keys{
    "title"sv,    "from"sv,        "reply_to"sv, "postal_address"sv, "language"sv,       "list_id"sv,
    "template"sv, "timezone"sv,    "schedule"sv, "digest"sv,         "at_least"sv,       "at_most"sv,
    "window"sv,   "hold"sv,        "approve"sv,  "relay"sv,          "sources"sv,        "relays"sv,
    "rate"sv,     "connections"sv, "theme"sv,    "share"sv,          "fetch_pictures"sv, "subscribe"sv,
    "confirm"sv,  "archive"sv,     "to"sv,       "only"sv,           "except"sv,         "bounce_domain"sv,
    "welcome"sv};
inline constexpr std::array theme_keys{"accent"sv, "logo"sv, "logo_dark"sv, "font"sv, "width"sv};
inline constexpr std::array source_keys{"feed"sv,          "folder"sv,  "every"sv, "backlog"sv,
                                        "max_new_posts"sv, "max_age"sv, "websub"sv};
inline constexpr std::array relay_keys{"url"sv,      "tls"sv,           "ca_file"sv,
                                       "username"sv, "password_file"sv, "ehlo"sv,
                                       "proxy"sv,    "connections"sv,   "messages_per_connection"sv,
                                       "idle"sv,     "timeouts"sv,      "rate"sv,
                                       "warm_up"sv,  "rewrites"sv,      "pipelining"sv,
                                       "auth"sv,     "oauth"sv};
inline constexpr std::array oauth_keys{"token_url"sv, "client_id"sv, "client_secret_file"sv, "scope"sv,
                                       "refresh_token_file"sv};
inline constexpr std::array dkim_keys{"selector"sv, "key_file"sv};
inline constexpr std::array timeout_keys{"connect"sv, "greeting"sv, "mail"sv,     "rcpt"sv,
                                         "data"sv,    "block"sv,    "final_dot"sv};

struct KnownSection {
    std::string_view path;
    std::span<const std::string_view> keys;
};

inline constexpr std::array<KnownSection, 21> known_sections{{{"", top_keys},
                                                              {"newsletters.*", newsletter_keys},
                                                              {"newsletters.*.theme", theme_keys},
                                                              {"newsletters.*.sources[]", source_keys},
                                                              {"newsletters.*.relays[]", share_keys},
                                                              {"relays.*", relay_keys},
                                                              {"relays.*.timeouts", timeout_keys},
                                                              {"relays.*.oauth", oauth_keys},
                                                              {"relays.*.warm_up", warm_up_keys},
                                                              {"domains.*", domain_keys},
                                                              {"domains.*.warm_up", warm_up_keys},
                                                              {"providers.*", provider_keys},
                                                              {"providers.*.warm_up", warm_up_keys},
                                                              {"dkim.*[]", dkim_keys},
                                                              {"breaker", breaker_keys},
                                                              {"retry", retry_keys},
                                                              {"http", http_keys},
                                                              {"bounces", bounces_keys},
                                                              {"bounces.mailboxes[]", bounce_mailbox_keys},
                                                              {"bounces.mailboxes[].oauth", oauth_keys},
                                                              {"bounces.webhooks.*", bounce_webhook_keys}}};

}  // namespace paperround::config
