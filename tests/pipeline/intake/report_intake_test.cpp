#include "pipeline/intake/report_intake.hpp"

#include "db/raw_sql.hpp"
#include "pipeline/intake/report_fixture.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using queue::DeliveryState;
using queue::ReportEffect;
using test::ReportFixture;

namespace {

struct ManyReaders : ReportFixture {
    ManyReaders() : ReportFixture(100) {}
};

}  // namespace

TEST_CASE_METHOD(ReportFixture,
                 "a hard bounce ends the delivery and the address, with the words as evidence") {
    const auto mailing = mail_out();
    CHECK(effect_of(unknown_user(mailing, 1)) == ReportEffect::suppressed);
    CHECK(progress(mailing).sent == 2);
    CHECK(progress(mailing).failed == 1);
    const auto suppression = (*audience).find_suppression(address(1)).value();
    CHECK(suppression.reason == "bounced");
    CHECK(suppression.evidence == "550 5.1.1 <r1@d1.example>: user unknown (report 1)");
    CHECK(suppression.mailing_id == mailing);
    CHECK_FALSE(suppression.provisional);
    CHECK_FALSE(active(1, "news"));
    CHECK_FALSE(suppressed(2));
}

TEST_CASE_METHOD(ReportFixture, "what waits for the reader anywhere is withdrawn") {
    const auto mailing = mail_out();
    const auto waiting = mail_out(std::nullopt, "news");
    take(unknown_user(mailing, 1));
    CHECK(progress(waiting).dropped == 1);
    CHECK(progress(waiting).waiting == 2);
}

TEST_CASE_METHOD(ReportFixture, "the log shows the acceptance and the later bounce") {
    const auto mailing = mail_out();
    take(unknown_user(mailing, 1));
    std::vector<queue::OutcomeKind> kinds;
    queue::DeliveryLog(database).each(
        {.subscriber_id = 1, .recipient = {}, .newsletter = {}, .outcomes = {}},
        [&](const queue::LogLine& line) { kinds.push_back(line.outcome.kind); });
    CHECK(kinds == std::vector{queue::OutcomeKind::accepted, queue::OutcomeKind::bounced_later});
}

TEST_CASE_METHOD(ReportFixture, "the same report counts once, by whichever way it comes again") {
    const auto mailing = mail_out();
    const std::string report = unknown_user(mailing, 1);
    CHECK(effect_of(report) == ReportEffect::suppressed);
    CHECK(take(report).seen_before);
    CHECK(take("X-Forwarded: yes\n" + report, "webhook ses").reports.front().effect ==
          ReportEffect::repeated);
    int listed = 0;
    (*reports).each({.newsletter = {}, .kind = {}}, [&](const queue::ReportRow&) { ++listed; });
    CHECK(listed == 1);
}

TEST_CASE_METHOD(ReportFixture,
                 "a suppression that a person has lifted stays lifted when the report comes again") {
    const auto mailing = mail_out();
    take(unknown_user(mailing, 1));
    audience->unsuppress(address(1));
    take("X-Again: yes\n" + unknown_user(mailing, 1));
    CHECK_FALSE(suppressed(1));
}

TEST_CASE_METHOD(ReportFixture, "a delivery that was sent again may bounce again") {
    const auto mailing = mail_out();
    take(unknown_user(mailing, 1));
    audience->unsuppress(address(1));
    deliveries->queue_again(mailing, std::vector<std::int64_t>{1}, clock.now());
    const std::vector<std::string> newsletters{"notes"};
    for (const auto& delivery : test::claim_due(database, newsletters, 10, clock.now()))
        deliveries->record(delivery, {.kind = queue::OutcomeKind::accepted, .code = 250},
                           {.state = DeliveryState::sent, .due = clock.now()}, "main", clock.now());
    CHECK(effect_of("X-Again: yes\n" + unknown_user(mailing, 1)) == ReportEffect::suppressed);
}

TEST_CASE_METHOD(ReportFixture, "a report without proof changes nothing and is counted") {
    const auto mailing = mail_out();
    CHECK(effect_of(bounce("From: notes@example.org\n", "5.1.1", "550 5.1.1 user unknown", address(1))) ==
          ReportEffect::unproved);
    CHECK(progress(mailing).failed == 0);
    CHECK_FALSE(suppressed(1));
    CHECK((*reports).counted(clock.now(), ReportEffect::unproved) == 1);
    CHECK_FALSE((*reports).octets_of(1));
}

