#include "audience/csv_import.hpp"

#include <catch2/catch.hpp>

#include <sstream>

#include "audience/csv_export.hpp"
#include "audience_fixture.hpp"
#include "base/encoding.hpp"

using namespace paperround;
using namespace paperround::audience;
using test::Audience;

namespace {

struct Imported {
    Result<ImportReport, ImportError> result;
    std::vector<Rejected> rejected;
};

Imported import(Audience& a, const std::string& text, Again again = Again::no) {
    std::istringstream input(text);
    std::vector<Rejected> rejected;
    ImportOptions options{"notes", "import test.csv", again, {}, {}};
    options.on_rejected = [&](const Rejected& row) { rejected.push_back(row); };
    auto result = import_csv(a.database, input, options, a.now);
    return {std::move(result), std::move(rejected)};
}

}  // namespace

TEST_CASE("importing adds readers with names and attributes") {
    Audience a;
    const auto done =
        import(a, "E-Mail;Name;First name\r\nann@Example.ORG;Ann  Lee;Ann\r\nbob@bücher.example;;\r\n");
    REQUIRE(done.result);
    CHECK(*done.result == ImportReport{2, 2, 0, 0, 0, 0, 0});
    const auto ann = a.store.find("ann@example.org").value();
    CHECK(ann.name == "Ann Lee");
    CHECK(ann.attributes == std::map<std::string, std::string>{{"first_name", "Ann"}});
    CHECK(a.store.find("bob@xn--bcher-kva.example").value().attributes.empty());
    CHECK(a.store.member("notes", ann.id).value().source == "import test.csv");
}

TEST_CASE("each bad row is reported with line, reason and address, and the others are imported") {
    Audience a;
    const auto done =
        import(a,
               "email,name\nann@example.org,Ann\nnobody,X\n\"two\nlines\",Y\nbob@example.org,\"B\x01\"\n"
               "cid@example.org,C,extra\ndan@example.org\n");
    REQUIRE(done.result);
    CHECK(*done.result == ImportReport{6, 2, 0, 0, 0, 0, 4});
    REQUIRE(done.rejected.size() == 4);
    CHECK(done.rejected[0].line == 3);
    CHECK(done.rejected[0].reason == "no @");
    CHECK(done.rejected[0].address == "nobody");
    CHECK(done.rejected[1].line == 4);
    CHECK(done.rejected[1].address == "twolines");
    CHECK(done.rejected[2].line == 6);
    CHECK(done.rejected[2].reason == "a control character in the name");
    CHECK(done.rejected[3].reason == "3 fields where the header has 2");
    CHECK(a.store.find("dan@example.org"));
}

TEST_CASE("addresses that would smuggle headers or commands are rejected") {
    const std::string address =
        GENERATE(as<std::string>{}, "\"ann@example.org\nBcc: x@example.org\"",
                 "\"ann@example.org\r\nRCPT TO:<x@x.org>\"", "ann@example.org>", "<ann@example.org",
                 "\"ann@example.org, bob@example.org\"", "ann@[127.0.0.1]", "@example.org", "ann@",
                 "ann@-x.org", "an n@example.org", "a@b@c d.org", "ann@example..org");
    CAPTURE(address);
    Audience a;
    const auto done = import(a, "email\n" + address + "\n");
    REQUIRE(done.result);
    CHECK(done.result->rejected == 1);
    CHECK(a.active().empty());
}

TEST_CASE("duplicates within the file are one reader, and the last row wins") {
    Audience a;
    const auto done = import(a, "email,name\nann@example.org,Old\nbob@example.org,B\nANN@example.org,New\n");
    REQUIRE(done.result);
    CHECK(*done.result == ImportReport{3, 2, 0, 0, 0, 1, 0});
    CHECK(a.store.find("ann@example.org").value().name == "New");
}

TEST_CASE("a second import updates, and adds nobody twice or again") {
    Audience a;
    REQUIRE(import(a, "email,name\nann@example.org,A\nbob@example.org,B\n").result);
    a.store.leave("notes", a.store.find("bob@example.org")->id, a.now);
    a.suppress("cid@example.org");
    const std::string text = "email,name\nann@example.org,Ann\nbob@example.org,Bob\ncid@example.org,C\n";
    CHECK(*import(a, text).result == ImportReport{3, 0, 1, 1, 1, 0, 0});
    CHECK(a.active() == std::vector<std::string>{"ann@example.org"});
    CHECK(*import(a, text, Again::yes).result == ImportReport{3, 1, 1, 0, 1, 0, 0});
}

TEST_CASE("an empty file is an error that says what was expected") {
    Audience a;
    const auto done = import(a, "");
    REQUIRE_FALSE(done.result);
    CHECK(done.result.error().code == ImportError::Code::empty);
    CHECK(done.result.error().message == "line 1: the file is empty: expected a header line");
}

TEST_CASE("a file without an address column is an error that shows its header") {
    Audience a;
    const auto done = import(a, "\n\nwho,where\nx,y\n");
    REQUIRE_FALSE(done.result);
    CHECK(done.result.error().code == ImportError::Code::no_address_column);
    CHECK(done.result.error().message ==
          "line 3: no address column: expected one named email or address, found: who, where");
}

