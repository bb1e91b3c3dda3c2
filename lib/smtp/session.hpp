// One SMTP session: a connection that the relay has greeted and, if credentials are given, authenticated, and
// the mail transactions that are sent over it one after another.
//
// Retries: none. Each send() is one attempt with one outcome.
//
// End of a session: a time-out, an unparsable or unexpected reply, a broken connection, a 421, a message
// abandoned after DATA, or an octet more than the expected replies. The session is then destroyed at once,
// without QUIT, so that a late reply can never be taken for the next recipient's. A mere refusal leaves it
// usable.
//
// Doubt: from the moment when the write with the final dot may have put an octet into the socket, until a
// reply to the dot has been parsed, every failure is `in_doubt`, never `deferred`.
//
// Overlap: if the server offers PIPELINING, MAIL, RCPT and DATA are one write. If the caller names the
// message that follows, its envelope is written with the final dot of the present one (RFC 2920 §3.1), so
// that a message costs one round trip rather than two. No content of the next message has been sent then, so
// it cannot be in doubt. If the present message ends the session, the next one has not been begun. Not every
// server that offers PIPELINING copes with this: see overlap_failed().
//
// SMTPUTF8 (RFC 6531): a message with an address or a header field that is not ASCII is sent with
// BODY=8BITMIME and SMTPUTF8 if the server offers both; otherwise it is not sent.
//
// Owned by one thread, which blocks in poll on the session's socket; another thread ends its waits through
// the Interrupt. Movable, not copyable.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/interrupt.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"
#include "queue/outcome.hpp"
#include "smtp/capabilities.hpp"
#include "smtp/envelope.hpp"
#include "smtp/login.hpp"
#include "smtp/relay_memory.hpp"
#include "smtp/reply.hpp"
#include "smtp/transport.hpp"

namespace paperround::smtp {

class Session {
  public:
    // Connects, starts TLS and logs in as the relay's settings say (smtp/curl_transport.hpp has the times).
    // `memory`: what is known from earlier connections to this relay, or null (smtp/relay_memory.hpp).
    // `default_ehlo` is used if the relay's settings have no EHLO name; `credentials` if they have a
    // username. The failure is `relay_trouble` with the stage reached, or `withdrawn` if the interrupt came
    // first.
    [[nodiscard]] static Result<Session, queue::Outcome> open(const config::Relay& relay,
                                                              const Credentials& credentials,
                                                              std::string_view default_ehlo,
                                                              const Interrupt& interrupt,
                                                              RelayMemory* memory = nullptr);

    // A session over a transport whose dialogue stands directly after EHLO (and AUTH).
    Session(std::unique_ptr<Transport> transport, const Capabilities& offered,
            const config::StageTimeouts& timeouts);

    // Whether the delivery is still wanted: called before its content, and directly before its final dot.
    using StillWanted = std::function<bool()>;
    // The transaction that follows, if there is one yet: called once, directly before the final dot. An empty
    // function: nothing is written behind a dot.
    using Following = std::function<std::optional<Upcoming>()>;
    // Called once, directly before the write that holds the final dot: from then on the message may arrive. Must not
    // throw or wait.
    using DotLeaves = std::function<void()>;

    // One transaction. `message` must satisfy smtp/content.hpp. If `still_wanted` returns false after the
    // envelope was written, the session is destroyed. The next send() must be for the transaction that
    // `following` returned: any other one destroys the session. Requires usable() just before: a session that
    // is not usable gives relay_trouble.
    [[nodiscard]] queue::Outcome send(const Envelope& envelope, std::string_view message,
                                      const StillWanted& still_wanted, const Following& following = {},
                                      const DotLeaves& dot_leaves = {});

    // The connection stands, and nothing was received since the last transaction except expected replies.
    // Call it before each send(): a server may end an idle session at any time (EOF or 421), which says
    // nothing about the next message.
    [[nodiscard]] bool usable();

    // In the last send() the session ended rather than the message being refused: messages had been accepted
    // over this session, and then came a 421, "too many messages in this session", a refusal of MAIL, or EOF,
    // before the content may have been accepted (a 421 instead of the 250 is a refusal too). Open a new
    // session and send again, without recording an attempt: the new session's outcome counts. Never true of a
    // session's first message.
    [[nodiscard]] bool used_up() const { return used_up_; }
    // The server said that the session had carried enough.
    [[nodiscard]] bool said_so() const { return said_so_; }

    // The number of messages after which the session was used up. 0 if there were refusals among them:
    // servers count those and the commands that follow them too (Postfix's "too many errors", Exim's "Too
    // many nonmail commands"), so the number would teach nothing.
    [[nodiscard]] unsigned used_up_after() const {
        return said_so_ || accepted_ + 1 == sent_ ? sent_ - 1 : 0;
    }

