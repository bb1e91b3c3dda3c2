#include "daemon/test_mail.hpp"

#include "base/host_name.hpp"
#include "config/secret_files.hpp"
#include "smtp/session.hpp"

namespace paperround::daemon {

namespace {

queue::Outcome send_through(const config::Relay& relay, const smtp::Envelope& envelope,
                            const std::string& message) {
    std::string password;
    if (!relay.username.empty()) {
        auto read = config::read_password(relay);
        if (!read) return {.kind = queue::OutcomeKind::relay_trouble, .text = read.error()};
        password = std::move(*read);
    }
    const smtp::Interrupt never;
    auto session = smtp::Session::open(relay, password, full_host_name(), never);
    if (!session) return session.error();
    queue::Outcome outcome = session->send(envelope, message, [] { return true; });
    if (session->usable()) session->quit();
    return outcome;
}

}  // namespace

queue::Outcome send_test_mail(const config::Settings& settings, const config::Newsletter& newsletter,
                              const std::string& recipient, const std::string& message) {
    queue::Outcome outcome{.kind = queue::OutcomeKind::relay_trouble, .text = "there is no relay"};
    for (const config::RelayShare& share : newsletter.effective_relays()) {
        const config::Relay* relay = settings.find_relay(share.relay);
        if (relay == nullptr) continue;
        outcome = send_through(*relay, {.mail_from = newsletter.from.address, .rcpt_to = recipient}, message);
        if (!queue::is_relay_trouble(outcome.kind)) break;
    }
    return outcome;
}

}  // namespace paperround::daemon
