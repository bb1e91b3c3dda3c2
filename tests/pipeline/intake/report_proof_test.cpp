#include "pipeline/intake/report_proof.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "bounce/reader.hpp"
#include "pipeline/data/data_directory.hpp"
#include "queue/store/delivery_store.hpp"
#include "queue/store/mailing_store.hpp"
#include "support/committing.hpp"
#include "support/manual_clock.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using pipeline::ProvenDelivery;

namespace {

// Mailing 1 of "notes", to Ada (subscriber 11, delivery 1) and Ben (12, delivery 2).
struct ProofFixture {
    explicit ProofFixture(const std::string& seal = ProofFixture::seal) {
        test::Committing<queue::MailingStore> mailings(database);
        test::Committing<queue::DeliveryStore> deliveries(database);
        mailings->create_mailing(
            {.newsletter = "notes", .post_id = 1, .key = key, .seal = seal, .not_before = clock.now()},
            clock.now());
        mailings->start_due(clock.now());
        deliveries->add_deliveries(
            1, std::vector<queue::Addressee>{{11, "ada@reader.example"}, {12, "ben@reader.example"}},
            clock.now());
    }
    std::string token(const audience::TokenSigner& by, std::int64_t reader = 11) const {
        return by.sign({.newsletter = "notes", .subscriber_id = reader, .mailing_id = 1});
    }
    // A bounce of `to` that quotes a message with these fields.
    static std::string bounce(const std::string& quoted, const std::string& to = "ada@reader.example",
                              const std::string& outer = {}) {
        return "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: notes@example.org\nSubject: failure notice\n" +
               outer +
               "Content-Type: multipart/report; report-type=delivery-status; boundary=B\n\n"
               "--B\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
               "Final-Recipient: rfc822; " +
               to +
               "\nAction: failed\nStatus: 5.1.1\n\n--B\nContent-Type: message/rfc822\n\nFrom: notes@example.org\n" +
               quoted + "\nHello.\n\n--B--\n";
    }
    static std::string link(const std::string& token) {
        return "List-Unsubscribe: <https://news.example.org/u/" + token + ">\n";
    }
    static std::string id(const std::string& of_key, int delivery, const std::string& of_seal = seal) {
        return "Message-ID: <" + queue::message_id({of_key, of_seal}, delivery, "example.org") + ">\n";
    }
    std::optional<ProvenDelivery> proven(const std::string& message) {
        return proven(message, pipeline::ReportProof(&signer, &database));
    }
    std::optional<ProvenDelivery> proven(const std::string& message, const pipeline::ReportProof& proof) {
        const auto reading = bounce::read_message(message);
        REQUIRE(reading);
        return proof.prove(reading->traces, reading->reports.front(), clock.now());
    }

    static constexpr const char* key = "k3v9x2m7q5t8w4zb";
    static constexpr const char* seal = "a secret of the mailing";
    const ProvenDelivery ada{1, "notes", 11};
    test::TempDir dir;
    test::ManualClock clock;
    db::Database database = pipeline::open_database(dir.path());
    audience::TokenSigner signer{std::string(32, 's')};
};

// The mailing was made before there were seals.
struct UnsealedFixture : ProofFixture {
    UnsealedFixture() : ProofFixture("") {}
};

}  // namespace

TEST_CASE_METHOD(ProofFixture, "our token in a quoted List-Unsubscribe proves the delivery") {
    CHECK(proven(bounce(link(token(signer)))) == ada);
    // Whoever forwards mail is told of under another address.
    CHECK(proven(bounce(link(token(signer)), "else@elsewhere.example")) == ada);
}

TEST_CASE_METHOD(ProofFixture, "a header that was folded within still has its token") {
    std::string folded = link(token(signer));
    folded.insert(folded.find("<https"), "\n\t");
    CHECK(proven(bounce(folded)) == ada);
}

TEST_CASE_METHOD(ProofFixture, "a forged token proves nothing") {
    std::string altered = token(signer);
    altered[20] = altered[20] == 'A' ? 'B' : 'A';
    CHECK_FALSE(proven(bounce(link(altered))));
    const audience::TokenSigner stranger(std::string(32, 'x'));
    CHECK_FALSE(proven(bounce(link(token(stranger)))));
    CHECK_FALSE(proven(bounce(link(std::string(60, 'A')))));
}

TEST_CASE_METHOD(ProofFixture, "a token in the report's own header quotes nothing") {
    CHECK_FALSE(proven(bounce("Subject: x\n", "ada@reader.example", link(token(signer)))));
}

TEST_CASE_METHOD(ProofFixture, "tokens of two readers prove neither") {
    const std::string two = "List-Unsubscribe: <https://news.example.org/u/" + token(signer, 11) +
                            ">, <https://news.example.org/u/" + token(signer, 12) + ">\n";
    CHECK_FALSE(proven(bounce(two)));
    CHECK_FALSE(proven(bounce(two + id(key, 1))));
}