TEST_CASE("UTF-16 is named as such, with and without byte order mark") {
    const std::string text =
        GENERATE(as<std::string>{},
                 std::string("\xFF\xFE"
                             "e\0m\0a\0",
                             8),
                 std::string("\xFE\xFF\0e\0m", 6), std::string("e\0m\0a\0i\0l\0\n\0", 12));
    Audience a;
    const auto done = import(a, text);
    REQUIRE_FALSE(done.result);
    CHECK(done.result.error().code == ImportError::Code::wrong_encoding);
    CHECK(done.result.error().message == "line 1: this is UTF-16; save the file as UTF-8");
}

TEST_CASE("a Latin-1 header is an error, a Latin-1 row among UTF-8 rows is rejected with its line") {
    Audience a;
    const auto header = import(a,
                               "email,gr\xF6\xDF"
                               "e\nann@example.org,1\n");
    REQUIRE_FALSE(header.result);
    CHECK(header.result.error().code == ImportError::Code::wrong_encoding);
    const auto row = import(a, "email,name\nann@example.org,J\xF6rg\nbob@example.org,Jörg\n");
    REQUIRE(row.result);
    REQUIRE(row.rejected.size() == 1);
    CHECK(row.rejected[0].line == 2);
    CHECK(row.rejected[0].reason == "not UTF-8 (Latin-1?); save the file as UTF-8");
    CHECK(a.store.find("bob@example.org").value().name == "Jörg");
}

TEST_CASE("a rejected address is safe to show on a terminal") {
    Audience a;
    const auto done = import(a, "email\n\"\x1b[31m" + std::string(500, 'x') + "\"\n");
    REQUIRE(done.rejected.size() == 1);
    CHECK(done.rejected[0].address == "[31m" + std::string(76, 'x'));
}

TEST_CASE("a name over the limit is rejected") {
    Audience a;
    CHECK(import(a, "email,name\nann@example.org," + std::string(256, 'x') + "\n").result->added == 1);
    CHECK(import(a, "email,name\nbob@example.org," + std::string(257, 'x') + "\n").result->rejected == 1);
}

TEST_CASE("attributes keep their line breaks and lose other controls' rows") {
    Audience a;
    const auto done = import(a, "email,note\nann@example.org,\"one\ntwo\"\nbob@example.org,\"x\x1by\"\n");
    CHECK(done.result->rejected == 1);
    CHECK(a.store.find("ann@example.org").value().attributes.at("note") == "one\ntwo");
}

TEST_CASE("progress is told after each batch and reaches the end of the file") {
    Audience a;
    std::string text = "email\n";
    for (int i = 0; i < 2500; ++i) text += "r" + std::to_string(i) + "@example.org\n";
    std::istringstream input(text);
    std::vector<ImportProgress> progress;
    ImportOptions options{"notes", "test", Again::no, {}, {}};
    options.on_progress = [&](const ImportProgress& now) {
        CHECK_FALSE(a.database.in_transaction());
        progress.push_back(now);
    };
    REQUIRE(import_csv(a.database, input, options, a.now));
    REQUIRE(progress.size() == 3);
    CHECK(progress[0].rows == 1000);
    CHECK(progress[2].rows == 2500);
    CHECK(progress[2].octets == text.size());
}

TEST_CASE("a bomb of columns, quotes and rows leaves the good rows standing") {
    Audience a;
    std::string text = "email,name\n";
    for (int i = 0; i < 300; ++i) text += std::string(2000, i % 2 == 0 ? ',' : '"') + "\n";
    const auto done = import(a, text + "ann@example.org,Ann\n");
    REQUIRE(done.result);
    CHECK(done.result->added == 1);
    CHECK(done.result->rejected == 300);
}

TEST_CASE("what is exported is imported again without loss") {
    Audience a;
    const std::string awkward = "a, \"b\"; c\nd =SUM(A1)";
    a.store.subscribe("notes", {0, "ann@example.org", "=cmd|' /C calc'!A0", {{"note", awkward}}}, a.now,
                      "test");
    a.store.subscribe("notes", {0, "bob@example.org", "Bob, \"B\"", {{"city", "Bath"}}}, a.now, "test");
    std::ostringstream output;
    CHECK(export_csv(a.store, "notes", {}, output) == 2);
    Audience b;
    REQUIRE(import(b, output.str()).result);
    for (const char* address : {"ann@example.org", "bob@example.org"}) {
        CHECK(b.store.find(address).value() == a.store.find(address).value());
    }
}

TEST_CASE("an export holds the chosen state only and ends its lines with CRLF") {
    Audience a;
    a.add("ann@example.org");
    a.add("bob@example.org");
    a.store.remove("notes", "bob@example.org", a.now);
    std::ostringstream output;
    export_csv(a.store, "notes", {State::active, ""}, output);
    CHECK(output.str() == "email,name\r\nann@example.org,\r\n");
}

TEST_CASE("only fields that need it are quoted") {
    CHECK(csv_field("plain") == "plain");
    CHECK(csv_field("a;b") == "\"a;b\"");
    CHECK(csv_field("say \"hi\"") == "\"say \"\"hi\"\"\"");
    CHECK(csv_field(" x") == "\" x\"");
    CHECK(csv_field("").empty());
}
