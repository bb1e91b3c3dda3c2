// Maps sections of the file to settings: which key sets which field, within which limits. Problems go to the
// report; a returned value is complete only if no problem was added.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/section.hpp"
#include "config/settings.hpp"

namespace paperround::config {

// What a newsletter's section needs from the rest of the file.
struct MappingContext {
    std::filesystem::path folder;     // the file's own; relative paths start there
    std::string zone = "UTC";         // for newsletters without a zone
    std::vector<std::string> relays;  // names of all relays, valid or not
    bool fetch_pictures = true;       // for newsletters without the key
};

// Keys of limits, for every section that has them.
[[nodiscard]] std::optional<Rate> read_rate_key(const Section& section);
[[nodiscard]] std::optional<WarmUp> read_warm_up(const Section& section);
[[nodiscard]] std::vector<DomainLimit> read_domains(const Section& top);
[[nodiscard]] std::vector<Provider> read_providers(const Section& top);
[[nodiscard]] std::string read_resolver(const Section& top);
[[nodiscard]] Breaker read_breaker(const Section& top);

[[nodiscard]] Theme read_theme(const Section& newsletter);
[[nodiscard]] std::vector<std::string> read_share_services(const Section& newsletter);

[[nodiscard]] std::vector<DkimDomain> read_dkim(const Section& top, const std::filesystem::path& folder);
[[nodiscard]] std::vector<std::string> read_rewrites(const Section& relay);

[[nodiscard]] Value<std::string> read_bounce_domain(const Node& node);
[[nodiscard]] std::vector<BounceWebhook> read_webhooks(const Section& bounces,
                                                       const std::filesystem::path& folder);
[[nodiscard]] Bounces read_bounces(const Section& top, const std::filesystem::path& folder);

[[nodiscard]] std::optional<Tls> read_tls(const Section& server);
void read_oauth(const Section& server, const std::filesystem::path& folder, std::optional<OAuth>& target);
[[nodiscard]] Relay read_relay(const Entry& entry, const std::filesystem::path& folder, Report& report);
[[nodiscard]] Newsletter read_newsletter(const Entry& entry, const MappingContext& context, Report& report);
[[nodiscard]] Settings read_settings(const Node& root, const std::filesystem::path& folder, Report& report);

}  // namespace paperround::config
