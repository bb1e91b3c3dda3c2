#include "queue/store/archive_store.hpp"

#include <catch2/catch.hpp>

#include "queue/store/edition_store.hpp"
#include "queue/store/mailing_store.hpp"
#include "queue/store/queue_schema.hpp"
#include "support/committing.hpp"

using namespace paperround;
using namespace paperround::queue;

namespace {

struct Archived {
    Archived() { migrate_queue(database); }
    std::int64_t mailing(const std::string& newsletter, MailingKind kind = MailingKind::newsletter) {
        ++posts;
        return mailings
            ->create_mailing({.newsletter = newsletter,
                              .kind = kind,
                              .post_id = posts,
                              .title = "Post " + std::to_string(posts),
                              .key = "k",
                              .not_before = Time{},
                              .further_posts = {}},
                             Time{})
            .value();
    }
    std::vector<std::int64_t> numbers(std::size_t limit, std::int64_t before = 1'000'000) {
        std::vector<std::int64_t> found;
        for (const SentMailing& sent : (*archive).list("notes", limit, before)) found.push_back(sent.id);
        return found;
    }

    std::int64_t posts = 0;
    db::Database database = db::Database::open(":memory:");
    test::Committing<MailingStore> mailings{database};
    test::Committing<EditionStore> editions{database};
    test::Committing<ArchiveStore> archive{database};
};

}  // namespace

TEST_CASE_METHOD(Archived, "a mailing is in the archive once a copy of it was accepted") {
    const auto sent = mailing("notes");
    static_cast<void>(mailing("notes"));
    CHECK(numbers(10).empty());
    CHECK_FALSE((*archive).find("notes", sent));
    archive->note_sent(sent, from_millis(5));
    archive->note_sent(sent, from_millis(9));  // the first counts
    const auto found = (*archive).find("notes", sent);
    REQUIRE(found);
    CHECK(found->first_sent == from_millis(5));
    CHECK(found->title == "Post 1");
    CHECK(numbers(10) == std::vector<std::int64_t>{sent});
}

TEST_CASE_METHOD(Archived, "personal mail is in no archive, nor is what another newsletter sent") {
    const auto personal = mailing("notes", MailingKind::personal);
    const auto other = mailing("other");
    archive->note_sent(personal, Time{});
    archive->note_sent(other, Time{});
    archive->note_sent(77, Time{});  // there is no such mailing
    CHECK(numbers(10).empty());
    CHECK_FALSE((*archive).find("notes", other));
    CHECK_FALSE((*archive).find("notes", personal));
}

TEST_CASE_METHOD(Archived, "an archive is read in pieces, the newest first") {
    std::vector<std::int64_t> all;
    for (int i = 0; i < 5; ++i) {
        all.insert(all.begin(), mailing("notes"));
        archive->note_sent(all.front(), Time{});
    }
    CHECK(numbers(2) == std::vector{all[0], all[1]});
    CHECK(numbers(2, all[1]) == std::vector{all[2], all[3]});
    CHECK(numbers(2, all[3]) == std::vector{all[4]});
    CHECK(numbers(2, all[4]).empty());
}

TEST_CASE_METHOD(Archived, "an archive has the subjects of all editions") {
    const auto sent = mailing("notes");
    archive->note_sent(sent, Time{});
    editions->keep(sent, {{"", {"x", "Post 1"}}, {"de", {"y", "Beitrag 1"}}});
    const auto found = (*archive).find("notes", sent);
    REQUIRE(found);
    CHECK(found->subjects == std::map<std::string, std::string>{{"", "Post 1"}, {"de", "Beitrag 1"}});
}
