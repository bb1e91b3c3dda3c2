#include "smtp/login.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "base/text/duration.hpp"
#include "base/utf8.hpp"
#include "smtp/reply.hpp"

namespace paperround::smtp {

namespace {

using queue::OutcomeKind;
using queue::Stage;
using Steady = std::chrono::steady_clock;

constexpr std::array<std::string_view, 3> with_password{"PLAIN", "LOGIN", "CRAM-MD5"};
constexpr std::array<std::string_view, 2> with_access_token{"XOAUTH2", "OAUTHBEARER"};
constexpr std::string_view unasked = "a reply came that no command asked for";

// Secrets that were written to the server and must not appear in an error.
class Secrets {
  public:
    void add(std::string_view words) {
        if (!words.empty()) secrets_.push_back({std::string(words), words.size()});
    }
    // A server may echo only the beginning of our line.
    void add_line(std::string_view line) {
        constexpr std::size_t tells_nothing = 8;
        if (!line.empty()) secrets_.push_back({std::string(line), std::min(line.size(), tells_nothing)});
    }

    [[nodiscard]] std::string blot(std::string_view text) const {
        std::string clean;
        while (!text.empty()) {
            std::size_t hidden = 0;
            for (const auto& [secret, least] : secrets_) {
                const auto [end, ignored] = std::ranges::mismatch(text, secret);
                const auto same = static_cast<std::size_t>(end - text.begin());
                if (same >= least) hidden = std::max(hidden, same);
            }
            clean.append(hidden > 0 ? std::string_view("***") : text.substr(0, 1));
            text.remove_prefix(std::max<std::size_t>(hidden, 1));
        }
        return clean;
    }

  private:
    struct Secret {
        std::string words;
        std::size_t least;  // length of the shortest prefix that is hidden
    };
    std::vector<Secret> secrets_;
};

// Why no usable reply came.
struct Loss {
    Transfer how = Transfer::failed;
    std::string reason;
};
using Answer = Result<Reply, Loss>;

class Dialogue {
  public:
    Dialogue(Transport& transport, const Login& login, Duration patience)
        : transport_(transport), login_(login), patience_(patience) {
        secrets_.add(login.secret);
        if (login.is_token) secrets_.add_line(login.secret);
        secrets_.add_line(base64(login.secret));
    }

    [[nodiscard]] Answer attempt(std::string_view mechanism);
    [[nodiscard]] bool token_refused() const { return token_refused_; }
    // A reply to no command has begun to arrive. Dovecot's submission service accepts the login, and then
    // reports that the server behind it is down.
    [[nodiscard]] bool out_of_turn() const { return !parser_.empty(); }
    [[nodiscard]] std::string what_was_unasked();

  private:
    [[nodiscard]] Answer initial(std::string_view mechanism, const std::string& response);
    [[nodiscard]] Answer plain();
    [[nodiscard]] Answer login();
    [[nodiscard]] Answer cram_md5();
    [[nodiscard]] Answer bearer(std::string_view mechanism, const std::string& response,
                                std::string_view after_error);
    [[nodiscard]] Answer cancel(std::string_view why);
    [[nodiscard]] Answer secretly(const std::string& line);
    [[nodiscard]] Answer say(std::string line);
    [[nodiscard]] Answer read_reply(Deadline deadline);

