// The configuration file as hostile input: the result is either settings, or problems of one printable line
// each.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "config/loader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view yaml(reinterpret_cast<const char*>(data), size);
    const auto settings = paperround::config::parse(yaml, "/nonexistent/config.yaml");
    if (settings) {
        // Accepted settings can be used.
        for (const auto& newsletter : settings->newsletters) {
            const auto now = paperround::from_millis(1'790'000'000'000);
            if (paperround::config::next_sending(newsletter.schedule, now) < now) std::abort();
            for (const auto& share : newsletter.effective_relays()) {
                if (settings->find_relay(share.relay) == nullptr) std::abort();
            }
        }
        for (const auto& domain : settings->domains) {
            if (domain.domain.empty() || !domain.limit.any()) std::abort();
        }
        return 0;
    }
    if (settings.error().empty()) std::abort();
    for (const auto& problem : settings.error()) {
        const std::string line = problem.to_line();
        if (paperround::has_control_characters(line) || !paperround::is_utf8(line)) std::abort();
    }
    return 0;
}
