#include "smtp/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "smtp/content.hpp"
#include "smtp/curl_transport.hpp"
#include "smtp/dsn.hpp"
#include "smtp/local_refusal.hpp"
#include "smtp/reply_policy.hpp"

namespace paperround::smtp {

namespace {

using queue::Outcome;
using queue::OutcomeKind;
using queue::Stage;
using Steady = std::chrono::steady_clock;

// One TLS record; small, so that timeouts.block limits one block and not a whole large message.
constexpr std::size_t block_size = 16'384;
constexpr Duration quit_timeout = std::chrono::seconds(1);
// Time for the first reply to an envelope written ahead, counted from the reply to the preceding dot. Some
// servers discard what follows a dot (Courier); without this limit they would be waited for until
// timeouts.mail.
constexpr Duration ahead_patience = std::chrono::seconds(10);

// An outcome made here: the server sent no reply, or no usable one.
Outcome ours(OutcomeKind kind, Stage stage, std::string enhanced, std::string text) {
    Outcome outcome;
    outcome.kind = kind;
    outcome.stage = stage;
    outcome.enhanced = std::move(enhanced);
    outcome.text = std::move(text);
    return outcome;
}

std::string_view awaited_reply(Stage stage) {
    switch (stage) {
        case Stage::mail:
            return "the reply to MAIL was awaited";
        case Stage::rcpt:
            return "the reply to RCPT was awaited";
        case Stage::data:
            return "the reply to DATA was awaited";
        case Stage::body:
            return "the message was being written";
        case Stage::final_dot:
            return "the reply to the final dot was awaited";
        default:
            return "the session was being opened";
    }
}

std::string_view what_happened(Transfer how) {
    switch (how) {
        case Transfer::timed_out:
            return "the time ran out";
        case Transfer::closed:
            return "the server closed the connection";
        case Transfer::interrupted:
            return "we were told to stop";
        default:
            return "the connection broke";
    }
}

// Outcomes after which the connection cannot carry another transaction.
bool ends_session(const Outcome& outcome) {
    return outcome.code == 421 || outcome.kind == OutcomeKind::relay_trouble ||
           outcome.kind == OutcomeKind::protocol || outcome.kind == OutcomeKind::in_doubt;
}

// The refusal is about a rate or a quota: a new session would not help.
bool limits_us(OutcomeKind kind) {
    return kind == OutcomeKind::relay_slowed || kind == OutcomeKind::relay_quota ||
           kind == OutcomeKind::domain_slowed;
}

// A refusal of MAIL that may end the session. If it is the sender's fault, a new session refuses again. A
// policy refusal at MAIL is about this reader's address in UTF-8.
bool refuses_mail(const Outcome& outcome) {
    return outcome.stage == Stage::mail && !limits_us(outcome.kind) &&
           outcome.kind != OutcomeKind::protocol && outcome.kind != OutcomeKind::rejected_policy;
}

// RFC 3463 §3.5, §3.6: "too many recipients" and "system or network congestion". Servers also say the first
// of a session's messages: with no recipient or only one it can mean nothing else.
bool says_enough(const Outcome& outcome) {
    return outcome.kind == OutcomeKind::session_limit ||
           (!limits_us(outcome.kind) && (outcome.enhanced == "4.5.3" || outcome.enhanced == "4.4.5"));
}

// Whether a refusal of MAIL may be about its parameter SMTPUTF8 (RFC 6531 §3.5, RFC 5321 §4.1.1.11).
bool may_refuse_parameter(const Reply& reply) {
    return reply.enhanced == "5.6.7" || reply.enhanced == "5.5.4" || reply.code == 501 || reply.code == 504 ||
           reply.code == 555;
}

}  // namespace

Result<Session, Outcome> Session::open(const config::Relay& relay, const Credentials& credentials,
                                       std::string_view default_ehlo, const Interrupt& interrupt,
                                       RelayMemory* memory) {
    auto connection =
        connect(relay, credentials, relay.ehlo.empty() ? default_ehlo : relay.ehlo, interrupt, memory);
    if (!connection) return failure(std::move(connection.error()));
    if (relay.pipelining == config::Pipelining::none) connection->offered.pipelining = false;
    return Session(std::move(connection->transport), connection->offered, relay.timeouts);
}

Session::Session(std::unique_ptr<Transport> transport, const Capabilities& offered,
                 const config::StageTimeouts& timeouts)
    : transport_(std::move(transport)), offered_(offered), timeouts_(timeouts), tls_(transport_->tls()) {}

bool Session::usable() {
    // After an envelope written ahead, replies to it may have arrived: the next transaction reads them.
    if (transport_ && !ahead_ && (!parser_.empty() || !transport_->quiet())) destroy();
    return transport_ != nullptr;
}

void Session::quit() {
    if (ahead_) destroy();  // behind an open DATA, QUIT would be content
    if (!usable()) return;
    const auto deadline = Steady::now() + quit_timeout;
    if (transport_->write("QUIT\r\n", deadline).how == Transfer::done) {
        // The reply changes nothing. Waiting for it lets the server close the connection itself, without
        // seeing a reset.
        [[maybe_unused]] const Answer ignored = read_reply(deadline);
    }
    destroy();
}

Outcome Session::send(const Envelope& envelope, std::string_view message, const StillWanted& still_wanted,
                      const Following& following, const DotLeaves& dot_leaves) {
    const auto begun = Steady::now();
    answered_ = dot_may_have_left_ = hung_up_ = reset_refused_ = false;
    overlap_failed_ = out_of_step_ = false;
    Outcome outcome = attempt(envelope, message, still_wanted, following, dot_leaves);
    judge_end(outcome);
    // Unexpected octets: the next reply would be read for the wrong recipient.
    if (ends_session(outcome) || (!ahead_ && !parser_.empty())) destroy();
    outcome.tls = tls_;
    outcome.took = std::chrono::duration_cast<Duration>(Steady::now() - begun);
    return outcome;
}

// Tells whether the session has ended rather than the message been refused.
void Session::judge_end(Outcome& outcome) {
    const bool served = accepted_ > 0;
    if (outcome.kind == OutcomeKind::accepted) ++accepted_;
    const bool refused = outcome.code >= 400 && outcome.kind != OutcomeKind::in_doubt;
    const bool lost = hung_up_ && !dot_may_have_left_;
    const bool at_mail = outcome.stage == Stage::mail;
    said_so_ = refused && says_enough(outcome);
    const bool mail_refused = refused && refuses_mail(outcome);
    const bool ended = lost || reset_refused_ || (refused && outcome.code == 421);
    // Between two transactions the session may end, whatever the outcome of the first.
    used_up_ =
        !out_of_step_ && ((served && (said_so_ || mail_refused || ended)) || (sent_ > 1 && at_mail && ended));
    // A session that accepts nothing at all has not carried too much: the relay wants fewer sessions.
    if (outcome.kind == OutcomeKind::session_limit && !used_up_)
        outcome.kind = outcome.code / 100 == 4 ? OutcomeKind::relay_slowed : OutcomeKind::relay_trouble;
}

Outcome Session::attempt(const Envelope& envelope, std::string_view message, const StillWanted& still_wanted,
                         const Following& following, const DotLeaves& dot_leaves) {
    if (!transport_)
        return ours(OutcomeKind::relay_trouble, Stage::mail, "", "the session had ended already");
    const Upcoming transaction{envelope, message.size(), has_utf8_header(message)};
    if (auto refused = refuse_locally(transaction, offered_)) return abandon_ahead(std::move(*refused));
    auto wire = wire_content(message);
    if (!wire)
        return abandon_ahead(
            ours(OutcomeKind::rejected_policy, Stage::mail, "5.6.0", std::move(wire.error().reason)));
    if (!still_wanted())
        return abandon_ahead(ours(OutcomeKind::withdrawn, Stage::mail, "", "withdrawn before MAIL"));
    const bool already_written = ahead_ && ahead_->transaction == transaction;
    if (ahead_ && !already_written) destroy();
    if (!transport_)
        return ours(OutcomeKind::relay_trouble, Stage::mail, "", "another transaction was to follow here");

    ++sent_;
    const auto commands = already_written ? std::move(ahead_->commands) : commands_for(transaction);
    ahead_.reset();
    utf8_for_reader_ = reader_needs_utf8(transaction);
    overlapping_ = already_written;
    if (auto ended = send_envelope(commands, already_written)) return std::move(*ended);
    overlapping_ = false;
    if (auto ended = send_content(*wire, still_wanted, following, dot_leaves)) return std::move(*ended);
    return read_verdict();
}

// Abandons a transaction whose envelope has been written: the server waits for content and would deliver any
// content that it gets.
Outcome Session::abandon_ahead(Outcome outcome) {
    if (ahead_) destroy();
    return outcome;
}

std::vector<Session::Command> Session::commands_for(const Upcoming& transaction) const {
    const Envelope& envelope = transaction.envelope;
    std::string mail = fmt::format("MAIL FROM:<{}>", envelope.mail_from);
    if (offered_.size) mail += fmt::format(" SIZE={}", transaction.message_size);
    // A header in UTF-8 is 8-bit content (RFC 6531 §3.6).
    if (needs_utf8(transaction)) mail += " BODY=8BITMIME SMTPUTF8";
    std::string rcpt = fmt::format("RCPT TO:<{}>", envelope.rcpt_to);
    if (offered_.dsn) {
        mail += dsn_of_mail(envelope);
        rcpt += dsn_of_rcpt(envelope);
    }
    std::vector<Command> commands;
    if (transaction_open_) commands.push_back({Verb::rset, "RSET\r\n"});
    commands.push_back({Verb::mail, mail + "\r\n"});
    commands.push_back({Verb::rcpt, rcpt + "\r\n"});
    commands.push_back({Verb::data, "DATA\r\n"});
    return commands;
}

Stage Session::stage_of(Verb verb) {
    switch (verb) {
        case Verb::rcpt:
            return Stage::rcpt;
        case Verb::data:
            return Stage::data;
        default:
            return Stage::mail;  // RSET is sent before MAIL
    }
}

Duration Session::timeout_of(Verb verb) const {
    switch (verb) {
        case Verb::rcpt:
            return timeouts_.rcpt;
        case Verb::data:
            return timeouts_.data;
        default:
            return timeouts_.mail;
    }
}

Duration Session::patience_for(Verb verb) const {
    const Duration usual = timeout_of(verb);
    return overlapping_ && !answered_ ? std::min(usual, ahead_patience) : usual;
}

Session::Ending Session::send_envelope(const std::vector<Command>& commands, bool already_written) {
    if (offered_.pipelining && !already_written) {
        std::string group;
        for (const Command& command : commands) group += command.line;
        if (auto ended = write_commands(commands.front().verb, group)) return ended;
    }
    for (std::size_t i = 0; i < commands.size(); ++i) {
        const auto& [verb, line] = commands[i];
        if (!offered_.pipelining) {
            if (auto ended = write_commands(verb, line)) return ended;
        }
        if (auto refusal = read_answer(verb)) {
            if (offered_.pipelining && transport_) read_rest_of_group(std::span(commands).subspan(i + 1));
            return refusal;
        }
    }
    return std::nullopt;
}

Session::Ending Session::write_commands(Verb first, std::string_view lines) {
    if (!parser_.empty())
        return lost(stage_of(first), {Transfer::failed, "a reply came that no command asked for", true});
    auto written = transport_->write(lines, Steady::now() + timeout_of(first));
    if (written.how == Transfer::done) return std::nullopt;
    // A server that hangs up may have given its reason before.
    if (written.how == Transfer::failed) {
        if (auto ended = read_answer(first)) return ended;
    }
    return lost(stage_of(first), {written.how, std::move(written.reason)});
}

// Reads the reply to one command of the envelope. Returns nothing if it is the expected one.
Session::Ending Session::read_answer(Verb verb) {
    const Stage stage = stage_of(verb);
    const Answer answer = read_reply(Steady::now() + patience_for(verb));
    if (!answer) return lost(stage, answer.error());

    if (verb == Verb::data ? answer->code == 354 : answer->severity() == 2) {
        answered_ = true;
        if (verb == Verb::mail) transaction_open_ = true;
        if (verb == Verb::rset) transaction_open_ = false;
        return std::nullopt;
    }
    return judge_refusal(verb, *answer);
}

Outcome Session::judge_refusal(Verb verb, const Reply& reply) {
    answered_ = true;
    Outcome refusal = judge(stage_of(verb), reply);
    // The refused parameter is needed for this reader only.
    if (verb == Verb::mail && utf8_for_reader_ && reply.severity() == 5 && may_refuse_parameter(reply))
        refusal.kind = OutcomeKind::rejected_policy;
    // A server that refuses RSET has ended the session; this is not about the next message.
    if (verb == Verb::rset) {
        refusal.kind = OutcomeKind::relay_trouble;
        reset_refused_ = true;
    }
    // We and the server disagree about the state of the dialogue: neither the message's nor the reader's
    // fault.
    out_of_step_ = refusal.kind == OutcomeKind::protocol;
    overlap_failed_ = overlapping_ && out_of_step_;
    // The session is destroyed without reading the rest of the group: a server that goes on to a 354 might
    // take the empty message for a message.
    if (ends_session(refusal) || (accepted_ > 0 && (refuses_mail(refusal) || says_enough(refusal))))
        destroy();
    return refusal;
}

// After a refusal within a pipelined group (RFC 2920 §3.1) the other replies are read and ignored, but a 354
// must be answered with an empty message, or the server would take the next commands for content. If the
// server accepted the recipient although it had refused MAIL, no empty message is sent, since it would be
// delivered: the session ends.
void Session::read_rest_of_group(std::span<const Command> rest) {
    bool has_recipient = false;
    for (const Command& command : rest) {
        const Answer answer = read_reply(Steady::now() + timeout_of(command.verb));
        if (!answer || answer->code == 421) return destroy();
        if (command.verb == Verb::rcpt) has_recipient = answer->severity() == 2;
        if (command.verb != Verb::data || answer->code != 354) continue;
        if (has_recipient) return destroy();
        transaction_open_ = false;
        if (transport_->write(final_dot, Steady::now() + timeouts_.block).how != Transfer::done ||
            !read_reply(Steady::now() + timeouts_.final_dot)) {
            return destroy();
        }
    }
}

Session::Ending Session::send_content(std::string& content, const StillWanted& still_wanted,
                                      const Following& following, const DotLeaves& dot_leaves) {
    std::string_view wire = content;
    // Directly after the 354 nothing more may have arrived: a reply to a dot that was not sent is false.
    if (!parser_.empty())
        return lost(Stage::data, {Transfer::failed, "a reply came that no command asked for", true});
    while (wire.size() > block_size) {
        // The final dot is not split; it is in the last block.
        const std::string_view block = wire.substr(0, std::min(block_size, wire.size() - final_dot.size()));
        wire.remove_prefix(block.size());
        if (auto ended = write_block(block, false)) return ended;
    }
    if (!still_wanted()) {
        destroy();  // without the final dot the server discards the message (RFC 5321 §4.1.1.4)
        return ours(OutcomeKind::withdrawn, Stage::body, "", "withdrawn before the final dot");
    }
    if (const std::string next = envelope_ahead(following); !next.empty()) {
        const std::size_t written = content.size() - wire.size();
        content += next;
        wire = std::string_view(content).substr(written);
    }
    if (dot_leaves) dot_leaves();
    return write_block(wire, true);
}

// The next transaction's envelope commands, to be written behind the final dot; empty if there is none.
std::string Session::envelope_ahead(const Following& following) {
    if (!offered_.pipelining || !following) return {};
    auto next = following();
    if (!next || refuse_locally(*next, offered_)) return {};
    std::string group;
    transaction_open_ = false;  // it will be closed by the dot: no RSET
    auto commands = commands_for(*next);
    for (const Command& command : commands) group += command.line;
    ahead_ = Ahead{std::move(*next), std::move(commands)};
    overlapping_ = true;
    return group;
}

Session::Ending Session::write_block(std::string_view block, bool holds_dot) {
    auto written = transport_->write(block, Steady::now() + timeouts_.block);
    // Under TLS, a failed write may have put a part of the record, or all of it, into the socket.
    if (holds_dot && (written.octets > 0 || written.how == Transfer::done || transport_->encrypted())) {
        dot_may_have_left_ = true;
    }
    if (written.how == Transfer::done) return std::nullopt;
    // A server that hangs up within a message may have given its reason. Only a refusal is conclusive.
    if (written.how == Transfer::failed) {
        const Answer early = read_reply(Steady::now());
        if (early && early->severity() >= 4) {
            destroy();
            return judge(Stage::body, *early);
        }
    }
    return lost(dot_may_have_left_ ? Stage::final_dot : Stage::body,
                {written.how, std::move(written.reason)});
}

Outcome Session::read_verdict() {
    const Answer answer = read_reply(Steady::now() + timeouts_.final_dot);
    if (!answer) return lost(Stage::final_dot, answer.error());
    transaction_open_ = false;
    Outcome verdict = judge(Stage::final_dot, *answer);
    overlap_failed_ = overlapping_ && verdict.kind == OutcomeKind::in_doubt;
    return verdict;
}

// The deadline is for the whole reply: a server that sends octet by octet does not extend it.
Session::Answer Session::read_reply(Deadline deadline) {
    bool late = false;
    for (;;) {
        auto reply = parser_.next();
        if (!reply) return failure(Loss{Transfer::failed, std::string(to_string(reply.error())), true});
        if (*reply) return std::move(**reply);
        if (late) return failure(Loss{Transfer::timed_out, {}});
        auto got = transport_->read(received_, deadline);
        if (got.how != Transfer::done) return failure(Loss{got.how, std::move(got.reason)});
        parser_.feed(std::string_view(received_.data(), got.octets));
        late = Steady::now() >= deadline;
    }
}

// The outcome of an attempt that ended without a usable reply. The session is not used again: later octets
// would be read as a reply for the wrong recipient.
Outcome Session::lost(Stage stage, const Loss& loss) {
    destroy();
    hung_up_ = loss.how == Transfer::closed || (loss.how == Transfer::failed && !loss.unparsable);
    overlap_failed_ = overlapping_ && loss.how != Transfer::interrupted;
    out_of_step_ = overlap_failed_ && stage < Stage::body;

    OutcomeKind kind = OutcomeKind::relay_trouble;
    if (loss.how == Transfer::interrupted) kind = OutcomeKind::withdrawn;
    if (loss.unparsable) kind = OutcomeKind::protocol;
    if (dot_may_have_left_) kind = OutcomeKind::in_doubt;

    if (loss.unparsable)
        return ours(kind, stage, "", fmt::format("{} while {}", loss.reason, awaited_reply(stage)));
    const std::string why = loss.reason.empty() ? "" : fmt::format(" ({})", loss.reason);
    return ours(kind, stage, "",
                fmt::format("{} while {}{}", what_happened(loss.how), awaited_reply(stage), why));
}

}  // namespace paperround::smtp
