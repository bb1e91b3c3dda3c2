#include "public/confirmations.hpp"

#include "public/join_fixture.hpp"
#include "queue/store/relay_store.hpp"
#include "support/places.hpp"
#include "support/seeded_random.hpp"
#include "support/smtp_servers.hpp"
#include "support/wait.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using audience::JoinState;
using queue::OutcomeKind;

namespace {

struct Told final : pages::ConfirmationEvents {
    void confirmation_tried(const pages::ConfirmationTried& tried) override {
        outcomes.push_back(tried.outcome.kind);
        relays.push_back(tried.relay);
    }
    void confirmations_in_doubt(std::size_t mails) override { doubts += mails; }
    void confirmations_stuck(const std::string& why) override { stuck = why; }

    std::vector<OutcomeKind> outcomes;
    std::vector<std::string> relays;
    std::size_t doubts = 0;
    std::string stuck;
};

struct Sending : test::JoinFixture {
    void relay(const std::string& name, std::uint16_t port) {
        pipeline::RelayAccess access;
        access.relay = test::relay_on(port);
        access.relay.name = name;
        access.default_ehlo = "mail.example.org";
        relays.push_back(std::move(access));
    }
    // A program that has just begun, over the same database.
    pages::Confirmations& begin() {
        sender.reset();
        sender.emplace(pipeline::open_database(dir.path()),
                       pages::ConfirmationMeans{.settings = settings,
                                                .relays = relays,
                                                .signing = signing,
                                                .signer = signer,
                                                .clock = clock,
                                                .random = random,
                                                .events = told,
                                                .installed_templates = test::source_folder() + "/templates",
                                                .take_turn = [this](const std::string& name) {
                                                    asked_turn = name;
                                                    return may_begin;
                                                }});
        return *sender;
    }
    audience::JoinRequest request(std::int64_t id = 1) { return (*requests).find(id).value(); }

    std::vector<std::string> problems;
    pipeline::Signing signing{settings, problems};
    test::SeededRandom random{1};
    Told told;
    std::vector<pipeline::RelayAccess> relays;
    std::optional<pages::Confirmations> sender;
    bool may_begin = true;  // by the relay's rate
    std::string asked_turn;
};

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// The text without quoted-printable's soft line breaks and its equals signs.
std::string plain(std::string text) {
    for (auto at = text.find("=\n"); at != std::string::npos; at = text.find("=\n")) text.erase(at, 2);
    for (auto at = text.find("=3D"); at != std::string::npos; at = text.find("=3D")) text.replace(at, 3, "=");
    return text;
}

}  // namespace

TEST_CASE_METHOD(Sending, "a mail waits for its turn at the relay, and that is no attempt") {
    test::AiosmtpdServer server({});
    relay("main", server.port());
    ask("ann@example.org");
    may_begin = false;
    CHECK(begin().send_due() == 1);
    CHECK(server.messages().empty());
    CHECK(request().state == JoinState::waiting);
    CHECK(request().attempts == 0);
    CHECK(request().due == clock.now() + 1s);
    CHECK(told.outcomes.empty());
    CHECK(asked_turn == "main");
    may_begin = true;
    CHECK(sender->send_due() == 0);  // not due yet
    clock.advance(1s);
    CHECK(sender->send_due() == 1);
    CHECK(request().state == JoinState::sent);
}

TEST_CASE_METHOD(Sending, "an address that was suppressed by hand while the mail waited gets none") {
    test::AiosmtpdServer server({});
    relay("main", server.port());
    ask("ann@example.org");
    audience->suppress(
        {"ann@example.org", "by hand", "anna: asked by telephone", false, std::nullopt, clock.now()});
    CHECK(begin().send_due() == 1);
    CHECK(server.messages().empty());
    CHECK(request().state == JoinState::failed);
    CHECK(request().reply == "the address was suppressed by hand before the mail went out");
    CHECK(owed().empty());
}

TEST_CASE_METHOD(Sending, "a run that ends waits until no mail is due") {
    test::AiosmtpdServer server({});
    relay("main", server.port());
    for (int i = 0; i < 25; ++i) ask("r" + std::to_string(i) + "@example.org");
    begin().start();
    sender->wait_until_none_due({});
    CHECK(owed().empty());
    CHECK(server.messages().size() == 25);
    ask("late@example.org");
    sender->wait_until_none_due({});
    CHECK(server.messages().size() == 26);
    sender->stop(1s);
    sender->wait_until_none_due({});  // nobody sends any more
}

TEST_CASE_METHOD(Sending, "a mail that asks to confirm goes out once, with a link that confirms") {
    test::AiosmtpdServer server({});
    relay("main", server.port());
    ask("ann@example.org");
    CHECK(begin().send_due() == 1);
    CHECK(sender->send_due() == 0);
    CHECK(told.outcomes == std::vector{OutcomeKind::accepted});
    CHECK(request().state == JoinState::sent);
    const auto messages = server.messages();
    REQUIRE(messages.size() == 1);
    const std::string mail = plain(messages.front());
    CHECK(has(mail, "X-RcptTo: ann@example.org"));
    CHECK(has(mail, "From: Field Notes <notes@example.org>"));
    CHECK(has(mail, "Auto-Submitted: auto-replied"));
    CHECK_FALSE(has(mail, "List-Unsubscribe"));
    const std::string link = link_of(request());
    CHECK(has(mail, "\nhttps://news.example.org/c/" + link));
    CHECK(has(mail, "href=\"https://news.example.org/c/" + link + "\""));
    CHECK(joining.confirm(link));
}