TEST_CASE_METHOD(ProofFixture, "a link that no mailing carried proves no delivery") {
    CHECK_FALSE(
        proven(bounce(link(signer.sign({.newsletter = "notes", .subscriber_id = 11, .mailing_id = 0})))));
}

TEST_CASE_METHOD(ProofFixture, "our Message-ID proves the delivery to the address that is named") {
    CHECK(proven(bounce(id(key, 1))) == ada);
    CHECK(proven(bounce(id(key, 1) + "To: Ada <Ada@reader.example>\n", "else@elsewhere.example")) == ada);
}

TEST_CASE_METHOD(ProofFixture, "who knows a mailing's key proves nothing about other readers") {
    CHECK_FALSE(proven(bounce(id(key, 1, ""))));  // their number and address are not enough
    CHECK_FALSE(proven(bounce(id(key, 1, "guessed"))));
    const std::string bens = queue::message_id({key, seal}, 2, "example.org");
    const std::string mark = bens.substr(bens.rfind('.', bens.find('@')));
    CHECK_FALSE(proven(bounce(fmt::format("Message-ID: <{}.1{}>\n", key, mark))));
    CHECK_FALSE(proven(bounce(id(key, 1), "guessed@reader.example")));
    CHECK_FALSE(proven(bounce(id(key, 2))));  // Ben's delivery, and the report names Ada
    CHECK_FALSE(proven(bounce(id(key, 3))));
}

TEST_CASE_METHOD(UnsealedFixture, "a Message-ID of before there were seals proves its delivery for 90 days") {
    CHECK(proven(bounce(fmt::format("Message-ID: <{}.1@example.org>\n", key))) == ada);
    CHECK_FALSE(proven(bounce(fmt::format("Message-ID: <{}.1@example.org>\n", key), "ben@reader.example")));
    CHECK_FALSE(proven(bounce(id(key, 1, "guessed"))));
    clock.advance(std::chrono::days(90));
    CHECK(proven(bounce(id(key, 1, ""))) == ada);
    clock.advance(Duration(1));
    CHECK_FALSE(proven(bounce(id(key, 1, ""))));
}

TEST_CASE_METHOD(ProofFixture, "a sealed Message-ID proves its delivery whenever the report comes") {
    clock.advance(std::chrono::days(1000));
    CHECK(proven(bounce(id(key, 1))) == ada);
}

TEST_CASE_METHOD(ProofFixture, "a Message-ID of another form or key proves nothing") {
    CHECK_FALSE(proven(bounce(id("k3v9x2m7q5t8w4za", 1))));
    CHECK_FALSE(proven(bounce(id("", 1))));
    for (const std::string text :
         {"<k3v9x2m7q5t8w4zb@example.org>", "<k3v9x2m7q5t8w4zb.x@example.org>", "<k3v9x2m7q5t8w4zb.1>",
          "<k3v9x2m7q5t8w4zb.-1@example.org>", "<k3v9x2m7q5t8w4zb.99999999999999999999@example.org>",
          "<k3v9x2m7q5t8w4zb.1.@example.org>", "<k3v9x2m7q5t8w4zb..@example.org>"}) {
        INFO(text);
        CHECK_FALSE(proven(bounce("Message-ID: " + text + "\n")));
    }
}

TEST_CASE_METHOD(ProofFixture, "the envelope's id and what a reply answers to are our Message-ID as well") {
    const std::string id = queue::message_id({key, seal}, 1, "example.org");
    const std::string reply =
        "From: ada@reader.example\nSubject: Automatic reply: x\nAuto-Submitted: auto-replied\n"
        "In-Reply-To: <" +
        id + ">\n\nI am away.\n";
    CHECK(proven(reply) == ada);
    std::string status = bounce("Subject: x\n");
    const std::string mta = "Reporting-MTA: dns; mx.example\n";
    status.insert(status.find(mta) + mta.size(), "Original-Envelope-Id: " + id + "\n");
    CHECK(proven(status) == ada);
}

TEST_CASE_METHOD(ProofFixture,
                 "without the key tokens prove nothing, without the database Message-IDs do not") {
    CHECK_FALSE(proven(bounce(link(token(signer))), pipeline::ReportProof(nullptr, &database)));
    CHECK_FALSE(proven(bounce(id(key, 1)), pipeline::ReportProof(&signer, nullptr)));
    CHECK_FALSE(proven(bounce(link(token(signer)) + id(key, 1)), pipeline::ReportProof(nullptr, nullptr)));
}

TEST_CASE_METHOD(ProofFixture, "a request to leave is proved by the token in its subject or address") {
    const auto asks = [&](const std::string& to, const std::string& subject) {
        return "From: ada@reader.example\nTo: " + to + "\nSubject: " + subject + "\n\n";
    };
    CHECK(proven(asks("leave@example.org", "unsubscribe " + token(signer))) == ada);
    CHECK(proven(asks("unsubscribe+" + token(signer) + "@example.org", "")) == ada);
    CHECK_FALSE(proven(asks("leave@example.org", "unsubscribe")));
}
