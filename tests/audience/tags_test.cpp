#include "audience/tags.hpp"

#include <catch2/catch.hpp>
#include <sstream>

#include "audience/audience_fixture.hpp"
#include "audience/csv_export.hpp"
#include "audience/csv_import.hpp"

using namespace paperround;
using namespace paperround::audience;

TEST_CASE("a list of tags is read as list managers write it") {
    CHECK(tags_of_list("beta, Long Walks;new") == Tags{"beta", "long walks", "new"});
    CHECK(tags_of_list("\"VIP\",\"new\", vip ,,") == Tags{"new", "vip"});
    CHECK(tags_of_list("  ") == Tags{});
    CHECK(tags_of_list(std::string(65, 'x') + ",ok") == Tags{"ok"});
}

TEST_CASE("tags are added and taken, each once and in order") {
    const Tags before{"a", "b"};
    CHECK(with_tags(before, Tags{"c", "a"}, Tags{"b", "z"}) == Tags{"a", "c"});
    Tags many;
    for (int i = 0; i < 200; ++i) many.push_back("t" + std::to_string(i));
    CHECK(with_tags({}, many, {}).size() == most_tags);
}

TEST_CASE("tags are stored as they are") {
    for (const Tags& tags : {Tags{}, Tags{"a"}, Tags{"long walks", "zz"}})
        CHECK(decode_tags(encode_tags(tags)) == tags);
}

TEST_CASE("what is no tag is told why") {
    CHECK(tag_problem("ok").empty());
    CHECK_FALSE(tag_problem("").empty());
    CHECK_FALSE(tag_problem("a,b").empty());
    CHECK_FALSE(tag_problem("a\nb").empty());
    CHECK_FALSE(tag_problem("\xff").empty());
    CHECK_FALSE(tag_problem(std::string(65, 'x')).empty());
}

namespace {

ImportReport import(test::Audience& a, const std::string& csv) {
    std::istringstream file(csv);
    return import_csv(a.database, file, {.newsletter = "notes", .source = "import x.csv"}, a.now).value();
}

}  // namespace

TEST_CASE("the column tags of an import gives tags, and takes none away") {
    test::Audience a;
    import(a, "email,tags\nada@example.org,\"beta, new\"\n");
    import(a, "email,tags,town\nada@example.org,VIP,Bath\n");
    const auto ada = (*a.store).find("ada@example.org");
    REQUIRE(ada);
    CHECK(ada->tags == Tags{"beta", "new", "vip"});
    CHECK(ada->attributes == std::map<std::string, std::string>{{"town", "Bath"}});
}

TEST_CASE("tags go through an export to another server") {
    test::Audience here;
    import(here, "email,tags,town\nada@example.org,\"beta, new\",Bath\nbob@example.org,,\n");
    here.suppress("gone@example.org");
    std::ostringstream csv;
    export_csv(*here.store, "notes", {}, csv);
    test::Audience there;
    CHECK(import(there, csv.str()).rejected == 0);
    CHECK((*there.store).find("ada@example.org")->tags == Tags{"beta", "new"});
    CHECK((*there.store).find("ada@example.org")->attributes.size() == 1);
    CHECK((*there.store).find("bob@example.org")->tags.empty());
    CHECK((*there.store).is_suppressed("gone@example.org"));
}

TEST_CASE("a fan-out that chooses sees all that is known of a reader, and counts only those it means") {
    test::Audience a;
    import(a, "email,tags,town\na@x.org,beta,Bath\nb@x.org,,Bath\nc@x.org,beta,Wells\nd@x.org,beta,\n");
    a.suppress("c@x.org");
    a.suppress("b@x.org");
    const Wanted beta = [](const Subscriber& reader) {
        return std::ranges::find(reader.tags, "beta") != reader.tags.end();
    };
    const auto reached = a.store->reach("notes", 0, 10, beta);
    REQUIRE(reached.readers.size() == 2);
    CHECK(reached.readers[1].address == "d@x.org");
    CHECK(reached.suppressed == 1);
    CHECK(reached.complete);
    CHECK(a.store->reach("notes", 0, 2, beta).last == 2);
    const auto count = a.store->count_active_after("notes", 1, beta);
    CHECK(count.mailable == 1);
    CHECK(count.suppressed == 1);
}
