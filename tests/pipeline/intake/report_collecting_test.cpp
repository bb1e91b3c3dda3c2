#include "pipeline/intake/report_collecting.hpp"

#include "db/raw_sql.hpp"
#include "pipeline/fixture.hpp"
#include "pipeline/intake/report_fixture.hpp"
#include "support/seeded_random.hpp"

using namespace paperround;
using queue::ReportEffect;
namespace fs = std::filesystem;

namespace {

class HeardEvents final : public test::RememberedEvents {
  public:
    void bounce_mailbox(std::string_view, std::string_view trouble) override {
        heard.emplace_back(trouble.empty() ? "collected again" : "not collected");
    }
    std::vector<std::string> heard;
};

struct CollectingFixture : test::ReportFixture {
    explicit CollectingFixture(int readers = 3) : ReportFixture(readers) {
        for (const char* part : {"new", "cur", "tmp"}) fs::create_directories(maildir / part);
        settings.data_dir = dir.path();
        settings.bounces.mailboxes = {{.maildir = maildir}};
        other.emplace(pipeline::open_database(dir.path()));
    }
    void deliver(const std::string& name, const std::string& mail) { dir.write("mail/new/" + name, mail); }
    std::size_t collect() {
        pipeline::ReportCollecting collecting(settings, {{.mailbox = {.maildir = maildir}, .password = {}}},
                                              signer, clock, events, recall);
        return collecting.collect(*other, std::stop_token());
    }
    std::size_t collect_all() {
        pipeline::ReportCollecting collecting(settings, {{.mailbox = {.maildir = maildir}, .password = {}}},
                                              signer, clock, events, recall);
        std::size_t sum = 0;
        while (const std::size_t taken = collecting.collect(*other, std::stop_token())) sum += taken;
        return sum;
    }
    std::set<std::string> files(const std::string& folder) const {
        std::set<std::string> names;
        for (const auto& entry : fs::directory_iterator(maildir / folder))
            if (entry.is_regular_file()) names.insert(entry.path().filename().string());
        return names;
    }
    std::int64_t counted(ReportEffect effect) { return (*reports).counted(clock.now(), effect); }

