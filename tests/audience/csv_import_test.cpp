#include "audience/csv_import.hpp"

#include <catch2/catch.hpp>

#include <sstream>

#include "audience_fixture.hpp"

using namespace paperround;
using namespace paperround::audience;
using test::Audience;

namespace {

struct Imported {
    Result<ImportReport, ImportError> result;
    std::vector<Rejected> rejected;
    std::vector<std::string> notes;
};

Imported import(Audience& a, const std::string& text, Again again = Again::no) {
    std::istringstream input(text);
    std::vector<Rejected> rejected;
    std::vector<std::string> notes;
    ImportOptions options{.newsletter = "notes", .source = "import test.csv", .again = again};
    options.on_rejected = [&](const Rejected& row) { rejected.push_back(row); };
    options.on_note = [&](std::string_view words) { notes.emplace_back(words); };
    auto result = import_csv(a.database, input, options, a.now);
    return {std::move(result), std::move(rejected), std::move(notes)};
}

}  // namespace

TEST_CASE("importing adds readers with names and attributes") {
    Audience a;
    const auto done =
        import(a, "E-Mail;Name;First name\r\nann@Example.ORG;Ann  Lee;Ann\r\nbob@bücher.example;;\r\n");
    REQUIRE(done.result);
    CHECK(*done.result == ImportReport{2, 2, 0, 0, 0, 0, 0});
    const auto ann = a.store->find("ann@example.org").value();
    CHECK(ann.name == "Ann Lee");
    CHECK(ann.attributes == std::map<std::string, std::string>{{"first_name", "Ann"}});
    CHECK(a.store->find("bob@xn--bcher-kva.example").value().attributes.empty());
    CHECK(a.store->member("notes", ann.id).value().source == "import test.csv");
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
    CHECK(a.store->find("dan@example.org"));
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
    CHECK(a.store->find("ann@example.org").value().name == "New");
}

