// Logging in, against a scripted dialogue: which mechanism is used, what is written, what each reply leads
// to, and that no secret is reported.
#include "smtp/login.hpp"

#include <catch2/catch.hpp>

#include "base/encoding.hpp"
#include "smtp/scripted_transport.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using queue::OutcomeKind;
using queue::Stage;
using smtp::Transfer;
using test::Dialogue;

namespace {

struct LoginFixture {
    std::shared_ptr<Dialogue> dialogue = std::make_shared<Dialogue>();
    smtp::Capabilities offered{.auth = true};
    smtp::Login login{.username = "joe", .secret = "s3cret!", .host = "mx.example.org", .port = 587};

    std::optional<smtp::LoginFailure> log_in(std::vector<std::string> mechanisms,
                                             std::deque<std::string> replies) {
        offered.mechanisms = std::move(mechanisms);
        for (std::string& reply : replies) reply += "\r\n";
        dialogue->replies = std::move(replies);
        test::ScriptedTransport transport(dialogue);
        return smtp::log_in(transport, offered, login, 5min);
    }
    // The failure of a login; empty on success.
    std::string words(std::vector<std::string> mechanisms, std::deque<std::string> replies) {
        const auto failed = log_in(std::move(mechanisms), std::move(replies));
        return failed ? failed->outcome.text : "";
    }
};

const std::string plain = "AGpvZQBzM2NyZXQh";  // base64 of NUL joe NUL s3cret!
const std::string user = "am9l";
const std::string password = "czNjcmV0IQ==";

}  // namespace

