#include "smtp/local_refusal.hpp"

#include <fmt/format.h>

#include "base/utf8.hpp"
#include "smtp/content.hpp"

namespace paperround::smtp {

namespace {

using queue::Outcome;
using queue::OutcomeKind;
using queue::Stage;

Outcome refused(OutcomeKind kind, Stage stage, std::string enhanced, std::string text) {
    Outcome outcome;
    outcome.kind = kind;
    outcome.stage = stage;
    outcome.enhanced = std::move(enhanced);
    outcome.text = std::move(text);
    return outcome;
}

std::optional<Outcome> refuse_addresses(const Envelope& envelope) {
    if (const auto good = check_address(envelope.rcpt_to); !good) {
        return refused(OutcomeKind::rejected_policy, Stage::rcpt, "5.1.3",
                       fmt::format("the recipient's address {}", good.error().reason));
    }
    if (envelope.mail_from.empty()) return std::nullopt;
    if (const auto good = check_address(envelope.mail_from); !good) {
        return refused(OutcomeKind::rejected_sender, Stage::mail, "5.1.7",
                       fmt::format("the return path {}", good.error().reason));
    }
    return std::nullopt;
}

}  // namespace

bool needs_utf8(const Upcoming& transaction) {
    return transaction.utf8_header || !is_ascii(transaction.envelope.mail_from) ||
           !is_ascii(transaction.envelope.rcpt_to);
}

bool reader_needs_utf8(const Upcoming& transaction) {
    return is_ascii(transaction.envelope.mail_from) && !is_ascii(transaction.envelope.rcpt_to);
}

std::optional<Outcome> refuse_locally(const Upcoming& transaction, const Capabilities& offered) {
    if (auto bad = refuse_addresses(transaction.envelope)) return bad;
    if (offered.size_limit > 0 && transaction.message_size > offered.size_limit) {
        return refused(OutcomeKind::rejected_message, Stage::mail, "5.3.4",
                       fmt::format("the message has {} octets, the relay takes {}", transaction.message_size,
                                   offered.size_limit));
    }
    if (!needs_utf8(transaction) || (offered.smtputf8 && offered.eight_bit_mime)) return std::nullopt;
    // The address is valid and another relay may reach the mailbox, so nobody is suppressed.
    if (reader_needs_utf8(transaction)) {
        return refused(OutcomeKind::rejected_policy, Stage::rcpt, "5.6.7",
                       "the address is not ASCII before its @, and the relay does not offer SMTPUTF8 and "
                       "8BITMIME");
    }
    return refused(OutcomeKind::rejected_sender, Stage::mail, "5.6.7",
                   "an address of the sender's (From, Reply-To) is not ASCII, and the relay does not offer "
                   "SMTPUTF8 and 8BITMIME");
}

}  // namespace paperround::smtp