TEST_CASE_METHOD(ReportFixture, "of forged reports a few are listed and all are counted") {
    const auto mailing = mail_out();
    const audience::TokenSigner stranger(std::string(32, 'x'));
    std::vector<std::string> mails;
    for (int i = 0; i < 1000; ++i) {
        const std::string forged =
            stranger.sign({.newsletter = "notes", .subscriber_id = 1 + i % 3, .mailing_id = mailing});
        mails.push_back(bounce(fmt::format("List-Unsubscribe: <https://news.example.org/u/{}>\n"
                                           "Message-ID: <guess{}.{}@example.org>\n",
                                           forged, i, 1 + i % 3),
                               "5.1.1", "550 5.1.1 user unknown", address(1 + i % 3)));
    }
    std::vector<pipeline::ReturnedMail> returned;
    for (const std::string& mail : mails) returned.push_back({mail, "pipe", {}});
    static_cast<void>(intake.take(returned));
    CHECK((*reports).counted(clock.now(), ReportEffect::unproved) == 1000);
    int listed = 0;
    (*reports).each({.newsletter = {}, .kind = {}, .limit = 10'000},
                    [&](const queue::ReportRow&) { ++listed; });
    CHECK(listed == queue::listed_unproved);
    CHECK(progress(mailing).sent == 3);
    CHECK((*audience).count_active("notes") == 3);
}

// The attacker is reader 1: they know their own copy, the numbers of the other deliveries and their addresses.
TEST_CASE_METHOD(ReportFixture, "10 000 forged reports of all kinds change nothing") {
    const auto mailing = mail_out();
    const std::string own = message_id(mailing, 1);
    const std::string key = own.substr(0, own.find('.'));
    const std::string mark = own.substr(own.rfind('.', own.find('@')));  // with the domain
    const audience::TokenSigner stranger(std::string(32, 'x'));
    const auto forged_copy = [&](int i, std::int64_t victim) -> std::string {
        const std::string token =
            stranger.sign({.newsletter = "notes", .subscriber_id = victim, .mailing_id = mailing});
        const std::string path =
            stranger.sign({.purpose = audience::Purpose::bounce, .delivery_id = victim, .made = clock.now()});
        switch (i % 5) {
            case 0:
                return fmt::format("Message-ID: <{}.{}{}>\n", key, victim, mark);
            case 1:
                return fmt::format("Message-ID: <{}.{}@example.org>\n", key, victim);
            case 2:
                return fmt::format("Message-ID: <{}.{}.{:a>13}@example.org>\n", key, victim, i);
            case 3:
                return fmt::format("List-Unsubscribe: <https://news.example.org/u/{}>\n", token);
            default:
                return fmt::format("Return-Path: <{}@bounce.example.org>\n", path);
        }
    };
    std::vector<std::string> mails;
    for (int i = 0; i < 10'000; ++i) {
        const std::int64_t victim = 2 + i / 5 % 2;
        const std::string copy =
            fmt::format("To: {}\nX-Number: {}\n{}", address(victim), i, forged_copy(i, victim));
        switch (i / 10 % 4) {
            case 0:
                mails.push_back(bounce(copy, "5.1.1", "550 5.1.1 user unknown", address(victim)));
                break;
            case 1:
                mails.push_back(bounce(copy, "5.2.2", "552 5.2.2 mailbox full", address(victim)));
                break;
            case 2:
                mails.push_back(complaint(copy));
                break;
            default:
                mails.push_back(
                    fmt::format("From: {}\nTo: {}@bounce.example.org\nSubject: unsubscribe\n"
                                "In-Reply-To: <{}.{}{}>\nX-Number: {}\n\n",
                                address(victim), i, key, victim, mark, i));
        }
    }
    std::vector<pipeline::ReturnedMail> returned;
    for (const std::string& mail : mails) returned.push_back({mail, "pipe", {}});
    static_cast<void>(intake.take(returned));
    CHECK((*reports).counted(clock.now(), ReportEffect::unproved) == 10'000);
    CHECK(progress(mailing).sent == 3);
    CHECK((*audience).count_active("notes") == 3);
    for (std::int64_t reader = 1; reader <= 3; ++reader) CHECK_FALSE(suppressed(reader));
    // With what they forged, the true one works: it is the mark that they lack.
    CHECK(effect_of(bounce("Message-ID: <" + message_id(mailing, 2) + ">\n", "5.1.1",
                           "550 5.1.1 user unknown", address(2))) == ReportEffect::suppressed);
}

TEST_CASE_METHOD(ReportFixture, "a report that names another reader ends the reader of its proof alone") {
    const auto mailing = mail_out();
    take(bounce(copy_of(mailing, 1), "5.1.1", "550 5.1.1 user unknown", address(2)));
    CHECK(suppressed(1));
    CHECK_FALSE(suppressed(2));
}

TEST_CASE_METHOD(ReportFixture, "five full mailboxes in a row suppress the address") {
    for (int i = 1; i <= 5; ++i) {
        clock.advance(24h);
        CHECK_FALSE(suppressed(1));
        CHECK(effect_of(full_mailbox(mail_out(), 1)) ==
              (i < 5 ? ReportEffect::counted : ReportEffect::suppressed));
    }
    CHECK(suppressed(1));
    CHECK_THAT((*audience).find_suppression(address(1))->evidence, Catch::Contains("5 mailings in a row"));
}

TEST_CASE_METHOD(ReportFixture, "a mailing that was delivered between begins the count anew") {
    for (int i = 1; i <= 4; ++i) take(full_mailbox(mail_out(), 1));
    mail_out();
    for (int i = 1; i <= 4; ++i) CHECK(effect_of(full_mailbox(mail_out(), 1)) == ReportEffect::counted);
    CHECK(effect_of(full_mailbox(mail_out(), 1)) == ReportEffect::suppressed);
}

TEST_CASE_METHOD(ReportFixture, "a report that is late closes the gap that it left") {
    std::vector<std::int64_t> mailings_sent;
    for (int i = 1; i <= 5; ++i) mailings_sent.push_back(mail_out());
    for (const int i : {0, 1, 3, 4})
        CHECK(effect_of(full_mailbox(mailings_sent[i], 1)) == ReportEffect::counted);
    CHECK(effect_of(full_mailbox(mailings_sent[2], 1)) == ReportEffect::suppressed);
}

TEST_CASE_METHOD(ReportFixture, "what is older than 30 days does not count") {
    for (int i = 1; i <= 4; ++i) take(full_mailbox(mail_out(), 1));
    clock.advance(31 * 24h);
    CHECK(effect_of(full_mailbox(mail_out(), 1)) == ReportEffect::counted);
}

TEST_CASE_METHOD(ReportFixture, "several reports of one mailing count once") {
    const auto mailing = mail_out();
    for (int i = 0; i < 6; ++i) take(fmt::format("X-Number: {}\n", i) + full_mailbox(mailing, 1));
    CHECK_FALSE(suppressed(1));
}

TEST_CASE_METHOD(ReportFixture, "a complaint ends that newsletter for the address, and no other") {
    const auto mailing = mail_out();
    const auto waiting = mail_out(std::nullopt, "news");
    CHECK(effect_of(complaint(copy_of(mailing, 1))) == ReportEffect::complained);
    CHECK_FALSE(active(1));
    CHECK(active(1, "news"));
    CHECK(suppressed(1, "notes"));
    CHECK_FALSE(suppressed(1, "news"));
    CHECK((*audience).member("notes", 1)->reason == "complaint");
    CHECK(progress(waiting).waiting == 3);
    CHECK(progress(mailing).sent == 3);  // it was delivered
}

TEST_CASE_METHOD(ReportFixture, "a request to leave by mail ends the subscription") {
    const auto mailing = mail_out();
    const std::string mail =
        "From: r1@d1.example\nTo: leave@example.org\nSubject: unsubscribe " + token(mailing, 1) + "\n\n";
    CHECK(effect_of(mail) == ReportEffect::unsubscribed);
    CHECK_FALSE(active(1));
    CHECK_FALSE(suppressed(1, "notes"));
    CHECK((*audience).member("notes", 1)->reason == "by mail");
}

TEST_CASE_METHOD(ReportFixture, "who joined again leaves again by another mail, and not by the old one") {
    const auto mailing = mail_out();
    const std::string mail =
        "From: r1@d1.example\nTo: leave@example.org\nSubject: unsubscribe " + token(mailing, 1) + "\n\n";
    take(mail);
    clock.advance(1h);
    audience->subscribe("notes", {.address = address(1)}, clock.now(), "test", audience::Again::yes);
    take(mail);
    CHECK(active(1));
    CHECK(effect_of("Date: later\n" + mail) == ReportEffect::unsubscribed);
}

TEST_CASE_METHOD(ReportFixture, "delays, automatic replies and receipts change nothing") {
    const auto mailing = mail_out();
    std::string delay = bounce(copy_of(mailing, 1), "4.4.1", "connection timed out");
    delay.replace(delay.find("failed"), 6, "delayed");
    CHECK(effect_of(delay) == ReportEffect::none);
    CHECK(effect_of(
              "From: r1@d1.example\nSubject: Out of office\nAuto-Submitted: auto-replied\nIn-Reply-To: <" +
              message_id(mailing, 1) + ">\n\nI am away.\n") == ReportEffect::none);
    CHECK(progress(mailing).sent == 3);
    CHECK((*audience).count_active("notes") == 3);
}

TEST_CASE_METHOD(ReportFixture, "where a copy went on nobody's address is ended") {
    const auto mailing = mail_out();
    std::string report = unknown_user(mailing, 1);
    report.insert(report.find("\n\n--B\nContent-Type: message/rfc822"),
                  "\n\nFinal-Recipient: rfc822; other@elsewhere.example\nAction: relayed\nStatus: 2.0.0");
    for (const auto& taken : take(report).reports) CHECK(taken.effect == ReportEffect::none);
    CHECK_FALSE(suppressed(1));
    CHECK(progress(mailing).sent == 3);
}

TEST_CASE_METHOD(ReportFixture, "a copy in doubt that bounced has arrived nowhere, and is not sent again") {
    const auto mailing = mail_out(DeliveryState::in_doubt);
    take(full_mailbox(mailing, 1));
    CHECK(progress(mailing).failed == 1);
    CHECK(progress(mailing).waiting == 2);
    CHECK(mailings->mailing(mailing)->state == queue::MailingState::sending);
    for (const int reader : {2, 3}) take(full_mailbox(mailing, reader));
    CHECK(mailings->mailing(mailing)->state == queue::MailingState::done);
}

TEST_CASE_METHOD(ReportFixture, "a report that comes before the relay's reply stands") {
    const auto mailing = mail_out(std::nullopt);
    const std::vector<std::string> newsletters{"notes"};
    const auto claimed = test::claim_due(database, newsletters, 10, clock.now());
    take(full_mailbox(mailing, 1));
    CHECK(progress(mailing).sending == 2);
    for (const auto& delivery : claimed) {
        const bool ended =
            deliveries->record(delivery, {.kind = queue::OutcomeKind::accepted, .code = 250},
                               {.state = DeliveryState::sent, .due = clock.now()}, "main", clock.now());
        if (ended) mailings->settle(mailing, 1, clock.now());
    }
    CHECK(progress(mailing).failed == 1);
    CHECK(progress(mailing).sent == 2);
    CHECK(mailings->mailing(mailing)->state == queue::MailingState::done);
}

TEST_CASE_METHOD(ManyReaders, "a burst of words about the sender suppresses nobody and is said once") {
    std::vector<std::int64_t> told;
    for (int post = 0; post < 6; ++post) {
        const auto mailing = mail_out();
        for (int reader = 1; reader <= 40; ++reader) {
            const auto taken = take(
                bounce(copy_of(mailing, reader), "5.7.1",
                       fmt::format("550 5.7.1 [192.0.2.{}] blocked by our policy", reader), address(reader)));
            CHECK(taken.reports.front().effect == ReportEffect::about_us);
            if (taken.reports.front().readers_told > 0) told.push_back(taken.reports.front().readers_told);
        }
        CHECK(progress(mailing).failed == 40);
    }
    CHECK(told == std::vector<std::int64_t>(6, 10));
    CHECK((*audience).count_active("notes") == 100);
}

TEST_CASE_METHOD(ManyReaders, "where a share of the readers has no host it is our name server") {
    const auto mailing = mail_out();
    std::int64_t told = 0;
    for (int reader = 1; reader <= 30; ++reader) {
        const auto taken = take(bounce(
            copy_of(mailing, reader), "5.4.4",
            fmt::format("Host or domain name not found. Name service error for name=d{}.example", reader),
            address(reader)));
        if (taken.reports.front().readers_told > 0) told = taken.reports.front().readers_told;
    }
    CHECK(told == 20);
    CHECK((*audience).count_active("notes") == 100);
}

TEST_CASE_METHOD(ManyReaders, "a few dead domains of many are dead") {
    const auto mailing = mail_out();
    for (int reader = 1; reader <= 15; ++reader)
        take(bounce(
            copy_of(mailing, reader), "5.4.4",
            fmt::format("Host or domain name not found. Name service error for name=d{}.example", reader),
            address(reader)));
    CHECK((*audience).count_active("notes") == 85);
}

TEST_CASE_METHOD(ManyReaders, "a relay without a connection counts against no reader") {
    for (int post = 0; post < 6; ++post) {
        const auto mailing = mail_out();
        for (int reader = 1; reader <= 30; ++reader)
            take(bounce(copy_of(mailing, reader), "4.4.1",
                        fmt::format("connect to mx{}.example: Connection timed out", reader),
                        address(reader)));
    }
    CHECK((*audience).count_active("notes") == 100);
}

TEST_CASE_METHOD(ReportFixture, "what cannot be read is counted, and no mail is none") {
    CHECK(take("no mail\n").unreadable == bounce::ReadError::no_message);
    CHECK((*reports).counted(clock.now(), ReportEffect::unreadable) == 1);
}

TEST_CASE_METHOD(ReportFixture, "a proved mail is kept for 90 days, its reports for longer") {
    const std::string mail = unknown_user(mail_out(), 1);
    take(mail);
    CHECK((*reports).octets_of(1) == mail);
    clock.advance(89 * 24h);
    CHECK(reports->forget_old(clock.now(), 100) == 0);
    clock.advance(2 * 24h);
    CHECK(reports->forget_old(clock.now(), 100) == 1);
    CHECK_FALSE((*reports).octets_of(1));
    CHECK((*reports).find(1)->effect == ReportEffect::suppressed);
}

TEST_CASE_METHOD(ReportFixture, "of what says nothing new no mail is kept, and it is forgotten within days") {
    const auto mailing = mail_out();
    take(unknown_user(mailing, 1));
    take("X-Again: yes\n" + unknown_user(mailing, 1));
    take(bounce("From: a@b.example\n", "5.1.1", "550 5.1.1 user unknown"));
    CHECK((*reports).octets_of(1));
    CHECK_FALSE((*reports).octets_of(2));
    clock.advance(8 * 24h);
    CHECK(reports->forget_old(clock.now(), 100) == 2);
}

TEST_CASE_METHOD(ReportFixture, "a mail with a thousand recipients and twenty names is taken at once") {
    const auto mailing = mail_out();
    std::string mail = bounce("From: notes@example.org\n", "5.1.1", "550 5.1.1 user unknown");
    std::string status;
    for (int i = 0; i < 990; ++i)
        status += fmt::format("Final-Recipient: rfc822; x{}@d.example\nAction: failed\nStatus: 5.1.1\n\n", i);
    mail.insert(mail.find("Final-Recipient"), status);
    CHECK(take(mail).reports.size() == 991);
    CHECK((*reports).counted(clock.now(), ReportEffect::unproved) == 991);
    CHECK(progress(mailing).sent == 3);
}

TEST_CASE_METHOD(ReportFixture, "a report that cannot be written is not taken at all") {
    const auto mailing = mail_out();
    db::RawSql(database).execute(
        "CREATE TRIGGER broken BEFORE INSERT ON suppressions BEGIN SELECT RAISE(ABORT, 'broken'); END");
    CHECK_THROWS_AS(take(unknown_user(mailing, 1)), db::Error);
    CHECK(progress(mailing).sent == 3);
    db::RawSql(database).execute("DROP TRIGGER broken");
    CHECK(effect_of(unknown_user(mailing, 1)) == ReportEffect::suppressed);
}