TEST_CASE("a second import updates, and adds nobody twice or again") {
    Audience a;
    REQUIRE(import(a, "email,name\nann@example.org,A\nbob@example.org,B\n").result);
    a.store->leave("notes", a.store->find("bob@example.org")->id, a.now);
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

TEST_CASE("Windows-1252 is read and said once") {
    Audience a;
    const auto done = import(a, "email,pr\xE9nom\nann@example.org,J\xF6rg \x80\nbob@example.org,Zo\xEB\n");
    REQUIRE(done.result);
    CHECK(done.result->added == 2);
    CHECK(a.store->find("ann@example.org").value().attributes.at("prénom") == "Jörg €");
    REQUIRE(done.notes.size() == 1);
    CHECK(done.notes[0].find("line 1 is not UTF-8: read as Windows-1252") != std::string::npos);
}

TEST_CASE("a row that is not UTF-8 in a file that is gets rejected with its line") {
    const std::string text =
        GENERATE(as<std::string>{}, "email,name\nbob@example.org,Jörg\nann@example.org,J\xF6rg\n",
                 "\xEF\xBB\xBF"
                 "email,name\nbob@example.org,B\nann@example.org,J\xF6rg\n");
    Audience a;
    const auto row = import(a, text);
    REQUIRE(row.rejected.size() == 1);
    CHECK(row.rejected[0].line == 3);
    CHECK(row.rejected[0].reason == "not UTF-8, as earlier lines are; save the file as UTF-8");
    CHECK(a.store->find("bob@example.org"));
}

TEST_CASE("Windows-1252 is read in a domain and refused before the @") {
    Audience a;
    const auto done = import(a,
                             "email\nann@b\xFC"
                             "cher.example\nj\xFCrgen@example.org\n");
    CHECK(a.active() == std::vector<std::string>{"ann@xn--bcher-kva.example"});
    REQUIRE(done.rejected.size() == 1);
    CHECK(done.rejected[0].reason == "not UTF-8 before the @; save the file as UTF-8");
}

TEST_CASE("octets that are no characters anywhere are an error in the header and reject a row") {
    Audience a;
    CHECK(import(a, "email,x\x81\n").result.error().code == ImportError::Code::wrong_encoding);
    CHECK(import(a, "email,name\nann@example.org,\x81\n").result->rejected == 1);
}

TEST_CASE("a file of another kind is an error that says what it is") {
    Audience a;
    const auto done = import(a, "\x1F\x8B\x08");
    REQUIRE_FALSE(done.result);
    CHECK(done.result.error().code == ImportError::Code::no_list);
    CHECK(done.result.error().message ==
          "line 1: this is a gzip file: unpack it (gunzip), and import the CSV file in it");
}

TEST_CASE("what stands before the header is skipped and said") {
    Audience a;
    const auto done = import(a, "# exported 2026\nReaders,\nemail,name\nann@example.org,Ann\n");
    REQUIRE(done.result);
    CHECK(done.result->added == 1);
    CHECK(done.notes == std::vector<std::string>{"line 3 is the header; what is before it is skipped"});
}

TEST_CASE("addresses without a header are imported") {
    Audience a;
    const auto done = import(a, "ann@example.org,Ann\nbob@example.org\n");
    REQUIRE(done.result);
    CHECK(done.result->added == 2);
    CHECK(a.store->find("ann@example.org").value().name == "Ann");
    CHECK(done.notes == std::vector<std::string>{"no header line: taken as addresses and names"});
}

TEST_CASE("a word for having left next to an address without a header refuses the row") {
    Audience a;
    const auto done = import(a, "ann@example.org,subscribed\nbob@example.org,Unsubscribed\n");
    REQUIRE(done.rejected.size() == 1);
    CHECK(done.rejected[0].line == 2);
    CHECK(done.rejected[0].reason.find("put a line such as \"email,status\" before it") != std::string::npos);
}

TEST_CASE("the later of two columns of one name counts where the first is empty") {
    Audience a;
    const auto done = import(a,
                             "Email,Email,city,City\n,ann@example.org,,Bath\nbob@example.org,,Rome,Oslo\n"
                             "cid@example.org,dan@example.org,,\n");
    CHECK(done.result->added == 2);
    CHECK(a.store->find("ann@example.org").value().attributes.at("city") == "Bath");
    CHECK(a.store->find("bob@example.org").value().attributes.at("city") == "Rome");
    REQUIRE(done.rejected.size() == 1);
    CHECK(done.rejected[0].reason == "two columns 'email', which differ");
}

TEST_CASE("an address may stand in angle brackets behind its name") {
    const auto [field, name] = GENERATE(table<std::string, std::string>({
        {"Ann Lee <ann@example.org>", "Ann Lee"},
        {"\"\"\"Lee, Ann\"\" <ann@example.org>\"", "Lee, Ann"},
        {"\"Lee, Ann (work) <ann@example.org>\"", "Lee, Ann (work)"},
        {"<ann@example.org>", ""},
        {"\"Lee, Ann (ann@example.org)\"", "Lee, Ann"},
        {"Ann ( ann@example.org )", "Ann"},
        {"mailto:ann@example.org", ""},
        {"Ann <mailto:ann@example.org>", "Ann"},
        {"ann@example.org <ann@Example.org>", ""},
        {"\xC2\xA0"
         "Ann\xC2\xA0<ann@example.org>\xE2\x80\x8B",
         "Ann"},
    }));
    Audience a;
    CHECK(import(a, "email\n" + field + "\n").result->added == 1);
    CHECK(a.store->find("ann@example.org").value().name == name);
}

TEST_CASE("two addresses in a field are refused") {
    const std::string field =
        GENERATE(as<std::string>{}, "\"ann@example.org, Bob <bob@example.org>\"",
                 "Ann <ann@example.org> Bob <bob@example.org>", "bob@example.org <ann@example.org>");
    Audience a;
    CHECK(import(a, "email\n" + field + "\n").result->rejected == 1);
    CHECK(a.active().empty());
}

TEST_CASE("invisible characters around addresses and names go and within an address refuse the row") {
    Audience a;
    const auto done = import(a,
                             "email,name\n\xE2\x80\xAA"
                             "ann@example.org\xE2\x80\xAC,\xEF\xBB\xBF"
                             "Ann\xC2\xA0Lee\xE2\x80\x8B\n"
                             "bo\xE2\x80\x8B"
                             "b@example.org,Bob\n");
    CHECK(a.store->find("ann@example.org").value().name == "Ann Lee");
    REQUIRE(done.rejected.size() == 1);
    CHECK(done.rejected[0].reason == "an invisible character (U+200B) in it: type it again");
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
    CHECK(a.store->find("ann@example.org").value().attributes.at("note") == "one\ntwo");
}

TEST_CASE("progress is told after each batch and reaches the end of the file") {
    Audience a;
    std::string text = "email\n";
    for (int i = 0; i < 2500; ++i) text += "r" + std::to_string(i) + "@example.org\n";
    std::istringstream input(text);
    std::vector<ImportProgress> progress;
    ImportOptions options{.newsletter = "notes", .source = "test"};
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