    fs::path maildir = dir / "mail";
    config::Settings settings;
    HeardEvents events;
    std::optional<db::Database> other;
};

struct TwentyThousand : CollectingFixture {
    TwentyThousand() : CollectingFixture(20'000) {}
};

struct ManyMails : CollectingFixture {
    ManyMails() : CollectingFixture(200) {}
};

}  // namespace

TEST_CASE_METHOD(CollectingFixture, "a mail takes effect and is moved") {
    const auto mailing = mail_out();
    deliver("1.a.host", unknown_user(mailing, 1));
    CHECK(collect() == 1);
    CHECK(suppressed(1));
    CHECK(files("new").empty());
    CHECK(files("cur") == std::set<std::string>{"1.a.host:2,S"});
    CHECK(collect() == 0);
}

TEST_CASE_METHOD(CollectingFixture, "what cannot be read is put aside, said and counted") {
    deliver("1.a.host", "no mail\n");
    deliver("2.b.host", "From: a@b.example\n\n" + std::string(bounce::message_limit, 'x'));
    CHECK(collect_all() == 2);
    CHECK(files(".Unreadable/new") == std::set<std::string>{"1.a.host", "2.b.host"});
    CHECK(counted(ReportEffect::unreadable) == 2);
    CHECK(fs::file_size(maildir / ".Unreadable/new/2.b.host") > bounce::message_limit);
}

TEST_CASE_METHOD(CollectingFixture, "a mailbox that is gone is said once, and so is its return") {
    fs::rename(maildir, dir / "away");
    pipeline::ReportCollecting collecting(settings, {{.mailbox = {.maildir = maildir}, .password = {}}},
                                          signer, clock, events, recall);
    for (int i = 0; i < 3; ++i) CHECK(collecting.collect(*other, std::stop_token()) == 0);
    CHECK(events.heard == std::vector<std::string>{"not collected"});
    fs::rename(dir / "away", maildir);
    CHECK(collecting.collect(*other, std::stop_token()) == 0);
    CHECK(events.heard.back() == "collected again");
}

TEST_CASE_METHOD(CollectingFixture, "a link, a folder and a hidden file are no mails, and stop nobody") {
    fs::create_symlink("/etc/passwd", maildir / "new/link");
    fs::create_directory(maildir / "new/folder");
    deliver(".hidden", "x");
    deliver("1.a.host", unknown_user(mail_out(), 1));
    CHECK(collect_all() == 1);
    CHECK(suppressed(1));
}

TEST_CASE_METHOD(CollectingFixture, "while nothing can be written nothing is moved") {
    deliver("1.a.host", unknown_user(mail_out(), 1));
    db::RawSql(database).execute(
        "CREATE TRIGGER broken BEFORE INSERT ON suppressions BEGIN SELECT RAISE(ABORT, 'broken'); END");
    CHECK_THROWS_AS(collect(), db::Error);
    CHECK(files("new").size() == 1);
    db::RawSql(database).execute("DROP TRIGGER broken");
    CHECK(collect() == 1);
    CHECK(suppressed(1));
}

// A kill between the commit and the move leaves mails in `new` that were taken, between two moves some of them.
TEST_CASE_METHOD(ManyMails, "a kill at any moment loses no report and counts none twice") {
    const auto mailing = mail_out();
    test::SeededRandom random;
    for (int i = 1; i <= 200; ++i)
        deliver(std::to_string(i), i % 4 == 0   ? "no mail " + std::to_string(i) + "\n"
                                   : i % 4 == 1 ? bounce("X-Number: " + std::to_string(i) + "\n", "5.1.1",
                                                         "550 5.1.1 user unknown")
                                   : i % 4 == 2 ? complaint(copy_of(mailing, i))
                                                : unknown_user(mailing, i));
    for (int kills = 0; kills < 1000; ++kills) {
        pipeline::Maildir mails(maildir);
        const auto found = mails.next(1 + random.next() % 9, 1U << 20U, bounce::message_limit + 1);
        REQUIRE(found);
        if (found->empty()) {
            // Whoever restores old mails has them taken again for nothing.
            for (const std::string& name : files("cur"))
                fs::rename(maildir / "cur" / name, maildir / "new" / name.substr(0, name.find(':')));
            for (const std::string& name : files(".Unreadable/new"))
                fs::rename(maildir / ".Unreadable/new" / name, maildir / "new" / name);
            continue;
        }
        std::vector<pipeline::ReturnedMail> returned;
        for (const auto& mail : *found) returned.push_back({mail.octets, "maildir", {}});
        const auto moment = random.next() % 3;
        if (moment == 0) {  // within the transaction: nothing of it is there
            db::RawSql(database).execute(
                "CREATE TRIGGER killed BEFORE INSERT ON report_counts BEGIN SELECT RAISE(ABORT, 'killed'); END");
            try {
                static_cast<void>(intake.take(returned));
            } catch (const db::Error&) {
            }
            db::RawSql(database).execute("DROP TRIGGER killed");
            continue;
        }
        const auto taken = intake.take(returned);
        const std::size_t moved = moment == 1 ? random.next() % (found->size() + 1) : found->size();
        for (std::size_t i = 0; i < moved; ++i)
            taken[i].unreadable ? mails.unreadable((*found)[i].name) : mails.taken((*found)[i].name);
    }
    CHECK(collect_all() + files("cur").size() > 0);
    CHECK(files("new").empty());
    CHECK(files("cur").size() == 150);
    CHECK(files(".Unreadable/new").size() == 50);
    CHECK(counted(ReportEffect::unreadable) == 50);
    CHECK(counted(ReportEffect::unproved) == 50);
    CHECK(counted(ReportEffect::complained) == 50);
    CHECK(counted(ReportEffect::suppressed) == 50);
    CHECK(counted(ReportEffect::repeated) == 0);
    CHECK(progress(mailing).failed == 50);
    CHECK((*audience).count_active("notes") == 100);
}

// build/dev/tests/pipeline_tests "twenty thousand*": says how many a second; a release takes several times as many.
TEST_CASE_METHOD(TwentyThousand, "twenty thousand reports are taken in flat memory", "[.][long]") {
    const auto mailing = mail_out();
    for (int i = 1; i <= 20'000; ++i) deliver(std::to_string(i), unknown_user(mailing, i));
    const auto began = std::chrono::steady_clock::now();
    CHECK(collect_all() == 20'000);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    WARN(20'000 / took.count() << " reports a second");
    CHECK(progress(mailing).failed == 20'000);
}
