// What mail services post. The first octet chooses the service.
#include <array>
#include <cstdint>
#include <string_view>

#include "bounce/webhook/events.hpp"
#include "bounce/webhook/json_value.hpp"
#include "bounce/webhook/signatures.hpp"
#include "bounce/webhook/sns_message.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace paperround::bounce;
    constexpr std::array readers{ses_events,      sendgrid_events, mailgun_events,
                                 postmark_events, mailjet_events,  brevo_events};
    if (size == 0) return 0;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::string_view body = input.substr(1);
    const auto which = static_cast<std::size_t>(input.front() - '0') % (readers.size() + 1);
    if (which == readers.size()) {
        const auto message = parse_sns(body);
        if (message && is_sns_certificate_url(message->certificate_url) &&
            !is_sns_url(message->certificate_url))
            __builtin_trap();
        static_cast<void>(verify_mailgun("key", body));
        static_cast<void>(has_secret("secret", body, body));
        return 0;
    }
    const auto events = readers.at(which)(body);
    if (!events) return 0;
    for (const Event& event : *events) {
        // What is kept of it is the same event.
        const auto value = parse_json(event.octets);
        if (event.reading.reports.empty() || (value && value->to_json() != event.octets)) __builtin_trap();
        for (const Report& report : event.reading.reports) {
            if (report.diagnostic.size() > 1000) __builtin_trap();
        }
    }
    return 0;
}
