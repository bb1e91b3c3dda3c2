#include "control/reader/link_import.hpp"

#include <sstream>

#include "audience/audience_store.hpp"
#include "audience/past/taken_over_store.hpp"
#include "control/desk_fixture.hpp"
#include "control/reader/erasure.hpp"
#include "support/seeded_random.hpp"

using namespace paperround;
using control::LinkReport;
using control::Refusal;

namespace {

struct LinkFixture : test::DeskFixture {
    LinkFixture() {
        for (const char* address : {"ada@example.org", "bob@example.org"})
            store->subscribe("notes", {.address = address}, clock.now(), "import list.csv");
    }
    control::Answer<LinkReport> import(const std::string& csv, const std::string& path = "/subscription/",
                                       const std::string& column = {}) {
        std::istringstream file(csv);
        return control::import_links(desk, settings.newsletters[0], file,
                                     {.file_name = "old.csv", .path = path, .column = column});
    }
    std::optional<audience::TakenOverLink> link(const std::string& token) {
        return audience::TakenOverStore(database()).find(token);
    }

    test::Committing<audience::AudienceStore> store{database()};
};

}  // namespace

TEST_CASE_METHOD(LinkFixture, "old tokens stand for readers: of a table, listmonk, Ghost and Mailchimp") {
    CHECK(import("token,email\nabc,ada@example.org\n")->added == 1);
    CHECK(import("uuid,email,name,attributes,status\n7f0c,Bob@example.org,Bob,{},enabled\n")->added == 1);
    CHECK(import("id,email,uuid\n1,ada@example.org,9aa1\n", "/unsubscribe/")->added == 1);
    CHECK(import("Email Address,First Name,LEID,EUID\nbob@example.org,Bob,17,4a5b\n")->added == 1);
    CHECK(link("abc") == audience::TakenOverLink{"notes", 1});
    CHECK(link("7f0c") == audience::TakenOverLink{"notes", 2});
    CHECK(link("9aa1") == audience::TakenOverLink{"notes", 1});
    CHECK(link("4a5b") == audience::TakenOverLink{"notes", 2});
    CHECK_FALSE(link("1"));
    CHECK(audience::TakenOverStore(database()).paths() ==
          std::vector<std::string>{"/subscription/", "/unsubscribe/"});
}

TEST_CASE_METHOD(LinkFixture, "each row is counted once: added, known, a stranger's or bad") {
    const auto report = import(
        "email,token\nada@example.org,a\nada@example.org,a\nwho@example.org,b\nnobody,c\nbob@example.org,\n");
    CHECK(*report == LinkReport{.rows = 5, .added = 1, .known = 1, .strangers = 1, .rejected = 2});
    CHECK(
        actions().back() ==
        "anna: links import, old.csv: 5 rows, below /subscription/, of notes: 1 added, 1 known, 1 of strangers, 2 "
        "rejected");
}

TEST_CASE_METHOD(LinkFixture, "the column of the tokens can be named, and must be there") {
    CHECK(import("email,Old Id\nada@example.org,x1\n", "/leave/", "old id")->added == 1);
    CHECK(import("email,Old Id\nada@example.org,x1\n").error().code == Refusal::Code::bad_content);
    CHECK(import("email,token\n", "/leave/", "nothing").error().code == Refusal::Code::bad_content);
    CHECK(import("").error().code == Refusal::Code::bad_content);
}

TEST_CASE_METHOD(LinkFixture, "a path has slashes at both ends, and is none of our own") {
    for (const char* path :
         {"", "/", "//", "leave/", "/leave", "/le ave/", "/u/", "/u/x/", "/websub/", "/a//b/"})
        CHECK(import("email,token\n", path).error().code == Refusal::Code::malformed);
}

TEST_CASE_METHOD(LinkFixture, "who is forgotten takes his old links with him") {
    REQUIRE(import("token,email\nabc,ada@example.org\n"));
    test::SeededRandom random;
    REQUIRE(control::forget(desk, random, "ada@example.org"));
    CHECK_FALSE(link("abc"));
}