TEST_CASE_METHOD(LoginFixture, "PLAIN is preferred to LOGIN and that to CRAM-MD5") {
    CHECK_FALSE(log_in({"NTLM", "CRAM-MD5", "LOGIN", "PLAIN"}, {"235 2.7.0 ok"}));
    CHECK(dialogue->written == "AUTH PLAIN " + plain + "\r\n");
    dialogue->written.clear();
    CHECK_FALSE(log_in({"GSSAPI", "NTLM", "CRAM-MD5", "LOGIN"},
                       {"334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "235 2.7.0 ok"}));
    CHECK(dialogue->written == "AUTH LOGIN\r\n" + user + "\r\n" + password + "\r\n");
}

// The example of RFC 2195 §2.
TEST_CASE_METHOD(LoginFixture, "CRAM-MD5 answers the challenge with its digest") {
    login.username = "tim";
    login.secret = "tanstaaftanstaaf";
    CHECK_FALSE(
        log_in({"CRAM-MD5"}, {"334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+", "235 ok"}));
    CHECK(dialogue->written == "AUTH CRAM-MD5\r\ndGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw\r\n");
}

// RFC 7628 §4.1 and Google's and Microsoft's pages about XOAUTH2.
TEST_CASE_METHOD(LoginFixture, "an access token goes by XOAUTH2 rather than by OAUTHBEARER") {
    login.username = "user@example.com";
    login.secret = "vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg==";
    login.is_token = true;
    CHECK_FALSE(log_in({"PLAIN", "OAUTHBEARER", "XOAUTH2"}, {"235 2.7.0 ok"}));
    CHECK(dialogue->written == "AUTH XOAUTH2 " +
                                   base64("user=user@example.com\x01"
                                          "auth=Bearer vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg==\x01\x01") +
                                   "\r\n");
    dialogue->written.clear();
    login.host = "server.example.com";
    login.port = 143;
    CHECK_FALSE(log_in({"OAUTHBEARER"}, {"235 2.7.0 ok"}));
    CHECK(dialogue->written ==
          "AUTH OAUTHBEARER "
          "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcm"
          "VyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2c9PQEB\r\n");
}

TEST_CASE_METHOD(LoginFixture, "a mechanism that the server refuses is followed by the next") {
    for (const std::string refusal :
         {"504 5.5.4 Unrecognized authentication type", "535 5.7.8 Bad credentials", "534 5.7.9 Too weak",
          "502 5.5.1 Not here", "500 What?"}) {
        CAPTURE(refusal);
        dialogue->written.clear();
        CHECK_FALSE(log_in({"PLAIN", "LOGIN"}, {refusal, "334 ", "334 ", "235 ok"}));
        CHECK(dialogue->written ==
              "AUTH PLAIN " + plain + "\r\nAUTH LOGIN\r\n" + user + "\r\n" + password + "\r\n");
    }
}

TEST_CASE_METHOD(LoginFixture, "an error names each mechanism that was tried and the server's words") {
    const auto failed =
        log_in({"LOGIN", "PLAIN"}, {"535 5.7.8 Bad credentials", "334 ", "334 ", "504 5.5.4 Not this one"});
    REQUIRE(failed);
    CHECK(failed->outcome.kind == OutcomeKind::relay_trouble);
    CHECK(failed->outcome.stage == Stage::auth);
    CHECK(failed->outcome.code == 535);
    CHECK(failed->outcome.enhanced == "5.7.8");
    CHECK(failed->outcome.text ==
          "login with PLAIN refused: Bad credentials; login with LOGIN refused: Not this one");
    CHECK_FALSE(failed->token_refused);
}

TEST_CASE_METHOD(LoginFixture, "a temporary refusal is not followed by another mechanism") {
    CHECK(words({"PLAIN", "LOGIN"}, {"454 4.7.0 Temporary authentication failure"}) ==
          "login with PLAIN refused: Temporary authentication failure");
    CHECK(dialogue->written == "AUTH PLAIN " + plain + "\r\n");
}

TEST_CASE_METHOD(LoginFixture, "a server that hangs up or falls silent is named with the mechanism") {
    CHECK(words({"PLAIN"}, {}) == "login with PLAIN: no reply within 5m");
    dialogue->at_end = Transfer::closed;
    CHECK(words({"PLAIN", "LOGIN"}, {"535 5.7.8 No"}) ==
          "login with PLAIN refused: No; login with LOGIN: the server closed the connection");
    dialogue->at_end = Transfer::interrupted;
    CHECK(log_in({"PLAIN"}, {})->outcome.kind == OutcomeKind::withdrawn);
}

TEST_CASE_METHOD(LoginFixture, "a refusal without a word is told by its code") {
    CHECK(words({"PLAIN"}, {"535"}) == "login with PLAIN refused: 535");
}

TEST_CASE_METHOD(LoginFixture, "a pinned mechanism is the only one") {
    login.pinned = "LOGIN";
    CHECK(words({"PLAIN", "LOGIN"}, {"535 5.7.8 No"}) == "login with LOGIN refused: No");
    CHECK(dialogue->written == "AUTH LOGIN\r\n");
}

TEST_CASE_METHOD(LoginFixture,
                 "a pinned mechanism is tried where the relay names none but not where it names others") {
    login.pinned = "LOGIN";
    offered.auth = false;
    CHECK_FALSE(log_in({}, {"334 ", "334 ", "235 ok"}));
    CHECK(words({"PLAIN", "NTLM"}, {}) ==
          "the relay offers the login mechanisms PLAIN NTLM, but auth is set to LOGIN");
}

TEST_CASE_METHOD(LoginFixture, "where nothing fits the error says what is offered and what would do") {
    CHECK(words({"GSSAPI", "NTLM"}, {}) ==
          "the relay offers the login mechanisms GSSAPI NTLM, and none of PLAIN LOGIN CRAM-MD5");
    CHECK(
        words({"XOAUTH2"}, {}) ==
        "the relay offers the login mechanisms XOAUTH2, and none of PLAIN LOGIN CRAM-MD5: it wants oauth in "
        "place of the password");
    login.is_token = true;
    CHECK(words({"PLAIN"}, {}) ==
          "the relay offers the login mechanisms PLAIN, and none of XOAUTH2 OAUTHBEARER: it wants a "
          "password_file "
          "in place of oauth");
    offered.auth = false;
    CHECK(words({}, {}) == "the relay offers no AUTH, but a username is configured");
    CHECK(dialogue->written.empty());
}

TEST_CASE_METHOD(LoginFixture, "an AUTH that names no mechanism is tried with ours") {
    CHECK_FALSE(log_in({}, {"235 ok"}));
    CHECK(dialogue->written == "AUTH PLAIN " + plain + "\r\n");
}

TEST_CASE_METHOD(LoginFixture, "the odd replies of old servers are understood") {
    const std::vector<std::deque<std::string>> successes{
        {"250 Welcome"},                                     // 250 instead of 235
        {"235"},                                             // without a text
        {"334", "235 ok"},                                   // asks although it had the response
        {"334 Go on, please", "235 ok"},                     // in plain text
        {"501 5.5.4 Syntax", "334 ", "235 ok"},              // takes no initial response
        {"503 5.5.1 You are already authenticated, thanks"}  // authenticated by its certificate or address
    };
    for (const auto& replies : successes) {
        CAPTURE(replies.front());
        CHECK_FALSE(log_in({"PLAIN"}, replies));
    }
    for (const std::deque<std::string>& replies :
         {std::deque<std::string>{"334", "334", "250 ok"},
          {"334 Username:", "334 Password:", "235 ok"},
          {"334 VXNlciBOYW1lAA==", "334 UGFzc3dvcmQA", "235 2.0.0 ok"},
          {"501 5.5.4 Syntax: AUTH LOGIN username", "334 UGFzc3dvcmQ6", "235 ok"}}) {
        CAPTURE(replies.front());
        CHECK_FALSE(log_in({"LOGIN"}, replies));
    }
}

TEST_CASE_METHOD(LoginFixture, "a server that goes on asking is told to stop") {
    CHECK(words({"PLAIN"}, {"334 ", "334 more", "501 5.7.0 Cancelled"}) ==
          "login with PLAIN refused: the server asks for more than this mechanism has (Cancelled)");
    CHECK(dialogue->written.ends_with(plain + "\r\n*\r\n"));
    CHECK(words({"CRAM-MD5"}, {"334 a challenge?", "501 Cancelled"}) ==
          "login with CRAM-MD5 refused: the server's challenge is not base64 (Cancelled)");
}

TEST_CASE_METHOD(LoginFixture, "what is no reply or one too many ends the login") {
    CHECK(words({"PLAIN"}, {"hello"}) == "login with PLAIN: a line that is not an SMTP reply");
    CHECK(words({"PLAIN"}, {"235 ok\r\n235 ok"}) ==
          "login with PLAIN: a reply came that no command asked for: 235 ok");
    CHECK(words({"PLAIN"}, {"235 2.7.0 Logged in.\r\n421 4.4.0 Failed to connect to relay server"}) ==
          "login with PLAIN: a reply came that no command asked for: 421 Failed to connect to relay server");
    CHECK(words({"PLAIN"}, {"235 ok\r\n421-4.4.0 not all of it has"}) ==
          "login with PLAIN: a reply came that no command asked for");
}

TEST_CASE_METHOD(LoginFixture, "a refused token is explained and has to be renewed") {
    login.is_token = true;
    login.secret = "a-token-of-theirs";
    const std::string error = R"({"status":"401","schemes":"bearer","scope":"https://mail.google.com/"})";
    const auto failed = log_in({"XOAUTH2", "OAUTHBEARER"},
                               {"334 " + base64(error), "535 5.7.8 Username and Password not accepted"});
    REQUIRE(failed);
    CHECK(failed->token_refused);
    CHECK(failed->outcome.code == 535);
    CHECK(failed->outcome.text == "login with XOAUTH2 refused: Username and Password not accepted " + error);
    CHECK(dialogue->written.ends_with("\r\n\r\n"));  // the empty answer that XOAUTH2 wants
    CHECK(dialogue->written.find("OAUTHBEARER") == std::string::npos);
    dialogue->written.clear();
    CHECK(log_in({"OAUTHBEARER"}, {"334 " + base64(error), "535 5.7.8 No"})->token_refused);
    CHECK(dialogue->written.ends_with("\r\nAQ==\r\n"));
    CHECK(log_in({"XOAUTH2"}, {"535 5.7.139 Authentication unsuccessful"})->token_refused);
    CHECK_FALSE(log_in({"XOAUTH2"}, {"454 4.7.0 Later"})->token_refused);
}

// Exchange Online's High Volume Email refuses a token that expires within minutes.
TEST_CASE_METHOD(LoginFixture, "a token that expires too soon is renewed and not said again") {
    login.is_token = true;
    const auto failed =
        log_in({"XOAUTH2"}, {"501 5.5.127 Invalid XOAUTH2 auth data - Token will expire soon", "334 ",
                             "501 5.5.127 Invalid XOAUTH2 auth data - Token will expire soon"});
    REQUIRE(failed);
    CHECK(failed->token_refused);
    CHECK(failed->outcome.text ==
          "login with XOAUTH2 refused: Invalid XOAUTH2 auth data - Token will expire soon");
    CHECK(dialogue->written.find("AUTH XOAUTH2\r\n") == std::string::npos);
}

// Offers and refusals of real servers, and their results.
TEST_CASE_METHOD(LoginFixture, "the offers and refusals of real servers are coped with") {
    const auto offers = [](const std::string& lines) {
        return smtp::parse_capabilities("250-mx.example\r\n" + lines).mechanisms;
    };
    // Gmail, mox, SendGrid (old and new form), Exchange behind a proxy.
    for (const char* lines :
         {"250-AUTH LOGIN PLAIN XOAUTH2 PLAIN-CLIENTTOKEN OAUTHBEARER XOAUTH\r\n250 SMTPUTF8\r\n",
          "250-AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-256 SCRAM-SHA-1-PLUS SCRAM-SHA-1 CRAM-MD5 PLAIN LOGIN\r\n"
          "250 SMTPUTF8\r\n",
          "250-AUTH PLAIN LOGIN\r\n250 AUTH=PLAIN LOGIN\r\n", "250-auth=LOGIN PLAIN\r\n250 8BITMIME\r\n"}) {
        CAPTURE(lines);
        dialogue->written.clear();
        CHECK_FALSE(log_in(offers(lines), {"235 2.7.0 Accepted"}));
        CHECK(dialogue->written == "AUTH PLAIN " + plain + "\r\n");
    }
    // Postfix with Dovecot, which refuses the mechanism and not the password; Yandex; a strict server that
    // accepts LOGIN's user name only after it has asked for it.
    for (const char* refusal : {"535 5.7.8 Error: authentication failed: Invalid authentication mechanism",
                                "502 5.5.2 Syntax error, command unrecognized."}) {
        dialogue->written.clear();
        CHECK_FALSE(log_in({"PLAIN", "LOGIN"}, {refusal, "334 Username:", "334 Password:", "235 ok"}));
        CHECK(dialogue->written.ends_with("AUTH LOGIN\r\n" + user + "\r\n" + password + "\r\n"));
    }
    // SendGrid's account has used up its quota: the password is right, and no other mechanism is tried.
    const auto used_up =
        log_in({"PLAIN", "LOGIN"}, {"451 Authentication failed: Maximum credits exceeded", "235 ok"});
    REQUIRE(used_up);
    CHECK(used_up->outcome.text ==
          "login with PLAIN refused: Authentication failed: Maximum credits exceeded");
    // Exim offers AUTH only after STARTTLS, and answers 503 to AUTH that it did not offer: it is not tried.
    dialogue->written.clear();
    offered = smtp::parse_capabilities("250-mx.example\r\n250-STARTTLS\r\n250 HELP\r\n");
    CHECK(words({}, {}).starts_with("the relay offers no AUTH, but a username is configured"));
    CHECK(dialogue->written.empty());
}

// Some tools break base64 into lines of 76 characters; passwords are UTF-8 (RFC 4616).
TEST_CASE_METHOD(LoginFixture, "a long password stays on one line and letters beyond ASCII are UTF-8") {
    login.secret = "SG." + std::string(150, 'k');
    CHECK_FALSE(log_in({"PLAIN"}, {"235 ok"}));
    CHECK(dialogue->written.find("\r\n") == dialogue->written.size() - 2);
    dialogue->written.clear();
    login.secret = "12praxis\xc2\xa7";
    CHECK_FALSE(log_in({"PLAIN"}, {"235 ok"}));
    CHECK(dialogue->written == "AUTH PLAIN AGpvZQAxMnByYXhpc8Kn\r\n");
}

TEST_CASE_METHOD(LoginFixture, "a comma in a name does not end the header of OAUTHBEARER") {
    login.is_token = true;
    login.username = "a,b=c";
    CHECK_FALSE(log_in({"OAUTHBEARER"}, {"235 ok"}));
    CHECK(dialogue->written.find(base64("n,a=a=2Cb=3Dc,\x01").substr(0, 18)) != std::string::npos);
}

TEST_CASE_METHOD(LoginFixture,
                 "what the server echoes of a secret is blotted out even where it cuts it short") {
    const std::string echo = "502 5.5.2 not recognized: AUTH PLAIN ";
    CHECK(words({"PLAIN"}, {echo + plain}) == "login with PLAIN refused: not recognized: AUTH PLAIN ***");
    CHECK(words({"PLAIN"}, {echo + plain.substr(0, 12) + "..."}) ==
          "login with PLAIN refused: not recognized: AUTH PLAIN ***...");
    CHECK(words({"LOGIN"}, {"334 ", "334 ", "500 what is " + password + "?"}) ==
          "login with LOGIN refused: what is ***?");
    CHECK(words({"PLAIN"}, {"535 no user joe with s3cret!"}) ==
          "login with PLAIN refused: no user joe with ***");
    const auto challenge = words({"CRAM-MD5"}, {"334 PDFAeD4=", "500 x"});
    const std::string response =
        dialogue->written.substr(dialogue->written.rfind("\r\n", dialogue->written.size() - 3) + 2);
    CHECK(words({"CRAM-MD5"}, {"334 PDFAeD4=", "500 what is " + response.substr(0, response.size() - 2)}) ==
          "login with CRAM-MD5 refused: what is ***");
    login.is_token = true;
    login.secret = "ya29.a-token-of-theirs";
    CHECK(words({"XOAUTH2"},
                {"334 " + base64("{\"token\":\"ya29.a-token-of-theirs\"}"), "535 ya29.a-token-of"}) ==
          "login with XOAUTH2 refused: *** {\"token\":\"***\"}");
}
