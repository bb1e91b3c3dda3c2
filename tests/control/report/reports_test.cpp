#include "control/report/reports.hpp"

#include "audience/audience_store.hpp"
#include "control/desk_fixture.hpp"
#include "db/raw_sql.hpp"

using namespace paperround;
using control::Refusal;
using queue::ReportEffect;

namespace {

// A mailing to a hundred readers, of whom some bounced and some complained.
struct ReportsFixture : test::DeskFixture {
    ReportsFixture() {
        mailing = mailing_to(100);
        db::RawSql(database()).execute("UPDATE deliveries SET state = 5");
        for (int i = 1; i <= 10; ++i) add(i, "bounce", "user_unknown", ReportEffect::suppressed);
        db::RawSql(database()).execute("UPDATE deliveries SET state = 6 WHERE id <= 10");
    }
    std::int64_t add(std::int64_t delivery, const std::string& kind, const std::string& reason,
                     ReportEffect effect) {
        test::Committing<queue::ReportStore> store(database());
        const std::string octets = kind + std::to_string(delivery);
        const auto mail = store->add_mail(octets, "pipe", clock.now());
        store->keep_octets(*mail, octets);
        store->count(clock.now(), "pipe", kind, effect);
        return store
            ->add({.mail_id = *mail,
                   .at = clock.now(),
                   .source = "pipe",
                   .kind = kind,
                   .of_class = "hard",
                   .reason = reason,
                   .status = "5.1.1",
                   .code = 550,
                   .recipient = "r@example.org",
                   .diagnostic = "550 5.1.1 no",
                   .words = "w",
                   .delivery_id = delivery,
                   .mailing_id = mailing,
                   .subscriber_id = delivery,
                   .newsletter = "notes",
                   .effect = effect},
                  kind)
            .value();
    }
    std::vector<std::int64_t> listed(const control::ReportQuestion& question) {
        std::vector<std::int64_t> ids;
        REQUIRE(reports.list(question, [&](const queue::ReportRow& row) { ids.push_back(row.id); }));
        return ids;
    }

    std::int64_t mailing = 0;
    control::Reports reports{desk};
};

}  // namespace

TEST_CASE_METHOD(ReportsFixture, "reports are listed from the newest on, and by what is asked for") {
    const auto complaint = add(20, "complaint", "abuse", ReportEffect::complained);
    CHECK(listed({.limit = 2}) == std::vector<std::int64_t>{complaint, 10});
    CHECK(listed({.kind = "complaint"}) == std::vector<std::int64_t>{complaint});
    CHECK(listed({.effect = "suppressed"}).size() == 10);
    CHECK(listed({.mailing = mailing}).size() == 11);
    CHECK(listed({.since = clock.now() + Duration(1)}).empty());
}

TEST_CASE_METHOD(ReportsFixture, "what there is not is refused with the words that there are") {
    const auto refused = [&](const control::ReportQuestion& question) {
        const auto answer = reports.list(question, [](const queue::ReportRow&) {});
        REQUIRE_FALSE(answer);
        return answer.error();
    };
    CHECK(refused({.kind = "bounces"}).code == Refusal::Code::malformed);
    CHECK_THAT(refused({.effect = "gone"}).message, Catch::Contains("suppressed"));
    CHECK(refused({.mailing = 99}).code == Refusal::Code::unknown);
    CHECK(refused({.recipient = "nobody@example.org"}).code == Refusal::Code::unknown);
    CHECK(refused({.newsletter = "nots"}).code == Refusal::Code::unknown);
    CHECK(reports.show(999).error().code == Refusal::Code::unknown);
}

TEST_CASE_METHOD(ReportsFixture, "one report is shown with the mail that it came in") {
    const auto view = reports.show(1);
    REQUIRE(view);
    CHECK(view->row.diagnostic == "550 5.1.1 no");
    CHECK(view->mail == "bounce1");
    CHECK(control::to_json(view->row) ==
          R"({"report":1,"time":"2026-09-21T14:13:20.000Z","source":"pipe","kind":"bounce","class":"hard",)"
          R"("reason":"user_unknown","status":"5.1.1","code":550,"recipient":"r@example.org",)"
          R"("diagnostic":"550 5.1.1 no","delivery":{"mailing":1,"newsletter":"notes","reader":1},)"
          R"("effect":"suppressed"})");
}

TEST_CASE_METHOD(ReportsFixture,
                 "shares are of those who answered, and complaints of those who were reached") {
    add(20, "complaint", "abuse", ReportEffect::complained);
    const auto shares = reports.shares(30, 10);
    REQUIRE(shares.size() == 2);  // the mailing, and the only provider
    CHECK(shares[0].mailing == mailing);
    CHECK(shares[0].answered == 100);
    CHECK(shares[0].bounced == 10);
    CHECK(shares[0].complaints == 1);
    CHECK(shares[0].bounce_share() == Approx(0.1));
    CHECK(shares[0].complaint_share() == Approx(1.0 / 90));
    CHECK(shares[0].standing() == "too high");
    CHECK(shares[1].name == "example.org");
    CHECK(shares[1].complaints == 1);
    clock.advance(std::chrono::hours(31 * 24));
    CHECK(reports.shares(30, 10).empty());
}

TEST_CASE("the limits of providers are 0.1 and 0.3 percent of complaints") {
    const auto standing = [](std::int64_t complaints) {
        return control::ReportShare{
            .mailing = 1, .name = "notes", .answered = 10'000, .complaints = complaints}
            .standing();
    };
    CHECK(standing(9).empty());
    CHECK(standing(10) == "high");
    CHECK(standing(29) == "high");
    CHECK(standing(30) == "too high");
}

TEST_CASE_METHOD(ReportsFixture, "what came is counted by day, kind and effect") {
    const auto counts = reports.counts(1);
    REQUIRE(counts.size() == 1);
    CHECK(control::to_json(counts[0]) ==
          R"({"day":"2026-09-21","source":"pipe","kind":"bounce","effect":"suppressed","count":10})");
}
