// The same words to several providers in a row: about us, or chance?
#include "queue/policy/refusal_runs.hpp"

#include <catch2/catch.hpp>

#include <random>

#include "queue/policy/breaker.hpp"

using namespace paperround;
using namespace paperround::queue;
using Finding = RefusalRuns::Finding;

namespace {

std::string words(const std::string& text, const std::string& recipient = "ada@example.org") {
    return common_words({.kind = OutcomeKind::perhaps_recipient, .code = 550, .text = text}, recipient);
}

struct Runs {
    RefusalRuns runs;
    MailboxAnswers before{.answers = 1000, .about_mailbox = 50, .deliveries = 1000};
    std::int64_t attempt = 0;

    Finding refused(const std::string& provider, bool about_mailbox = false, const std::string& said = "no") {
        return runs.refused(
            {.words = said, .provider = provider, .about_mailbox = about_mailbox, .attempt = ++attempt},
            [this](std::int64_t) { return before; });
    }
};

}  // namespace

TEST_CASE("words are the same where addresses and numbers and hosts and identifiers differ") {
    const auto first =
        words("<ada@example.org>: Sender 192.0.2.7 refused (qid rXgWjKpTz), see mx1.example.net");
    CHECK(first == words("<bob@example.com>: Sender 192.0.2.8 refused (qid aBcDeFgHi), see mx2.example.org",
                         "bob@example.com"));
    CHECK(words("user ada unknown") == words("user bob unknown", "bob@example.org"));
    CHECK(words("Доступ запрещён") != words("Нет такого"));
    CHECK(words("no") != words("not now"));
}

TEST_CASE("capitals that begin anew twice within a word make it an identifier") {
    CHECK(words("refused, id aBcdEfg") == words("refused, id kLmnOpq"));
    // Once is a name: what they name is part of the words.
    CHECK(words("refused by OutLook") != words("refused by MailGuard"));
}

TEST_CASE("words under another code are other words") {
    const Outcome permanent{.code = 550, .enhanced = "5.7.1", .text = "no"};
    const Outcome temporary{.code = 450, .enhanced = "4.7.1", .text = "no"};
    CHECK(common_words(permanent, "a@b.org") != common_words(temporary, "a@b.org"));
}

