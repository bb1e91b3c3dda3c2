// Readers of "notes" whose mailings were sent, and what comes back of them.
#pragma once

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "audience/audience_store.hpp"
#include "base/address/mailbox.hpp"
#include "pipeline/data/data_directory.hpp"
#include "pipeline/intake/report_intake.hpp"
#include "queue/admin/delivery_log.hpp"
#include "queue/store/delivery_store.hpp"
#include "queue/store/mailing_store.hpp"
#include "queue/store/report_store.hpp"
#include "support/claiming.hpp"
#include "support/committing.hpp"
#include "support/manual_clock.hpp"
#include "support/temp_dir.hpp"

namespace paperround::test {

using queue::ReportEffect;

struct ReportFixture {
    explicit ReportFixture(int readers = 3) {
        for (int i = 1; i <= readers; ++i) {
            for (const char* newsletter : {"notes", "news"})
                audience->subscribe(newsletter, {.address = address(i)}, clock.now(), "test");
        }
    }

    static std::string address(std::int64_t reader) { return fmt::format("r{}@d{}.example", reader, reader); }

    // A mailing to all readers of the newsletter, whose deliveries have this outcome; or wait, where there is none.
    std::int64_t mail_out(std::optional<queue::DeliveryState> state = queue::DeliveryState::sent,
                          const std::string& newsletter = "notes") {
        const auto id = mailings->create_mailing({.newsletter = newsletter,
                                                  .post_id = ++last_post,
                                                  .title = "A post",
                                                  .key = fmt::format("key{:013}", last_post),
                                                  .seal = fmt::format("seal {}", last_post),
                                                  .not_before = clock.now()},
                                                 clock.now());
        mailings->start_due(clock.now());
        std::vector<queue::Addressee> addressees;
        for (const auto& reader : (*audience).reach(newsletter, 0, 1000).readers)
            addressees.push_back({reader.id, reader.address});
        deliveries->add_deliveries(*id, addressees, clock.now());
        mailings->finish_fan_out(*id, clock.now());
        if (!state) return *id;
        const std::vector<std::string> newsletters{newsletter};
        db::Transaction transaction(database);
        queue::Allowance allowance;
        allowance.newsletters.push_back({newsletter});
        queue::ClaimTurns turns;
        std::int64_t ended = 0;
        for (const auto& delivery : queue::claim(database, allowance, 1'000'000, turns, clock.now())) {
            const bool accepted = *state == queue::DeliveryState::sent;
            const bool final = queue::DeliveryStore(database).record(
                delivery,
                {.kind = accepted ? queue::OutcomeKind::accepted : queue::OutcomeKind::in_doubt, .code = 250},
                {.state = *state, .due = clock.now(), .counted = true, .doubted = !accepted}, "main",
                clock.now());
            if (final) ++ended;
        }
        queue::MailingStore(database).settle(*id, ended, clock.now());
        transaction.commit();
        return *id;
    }

    // Of the reader's copy.
    std::string message_id(std::int64_t mailing, std::int64_t reader) {
        const auto delivery = queue::DeliveryLookup(database).of_reader(mailing, reader).value();
        const auto known = (*mailings).mailing(mailing).value();
        return queue::message_id({known.key, known.seal}, delivery.id, "example.org");
    }
    std::string token(std::int64_t mailing, std::int64_t reader,
                      const std::string& newsletter = "notes") const {
        return signer.sign({.newsletter = newsletter, .subscriber_id = reader, .mailing_id = mailing});
    }
    // The header of a copy, as reports quote it.
    std::string copy_of(std::int64_t mailing, std::int64_t reader,
                        const std::string& newsletter = "notes") const {
        return "From: notes@example.org\nList-Unsubscribe: <https://news.example.org/u/" +
               token(mailing, reader, newsletter) + ">\n";
    }
    static std::string bounce(const std::string& copy, const std::string& status,
                              const std::string& diagnostic, const std::string& to = "ada@reader.example") {
        return "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: notes@example.org\n"
               "Subject: Undelivered Mail Returned to Sender\n"
               "Content-Type: multipart/report; report-type=delivery-status; boundary=B\n\n"
               "--B\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
               "Final-Recipient: rfc822; " +
               to + "\nAction: failed\nStatus: " + status + "\nDiagnostic-Code: smtp; " + diagnostic +
               "\n\n--B\nContent-Type: message/rfc822\n\n" + copy + "\nHello.\n\n--B--\n";
    }
    std::string unknown_user(std::int64_t mailing, std::int64_t reader) const {
        return bounce(copy_of(mailing, reader), "5.1.1", "550 5.1.1 <" + address(reader) + ">: user unknown",
                      address(reader));
    }
    std::string full_mailbox(std::int64_t mailing, std::int64_t reader) const {
        return bounce(copy_of(mailing, reader), "5.2.2", "552 5.2.2 mailbox full", address(reader));
    }
    static std::string complaint(const std::string& copy) {
        return "From: fbl@provider.example\nTo: abuse@example.org\nSubject: complaint\n"
               "Content-Type: multipart/report; report-type=feedback-report; boundary=B\n\n"
               "--B\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n\n"
               "--B\nContent-Type: message/rfc822\n\n" +
               copy + "\nHello.\n\n--B--\n";
    }

    pipeline::TakenMail take(const std::string& mail, const std::string& source = "pipe") {
        const pipeline::ReturnedMail returned{mail, source, {}};
        return intake.take({&returned, 1}).front();
    }
    // What the mail's only report did.
    ReportEffect effect_of(const std::string& mail) {
        const auto taken = take(mail);
        REQUIRE(taken.reports.size() == 1);
        return taken.reports.front().effect;
    }
    queue::Progress progress(std::int64_t mailing) {
        return queue::DeliveryStore(database).progress(mailing);
    }
    bool suppressed(std::int64_t reader, const std::string& newsletter = {}) {
        return (*audience).is_suppressed(address(reader), newsletter);
    }
    bool active(std::int64_t reader, const std::string& newsletter = "notes") {
        return (*audience).is_active(newsletter, reader);
    }

    TempDir dir;
    ManualClock clock;
    std::int64_t last_post = 0;
    db::Database database = pipeline::open_database(dir.path());
    Committing<audience::AudienceStore> audience{database};
    Committing<queue::MailingStore> mailings{database};
    Committing<queue::DeliveryStore> deliveries{database};
    Committing<queue::ReportStore> reports{database};
    audience::TokenSigner signer{std::string(32, 's')};
    queue::Recall recall;
    pipeline::ReportIntake intake{database, signer, clock, &recall};
};

}  // namespace paperround::test