TEST_CASE_METHOD(Sending, "who is refused is not asked again") {
    test::ScriptedSmtp server(R"({"RCPT": "550 5.1.1 no such user"})");
    relay("main", server.port());
    ask("nobody@example.org");
    CHECK(begin().send_due() == 1);
    CHECK(request().state == JoinState::failed);
    CHECK(has(request().reply, "550 5.1.1 no such user"));
    clock.advance(24h);
    CHECK(sender->send_due() == 0);
    CHECK_FALSE((*audience).is_suppressed("nobody@example.org"));
}

TEST_CASE_METHOD(Sending, "a greylisted mail is tried again as retry says, and given up in the end") {
    test::ScriptedSmtp server(R"({"RCPT": "450 4.7.1 greylisted"})");
    relay("main", server.port());
    ask("ann@example.org");
    CHECK(begin().send_due() == 1);
    CHECK(request().state == JoinState::waiting);
    CHECK(request().attempts == 1);
    CHECK(request().due - clock.now() >= 4min);
    CHECK(request().due - clock.now() <= 6min);
    clock.advance(3min);
    CHECK(sender->send_due() == 0);
    for (int i = 0; i < 100 && request().state == JoinState::waiting; ++i) {
        clock.set(request().due);
        CHECK(sender->send_due() == 1);
    }
    CHECK(request().state == JoinState::failed);
    CHECK(clock.now() - request().asked_at <= 49h);
    CHECK(clock.now() - request().asked_at >= 40h);
}

TEST_CASE_METHOD(Sending, "a relay in trouble rests, counts no attempt, and holds up no other newsletter") {
    test::AiosmtpdServer server({});
    settings.newsletters[1].relay = "second";
    relay("main", test::free_port());
    relay("second", server.port());
    ask("ann@example.org");
    clock.advance(1s);
    ask("bob@example.org", "", 1);
    CHECK(begin().send_due() == 2);
    CHECK(request(1).state == JoinState::waiting);
    CHECK(request(1).attempts == 0);
    CHECK(request(1).due == clock.now() + 5s);
    CHECK(request(2).state == JoinState::sent);
    clock.advance(5s);
    CHECK(sender->send_due() == 1);
    CHECK(request(1).due == clock.now() + 10s);
    CHECK(told.relays == std::vector<std::string>{"main", "second", "main"});
}

TEST_CASE_METHOD(Sending, "where the first relay is in trouble the second takes the mail") {
    test::AiosmtpdServer server({});
    notes().relay.clear();
    notes().relays = {{"main", 1}, {"second", 0}};
    relay("main", test::free_port());
    relay("second", server.port());
    ask("ann@example.org");
    CHECK(begin().send_due() == 1);
    CHECK(request().state == JoinState::sent);
    CHECK(server.messages().size() == 1);
}

TEST_CASE_METHOD(Sending,
                 "a dot without an answer is sent once more under the same Message-ID, and no third time") {
    test::ScriptedSmtp server(R"({"dot": {"close": true}})");
    relay("main", server.port());
    ask("ann@example.org");
    CHECK(begin().send_due() == 1);
    CHECK(request().doubts == 1);
    CHECK(request().state == JoinState::waiting);
    clock.set(request().due);
    CHECK(sender->send_due() == 1);
    CHECK(request().state == JoinState::failed);
    clock.advance(24h);
    CHECK(sender->send_due() == 0);
    CHECK(told.outcomes == std::vector{OutcomeKind::in_doubt, OutcomeKind::in_doubt});
}

TEST_CASE_METHOD(Sending,
                 "a mail that was under way when the program was killed is sent once more, not twice") {
    test::AiosmtpdServer server({});
    relay("main", server.port());
    ask("ann@example.org");
    requests->begin(1);  // and then the power went
    begin().recover();
    CHECK(told.doubts == 1);
    CHECK(request().state == JoinState::waiting);
    clock.set(request().due);
    requests->begin(1);  // and again
    begin().recover();
    CHECK(request().state == JoinState::failed);
    clock.advance(24h);
    CHECK(begin().send_due() == 0);
    CHECK(server.messages().empty());
}

TEST_CASE_METHOD(Sending,
                 "a mail that was not begun when the program was killed is sent as if nothing had been") {
    test::AiosmtpdServer server({});
    relay("main", server.port());
    ask("ann@example.org");
    begin().recover();
    CHECK(told.doubts == 0);
    CHECK(sender->send_due() == 1);
    CHECK(server.messages().size() == 1);
}