TEST_CASE("words are cut where a server says very much") {
    CHECK(words(std::string(100'000, 'a') + " end").size() < 100'100);
    std::string many;
    for (int i = 0; i < 100'000; ++i) many += "word ";
    CHECK(words(many).size() < 400);
}

TEST_CASE("unclear words to three providers in a row are about us") {
    Runs list;
    CHECK(list.refused("google") == Finding::nothing);
    CHECK(list.refused("yahoo") == Finding::nothing);
    CHECK(list.refused("google") == Finding::nothing);
    CHECK(list.refused("example.org") == Finding::about_us);
    REQUIRE(list.runs.about_us() != nullptr);
    CHECK(list.runs.about_us()->first_attempt == 1);
    CHECK(list.runs.about_us()->length == 4);
}

TEST_CASE("an acceptance ends the run") {
    Runs list;
    list.refused("a");
    list.refused("b");
    list.runs.accepted();
    CHECK(list.runs.empty());
    CHECK(list.refused("c") == Finding::nothing);
}

TEST_CASE("other words between do not end the run") {
    Runs list;
    list.refused("a");
    list.refused("b");
    CHECK(list.refused("c", false, "something else") == Finding::nothing);
    CHECK(list.refused("d") == Finding::about_us);
}

TEST_CASE("however many readers one provider refuses it is that provider's") {
    Runs list;
    for (int i = 0; i < 100; ++i) CHECK(list.refused("google") == Finding::nothing);
}

TEST_CASE("words about a mailbox are about us once chance does not explain so many") {
    Runs list;  // 5.7 % and 1 000 deliveries: 0.0571^4 × 1 000 is 0.011, with one more 0.0006
    for (const char* provider : {"a", "b"}) CHECK(list.refused(provider, true) == Finding::nothing);
    CHECK(list.refused("c", true) == Finding::suspected);
    CHECK(list.runs.suspects());
    CHECK(list.refused("a", true) == Finding::suspected);
    CHECK(list.refused("a", true) == Finding::about_us);
    CHECK_FALSE(list.runs.suspects());
}

TEST_CASE("a list of fifteen is enough") {
    Runs list;
    list.before = {.answers = 0, .about_mailbox = 0, .deliveries = 15};
    for (const char* provider : {"a", "b"}) list.refused(provider, true);
    CHECK(list.refused("c", true) == Finding::suspected);  // 0.05^3 × 15 = 0.0019
    CHECK(list.refused("d", true) == Finding::about_us);
}

TEST_CASE("where most addresses were dead before a run says nothing") {
    Runs list;
    list.before = {.answers = 15, .about_mailbox = 15, .deliveries = 15};
    for (int i = 0; i < 40; ++i)
        CHECK(list.refused(std::string(1, static_cast<char>('a' + i % 5)), true) != Finding::about_us);
}

TEST_CASE("only so many different words are remembered") {
    Runs list;
    for (int i = 0; i < 100'000; ++i) list.refused("a", false, std::to_string(i));
    CHECK(list.refused("b", false, "99999") == Finding::nothing);
    CHECK(list.refused("c", false, "99999") == Finding::about_us);
}

namespace {

// A mailing to `readers`, of whom `dead` are told "user unknown", through the policies alone.
bool pauses(unsigned seed, int readers, double dead) {
    std::minstd_rand random(seed);
    std::bernoulli_distribution is_dead(dead);
    std::uniform_int_distribution<int> provider(0, 49);
    RefusalRuns runs;
    Breaker breaker;
    MailboxAnswers counted{.deliveries = readers};
    const Outcome good{.kind = OutcomeKind::accepted, .code = 250};
    const Outcome bad{
        .kind = OutcomeKind::rejected_recipient, .code = 550, .text = "unknown", .about = About::mailbox};
    for (int i = 0; i < readers; ++i) {
        const bool refused = is_dead(random);
        const auto less = [&](std::int64_t answers, std::int64_t about_mailbox) {
            MailboxAnswers before = counted;
            before.answers -= answers;
            before.about_mailbox -= about_mailbox;
            return before;
        };
        if (refused) {
            const auto finding =
                runs.refused({.words = "550 unknown",
                              .provider = std::to_string(provider(random)),
                              .about_mailbox = true,
                              .attempt = i},
                             [&](std::int64_t length) { return less(length - 1, length - 1); });
            if (finding == Finding::about_us) return true;
        } else {
            runs.accepted();
        }
        const auto before = [&](const Breaker& b) {
            return less(static_cast<std::int64_t>(b.window.size()) - 1,
                        static_cast<std::int64_t>(b.mailbox_failures()) - 1);
        };
        if (breaker.count(refused ? bad : good, {}, before)) return true;
        ++counted.answers;
        counted.about_mailbox += refused ? 1 : 0;
    }
    return false;
}

int paused_of(unsigned seeds, int readers, double dead) {
    int paused = 0;
    for (unsigned seed = 1; seed <= seeds; ++seed) paused += pauses(seed, readers, dead) ? 1 : 0;
    return paused;
}

}  // namespace

// The long form of the next: about a minute.
TEST_CASE("a tenth of dead addresses pauses two mailings of a thousand at most", "[.][long]") {
    CHECK(paused_of(1000, 100'000, 0.1) <= 2);
}

TEST_CASE("a tenth of dead addresses pauses none of ten mailings to ten thousand") {
    CHECK(paused_of(10, 10'000, 0.1) == 0);
}

TEST_CASE("a list that is wholly dead is stopped at once") {
    CHECK(paused_of(20, 15, 1.0) == 20);
    CHECK(paused_of(20, 10'000, 1.0) == 20);
}
