// The words of servers, and what each means. The words are the servers', names and addresses are replaced.
#include "refusal/reason.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace paperround::refusal;

namespace {

struct Heard {
    const char* words;
    const char* status;
    int code;
    Reason reason;
};

const std::vector<Heard> heard{
    {"sorry, no mailbox here by that name", "5.1.1", 0, Reason::user_unknown},
    {"Recipient address rejected: Access denied", "5.4.1", 550, Reason::user_unknown},
    {"Requested action not taken: mailbox unavailable", "", 550, Reason::user_unknown},
    {"The user you are trying to contact is receiving mail at a rate that prevents additional messages",
     "4.2.1", 450, Reason::rate},
    {"The email account that you tried to reach is disabled", "5.2.1", 550, Reason::inactive},
    {"This account has been disabled or discontinued [#102]", "", 554, Reason::inactive},
    {"Mailbox size limit exceeded", "5.2.2", 552, Reason::mailbox_full},
    {"user has exceeded quota, bouncing mail", "5.0.0", 550, Reason::mailbox_full},
    {"message size exceeds fixed maximum message size", "5.3.4", 552, Reason::too_large},
    {"Host or domain name not found. Name service error for name=x type=MX: Host not found", "5.4.4", 0,
     Reason::host_unknown},
    {"Host or domain name not found. Name service error for name=x type=MX: Host not found, try again",
     "4.4.3", 0, Reason::network},
    {"User has moved; please try another address", "5.1.6", 551, Reason::has_moved},
    {"Client host [192.0.2.25] blocked using zen.spamhaus.org", "5.7.1", 554, Reason::policy},
    {"Messages from 192.0.2.25 temporarily deferred due to user complaints", "4.7.0", 421, Reason::policy},
    {"Email rejected per DMARC policy", "5.7.1", 550, Reason::policy},
    {"Relay access denied", "5.7.1", 554, Reason::policy},
    {"This message has been identified as spam", "5.7.1", 554, Reason::spam},
    {"Reject, id=1 - INFECTED: Eicar-Test-Signature", "5.7.0", 554, Reason::content},
    {"Sender address rejected: Domain not found", "5.1.8", 550, Reason::rejected},
    {"Delivery not authorized by recipient", "5.7.1", 550, Reason::rejected},
    {"connect to mx.example[192.0.2.7]:25: Connection refused", "4.4.1", 0, Reason::network},
    {"retry timeout exceeded", "", 0, Reason::expired},
    {"Insufficient system storage", "4.3.1", 452, Reason::system},
    {"too many hops", "5.4.6", 554, Reason::network},
    {"no", "5.1.1", 550, Reason::user_unknown},
    {"no", "", 550, Reason::rejected},
    {"", "", 0, Reason::unknown},
    // Words of other languages.
    {"Empfänger unbekannt", "", 550, Reason::user_unknown},
    {"EMPFÄNGER UNBEKANNT", "", 550, Reason::user_unknown},
    {"Boîte du destinataire pleine", "", 552, Reason::mailbox_full},
    {"La casella è piena", "", 552, Reason::mailbox_full},
    {"Адрес НЕ СУЩЕСТВУЕТ", "", 550, Reason::user_unknown},
    {"用户不存在", "", 550, Reason::user_unknown},
    {"ユーザーが見つかりません", "", 550, Reason::user_unknown},
};

}  // namespace

TEST_CASE("each refusal has its reason") {
    for (const Heard& each : heard) {
        INFO(each.words << " / " << each.status);
        CHECK(to_string(reason_of(each.words, each.status, each.code)) == to_string(each.reason));
    }
}

TEST_CASE("host names, addresses and links are no words") {
    CHECK(reason_of("mx.spam.antispam.example[192.0.2.7] said: 550 user unknown", "", 550) ==
          Reason::user_unknown);
    CHECK(reason_of("550 <spam.filter@quota.exceeded.example> rejected", "", 550) == Reason::rejected);
    CHECK(reason_of("550 no, see https://help.example/over quota", "", 550) != Reason::user_unknown);
}

TEST_CASE("an unknown error is no unknown user") {
    CHECK(reason_of("unbekannter Fehler", "", 0) == Reason::unknown);
    CHECK(reason_of("erreur inconnue", "", 0) == Reason::unknown);
    CHECK(reason_of("неизвестная ошибка", "", 0) == Reason::unknown);
}

TEST_CASE("only reasons about the address end it") {
    CHECK(ends_an_address(Reason::user_unknown));
    CHECK(ends_an_address(Reason::inactive));
    CHECK(ends_an_address(Reason::host_unknown));
    CHECK(ends_an_address(Reason::has_moved));
    for (const Reason reason : {Reason::none, Reason::mailbox_full, Reason::too_large, Reason::spam,
                                Reason::content, Reason::policy, Reason::rejected, Reason::rate,
                                Reason::expired, Reason::network, Reason::system, Reason::unknown})
        CHECK_FALSE(ends_an_address(reason));
}