TEST_CASE_METHOD(Sending, "who has confirmed meanwhile gets no second mail") {
    test::ScriptedSmtp server(R"({"dot": {"close": true}})");
    relay("main", server.port());
    ask("ann@example.org");
    CHECK(begin().send_due() == 1);
    CHECK(joining.confirm(link_of(request())));
    clock.set(request().due);
    CHECK(sender->send_due() == 0);
}

TEST_CASE_METHOD(Sending, "a newsletter that was closed meanwhile asks nobody") {
    ask("ann@example.org");
    notes().subscribe = false;
    CHECK(begin().send_due() == 1);
    CHECK(request().state == JoinState::failed);
    CHECK(told.outcomes.empty());
}

// Takes the 3 s that the relay has for its answer.
TEST_CASE_METHOD(Sending, "before a mail's last dot leaves, it is on disk that it may have been sent") {
    test::ScriptedSmtp server(R"({"dot": {"stall": true}})");
    relay("main", server.port());
    relays.front().relay.timeouts.final_dot = 3s;
    ask("ann@example.org");
    begin();
    std::jthread sending([this] { static_cast<void>(sender->send_due()); });
    CHECK(test::eventually([&] { return request().state == JoinState::sending; }));
    sending.join();
    CHECK(told.outcomes == std::vector{OutcomeKind::in_doubt});
    CHECK(request().doubts == 1);
}

TEST_CASE_METHOD(Sending, "a relay that has worked again rests as briefly as at first") {
    test::ScriptedSmtp server(R"({"connect": ["421 4.3.2 busy", "220 ready", "421 4.3.2 busy"]})");
    relay("main", server.port());
    ask("ann@example.org");
    CHECK(begin().send_due() == 1);
    CHECK(request(1).due == clock.now() + 5s);
    clock.advance(5s);
    CHECK(sender->send_due() == 1);
    CHECK(request(1).state == JoinState::sent);
    ask("bob@example.org");
    CHECK(sender->send_due() == 1);
    CHECK(request(2).due == clock.now() + 5s);
}

TEST_CASE_METHOD(Sending, "a relay that a person has paused sends nothing until he lets it") {
    test::AiosmtpdServer server({});
    relay("main", server.port());
    test::Committing<queue::RelayStore> store(database);
    store->save_relay_orders("main", {.paused = clock.now()});
    ask("ann@example.org");
    CHECK(begin().send_due() == 1);
    CHECK(request().state == JoinState::waiting);
    CHECK(request().attempts == 0);
    CHECK(told.outcomes.empty());
    clock.advance(5s);
    store->save_relay_orders("main", {});
    CHECK(sender->send_due() == 1);
    CHECK(request().state == JoinState::sent);
}

TEST_CASE_METHOD(Sending, "who never confirmed is forgotten after thirty days, while the program runs") {
    test::AiosmtpdServer server({});
    relay("main", server.port());
    ask("ann@example.org");
    CHECK(begin().send_due() == 1);
    clock.advance(30 * 24h);
    CHECK(sender->send_due() == 0);
    CHECK((*requests).find(1));
    clock.advance(2h);
    CHECK(sender->send_due() == 0);
    CHECK_FALSE((*requests).find(1));
}

TEST_CASE_METHOD(Sending,
                 "a relay whose quota the mailings have used up is left alone until it is tried again") {
    test::AiosmtpdServer server({});
    relay("main", server.port());
    test::Committing<queue::RelayStore> store(database);
    queue::RelayHealth health;
    health.down_since = clock.now();
    health.next_attempt = clock.now() + 2h;
    store->save_relay_health("main", health);
    ask("ann@example.org");
    CHECK(begin().send_due() == 1);
    CHECK(request().due == clock.now() + 2h);
    clock.advance(2h);
    CHECK(sender->send_due() == 1);
    CHECK(request().state == JoinState::sent);
}

TEST_CASE_METHOD(Sending, "on its thread a mail leaves when it is owed, and none after the stop") {
    test::AiosmtpdServer server({});
    relay("main", server.port());
    begin().start();
    ask("ann@example.org");
    sender->wake();
    CHECK(test::eventually([&] { return request().state == JoinState::sent; }));
    sender->stop(10s);
    ask("bob@example.org");
    sender->wake();
    CHECK(request(2).state == JoinState::waiting);
    CHECK(server.messages().size() == 1);
}

// Takes the second that the stop waits.
TEST_CASE_METHOD(Sending, "a stop waits for the mail that is being sent, but no longer than it may") {
    test::ScriptedSmtp server(R"({"dot": {"stall": true}})");
    relay("main", server.port());
    relays.front().relay.timeouts.final_dot = 60s;
    ask("ann@example.org");
    begin().start();
    CHECK(test::eventually([&] { return request().state == JoinState::sending; }));
    const auto asked = std::chrono::steady_clock::now();
    sender->stop(1s);
    CHECK(std::chrono::steady_clock::now() - asked >= 1s);
    CHECK(std::chrono::steady_clock::now() - asked < 30s);
    CHECK(request().doubts == 1);
    CHECK(request().state == JoinState::waiting);
}
