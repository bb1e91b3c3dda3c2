#include "daemon/test_mail.hpp"

#include <memory>

#include "base/clock.hpp"
#include "net/curl_http_client.hpp"
#include "pipeline/courier/relay_access.hpp"
#include "smtp/session.hpp"

namespace paperround::daemon {

namespace {

queue::Outcome send_through(const pipeline::RelayAccess& access, const smtp::Envelope& envelope,
                            const std::string& message) {
    const Interrupt never;
    auto session = smtp::Session::open(access.relay, access.credentials, access.default_ehlo, never);
    if (!session) return session.error();
    queue::Outcome outcome = session->send(envelope, message, [] { return true; });
    if (session->usable()) session->quit();
    return outcome;
}

}  // namespace

queue::Outcome send_test_mail(const config::Settings& settings, const config::Newsletter& newsletter,
                              const std::string& recipient, const std::string& message) {
    const SystemClock clock;
    const auto client = std::make_shared<net::CurlHttpClient>(settings.public_url);
    queue::Outcome outcome{.kind = queue::OutcomeKind::relay_trouble, .text = "there is no relay"};
    for (const config::RelayShare& share : newsletter.effective_relays()) {
        const config::Relay* relay = settings.find_relay(share.relay);
        if (relay == nullptr) continue;
        const auto access = pipeline::relay_access(*relay, settings.data_dir, client, clock);
        if (!access) {
            outcome.text = access.error();
            continue;
        }
        outcome =
            send_through(*access, {.mail_from = newsletter.from.address, .rcpt_to = recipient}, message);
        if (!queue::is_relay_trouble(outcome.kind)) break;
    }
    return outcome;
}

}  // namespace paperround::daemon