    // In the last send(), before any content was sent, server and session were out of step (503), or the
    // envelope written ahead was lost. Nothing was tried: open a new session and send again once, without
    // recording an attempt. If it happens again, it is the relay's trouble.
    [[nodiscard]] bool out_of_step() const { return out_of_step_; }

    // Nothing more can be sent over this session.
    [[nodiscard]] bool destroyed() const { return transport_ == nullptr; }

    // In the last send() an envelope was written behind a final dot, and a 503, an unusable reply, silence or
    // the loss of the connection followed: write no more envelopes ahead to this server.
    [[nodiscard]] bool overlap_failed() const { return overlap_failed_; }

    // Sends QUIT, waits shortly for its reply, and closes the connection.
    void quit();

    // An envelope has been written ahead: the next send() must be for it.
    [[nodiscard]] bool has_ahead() const { return ahead_.has_value(); }
    [[nodiscard]] unsigned sent() const { return sent_; }  // transactions begun
    [[nodiscard]] const Capabilities& capabilities() const { return offered_; }
    [[nodiscard]] const std::string& tls() const { return tls_; }

  private:
    enum class Verb { rset, mail, rcpt, data };
    struct Command {
        Verb verb;
        std::string line;  // with its CR LF
    };
    // A transaction whose envelope has been written with the last final dot.
    struct Ahead {
        Upcoming transaction;
        std::vector<Command> commands;
    };
    // Why no reply could be read.
    struct Loss {
        Transfer how = Transfer::failed;
        std::string reason;
        bool unparsable = false;
    };
    using Answer = Result<Reply, Loss>;
    // Nothing: this step succeeded, go on. An outcome: the attempt has ended.
    using Ending = std::optional<queue::Outcome>;

    [[nodiscard]] queue::Outcome attempt(const Envelope& envelope, std::string_view message,
                                         const StillWanted& still_wanted, const Following& following,
                                         const DotLeaves& dot_leaves);
    [[nodiscard]] queue::Outcome abandon_ahead(queue::Outcome outcome);
    [[nodiscard]] std::vector<Command> commands_for(const Upcoming& transaction) const;
    [[nodiscard]] Ending send_envelope(const std::vector<Command>& commands, bool already_written);
    [[nodiscard]] Ending write_commands(Verb first, std::string_view lines);
    [[nodiscard]] Ending read_answer(Verb verb);
    [[nodiscard]] queue::Outcome judge_refusal(Verb verb, const Reply& reply);
    void read_rest_of_group(std::span<const Command> rest);

    [[nodiscard]] Ending send_content(std::string& wire, const StillWanted& still_wanted,
                                      const Following& following, const DotLeaves& dot_leaves);
    [[nodiscard]] std::string envelope_ahead(const Following& following);
    [[nodiscard]] Ending write_block(std::string_view block, bool holds_dot);
    [[nodiscard]] queue::Outcome read_verdict();

    [[nodiscard]] Answer read_reply(Deadline deadline);
    [[nodiscard]] queue::Outcome lost(queue::Stage stage, const Loss& loss);
    [[nodiscard]] Duration timeout_of(Verb verb) const;
    [[nodiscard]] Duration patience_for(Verb verb) const;
    [[nodiscard]] static queue::Stage stage_of(Verb verb);
    void judge_end(queue::Outcome& outcome);
    void destroy() {
        transport_.reset();
        ahead_.reset();
    }

    std::unique_ptr<Transport> transport_;  // empty once the session is destroyed
    Capabilities offered_;
    config::StageTimeouts timeouts_;
    std::string tls_;
    std::array<char, 4096> received_{};
    ReplyParser parser_;
    unsigned sent_ = 0;
    bool transaction_open_ = false;  // MAIL was accepted, and neither the dot nor RSET has followed
    bool dot_may_have_left_ = false;
    bool answered_ = false;     // the server has replied to a command of this transaction
    bool overlapping_ = false;  // the replies that are read now belong to more than one transaction
    bool overlap_failed_ = false;
    bool out_of_step_ = false;
    bool utf8_for_reader_ = false;  // SMTPUTF8 is requested, and only the reader's address needs it
    unsigned accepted_ = 0;         // messages accepted
    bool hung_up_ = false;          // the connection ended during this transaction
    bool reset_refused_ = false;
    bool used_up_ = false;
    bool said_so_ = false;
    std::optional<Ahead> ahead_;
};

}  // namespace paperround::smtp