    Transport& transport_;
    const Login& login_;
    Duration patience_;
    Secrets secrets_;
    ReplyParser parser_;
    bool token_refused_ = false;
};

// RFC 5801 §4.
std::string sasl_name(std::string_view name) {
    return replace_all(replace_all(name, "=", "=3D"), ",", "=2C");
}

bool goes_on(const Answer& answer) {
    return answer && answer->severity() == 3;
}

Answer Dialogue::attempt(std::string_view mechanism) {
    Answer answer = failure(Loss{});
    if (mechanism == "PLAIN") answer = plain();
    if (mechanism == "LOGIN") answer = login();
    if (mechanism == "CRAM-MD5") answer = cram_md5();
    if (mechanism == "XOAUTH2") {
        answer = bearer(mechanism,
                        fmt::format("user={}\x01"
                                    "auth=Bearer {}\x01\x01",
                                    login_.username, login_.secret),
                        "");
    }
    if (mechanism == "OAUTHBEARER") {
        answer = bearer(mechanism,
                        fmt::format("n,a={},\x01host={}\x01port={}\x01"
                                    "auth=Bearer {}\x01\x01",
                                    sasl_name(login_.username), login_.host, login_.port, login_.secret),
                        "AQ==");
    }
    if (goes_on(answer)) return cancel("the server asks for more than this mechanism has");
    if (answer) answer->text = secrets_.blot(answer->text);
    return answer;
}

// AUTH with an initial response. Old servers accept a response only after a challenge: some reply 501, some
// send a challenge as if there had been no initial response.
Answer Dialogue::initial(std::string_view mechanism, const std::string& response) {
    Answer answer = say(fmt::format("AUTH {} {}", mechanism, response));
    if (answer && answer->code == 501) answer = say(fmt::format("AUTH {}", mechanism));
    if (goes_on(answer)) answer = secretly(response);
    return answer;
}

Answer Dialogue::plain() {
    const std::string nul(1, '\0');
    const std::string response = base64(nul + login_.username + nul + login_.secret);
    secrets_.add_line(response);
    return initial("PLAIN", response);
}

// LOGIN is only described in an expired draft (draft-murchison-sasl-login). The prompts differ between
// servers, may be empty or plain text, and mean nothing: the user name comes first, then the password.
Answer Dialogue::login() {
    const std::string username = base64(login_.username);
    Answer answer = say("AUTH LOGIN");
    if (answer && answer->code == 501) {
        answer = say("AUTH LOGIN " + username);
    } else if (goes_on(answer)) {
        answer = say(username);
    }
    if (goes_on(answer)) answer = secretly(base64(login_.secret));
    return answer;
}

Answer Dialogue::cram_md5() {
    Answer answer = say("AUTH CRAM-MD5");
    if (!goes_on(answer)) return answer;
    const auto challenge = decode_base64(answer->text);
    if (!challenge || challenge->empty()) return cancel("the server's challenge is not base64");
    const std::string digest = hex(hmac(Hash::md5, login_.secret, *challenge));
    secrets_.add_line(digest);
    return secretly(base64(login_.username + " " + digest));
}

// Exchange's service for high volume takes no token that expires soon, and replies "501 5.5.127 Invalid
// XOAUTH2 auth data - Token will expire soon"; other servers reply 535.
bool refuses_token(const Reply& reply) {
    return reply.code == 535 ||
           (reply.code == 501 && ascii_lower(reply.text).find("token") != std::string::npos);
}

// A refused token is explained in a challenge (JSON in base64), which must be answered before the actual
// refusal comes.
Answer Dialogue::bearer(std::string_view mechanism, const std::string& response,
                        std::string_view after_error) {
    const std::string coded = base64(response);
    secrets_.add_line(coded);
    Answer answer = say(fmt::format("AUTH {} {}", mechanism, coded));
    // An empty challenge asks for the response once more; any other challenge is the error.
    const bool not_with_auth = answer && answer->code == 501 && !refuses_token(*answer);
    if ((goes_on(answer) && answer->text.empty()) || not_with_auth) {
        if (answer->code == 501) answer = say(fmt::format("AUTH {}", mechanism));
        if (goes_on(answer)) answer = secretly(coded);
    }
    if (goes_on(answer)) {
        token_refused_ = true;
        const std::string explained = decode_base64(answer->text).value_or("");
        answer = say(std::string(after_error));
        if (answer && !explained.empty()) {
            answer->text += " " + without_control_characters(collapse_spaces(to_valid_utf8(explained)));
        }
    }
    if (answer && refuses_token(*answer)) token_refused_ = true;
    return answer;
}

Answer Dialogue::cancel(std::string_view why) {
    Answer answer = say("*");
    if (!answer) return answer;
    answer->text = fmt::format("{} ({})", why, secrets_.blot(answer->text));
    // Whatever the code, nobody is logged in now.
    if (answer->severity() < 4) answer->code = 501;
    return answer;
}

Answer Dialogue::secretly(const std::string& line) {
    secrets_.add_line(line);
    return say(line);
}

Answer Dialogue::say(std::string line) {
    if (out_of_turn()) return failure(Loss{Transfer::failed, std::string(unasked)});
    const Deadline deadline = Steady::now() + patience_;
    line += "\r\n";
    auto written = transport_.write(line, deadline);
    // A server that hangs up may have given its reason before.
    if (written.how != Transfer::done && written.how != Transfer::failed)
        return failure(Loss{written.how, std::move(written.reason)});
    return read_reply(deadline);
}

Answer Dialogue::read_reply(Deadline deadline) {
    std::array<char, 4096> received{};
    for (bool late = false;;) {
        auto reply = parser_.next();
        if (!reply) return failure(Loss{Transfer::failed, std::string(to_string(reply.error()))});
        if (*reply) return std::move(**reply);
        if (late) return failure(Loss{Transfer::timed_out, {}});
        auto got = transport_.read(received, deadline);
        if (got.how != Transfer::done) return failure(Loss{got.how, std::move(got.reason)});
        parser_.feed(std::string_view(received.data(), got.octets));
        late = Steady::now() >= deadline;
    }
}

std::string Dialogue::what_was_unasked() {
    const auto reply = parser_.next();
    if (!reply || !*reply) return std::string(unasked);
    return fmt::format("{}: {} {}", unasked, (*reply)->code, secrets_.blot((*reply)->text));
}

std::string joined(const std::vector<std::string>& names) {
    return fmt::format("{}", fmt::join(names, " "));
}

bool offers(const Capabilities& offered, std::string_view mechanism) {
    return std::ranges::find(offered.mechanisms, mechanism) != offered.mechanisms.end();
}

// The mechanisms to try, in order; the failure says why there are none.
Result<std::vector<std::string_view>, std::string> choose(const Capabilities& offered, const Login& login,
                                                          bool encrypted) {
    if (!login.pinned.empty()) {
        // Some servers accept a mechanism that they do not offer. If a server offers others, its list is
        // believed.
        if (offered.mechanisms.empty() || offers(offered, login.pinned))
            return std::vector<std::string_view>{login.pinned};
        return failure(fmt::format("the relay offers the login mechanisms {}, but auth is set to {}",
                                   joined(offered.mechanisms), login.pinned));
    }
    if (!offered.auth) {
        return failure(std::string("the relay offers no AUTH, but a username is configured") +
                       (offered.starttls && !encrypted ? " (it may offer it behind STARTTLS: set tls)" : ""));
    }
    auto chosen = known_mechanisms(login.is_token);
    if (offered.mechanisms.empty()) return chosen;
    std::erase_if(chosen, [&](std::string_view mechanism) { return !offers(offered, mechanism); });
    if (!chosen.empty()) return chosen;
    const auto others = known_mechanisms(!login.is_token);
    const bool other_way = std::ranges::any_of(others, [&](auto name) { return offers(offered, name); });
    const std::string_view advice = !other_way       ? ""
                                    : login.is_token ? ": it wants a password_file in place of oauth"
                                                     : ": it wants oauth in place of the password";
    return failure(fmt::format("the relay offers the login mechanisms {}, and none of {}{}",
                               joined(offered.mechanisms), fmt::join(known_mechanisms(login.is_token), " "),
                               advice));
}

std::string words_of(const Loss& loss, Duration patience) {
    if (!loss.reason.empty()) return loss.reason;
    switch (loss.how) {
        case Transfer::timed_out:
            return fmt::format("no reply within {}", format_duration(patience));
        case Transfer::closed:
            return "the server closed the connection";
        case Transfer::interrupted:
            return "we were told to stop";
        default:
            return "the connection broke";
    }
}

queue::Outcome trouble(const Transport& transport, std::string text) {
    queue::Outcome outcome;
    outcome.kind = OutcomeKind::relay_trouble;
    outcome.stage = Stage::auth;
    outcome.text = std::move(text);
    outcome.tls = transport.tls();
    return outcome;
}

// The session is authenticated: now, or already before ("503 already authenticated").
bool is_welcome(const Reply& reply) {
    return reply.severity() == 2 ||
           (reply.code == 503 && ascii_lower(reply.text).find("already") != std::string::npos);
}

}  // namespace

std::vector<std::string_view> known_mechanisms(bool with_token) {
    if (with_token) return {with_access_token.begin(), with_access_token.end()};
    return {with_password.begin(), with_password.end()};
}

std::optional<LoginFailure> log_in(Transport& transport, const Capabilities& offered, const Login& login,
                                   Duration patience) {
    const auto chosen = choose(offered, login, transport.encrypted());
    if (!chosen) return LoginFailure{trouble(transport, chosen.error())};
    Dialogue dialogue(transport, login, patience);
    queue::Outcome outcome = trouble(transport, "");
    for (const std::string_view mechanism : *chosen) {
        const Answer answer = dialogue.attempt(mechanism);
        if (!outcome.text.empty()) outcome.text += "; ";
        if (answer && dialogue.out_of_turn()) {
            outcome.text += fmt::format("login with {}: {}", mechanism, dialogue.what_was_unasked());
            break;
        }
        if (answer && is_welcome(*answer)) return std::nullopt;
        if (!answer) {
            // An earlier refusal says more than the hang-up that followed it, so its code stays.
            if (answer.error().how == Transfer::interrupted) outcome.kind = OutcomeKind::withdrawn;
            outcome.text += fmt::format("login with {}: {}", mechanism, words_of(answer.error(), patience));
            break;
        }
        // 535 is about the credentials, so it is kept: a later 504 is about another mechanism.
        if (outcome.code != 535) {
            outcome.code = answer->code;
            outcome.enhanced = answer->enhanced;
        }
        outcome.text += fmt::format("login with {} refused: {}", mechanism,
                                    answer->text.empty() ? std::to_string(answer->code) : answer->text);
        if (answer->severity() == 4 || dialogue.token_refused()) break;
    }
    outcome.text = std::string(utf8_prefix(outcome.text, ReplyParser::text_limit));
    return LoginFailure{std::move(outcome), dialogue.token_refused()};
}

}  // namespace paperround::smtp
