#include "audience/csv_reader.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <sstream>

using namespace paperround::audience;
using Fields = std::vector<std::string>;

namespace {

std::vector<CsvRow> rows_of(const std::string& text, CsvLimits limits = {}) {
    std::istringstream input(text);
    CsvReader reader(input, limits);
    std::vector<CsvRow> rows;
    for (CsvRow row; reader.next(row);) rows.push_back(row);
    return rows;
}

// The only row of a text.
Fields fields_of(const std::string& text) {
    const auto rows = rows_of(text);
    REQUIRE(rows.size() == 1);
    REQUIRE(rows[0].problem.empty());
    return rows[0].fields;
}

bool mentions(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("an empty file has no rows") {
    CHECK(rows_of("").empty());
    CHECK(rows_of("\n\r\n\r").empty());
    CHECK(rows_of("\xEF\xBB\xBF").empty());
}

TEST_CASE("a byte order mark is not part of the first field") {
    CHECK(fields_of("\xEF\xBB\xBF"
                    "a,b") == Fields{"a", "b"});
}

TEST_CASE("quoted fields hold separators, doubled quotes and line breaks") {
    CHECK(fields_of("\"a,b\",\"say \"\"hi\"\"\",\"two\r\nlines\"\r\n") ==
          Fields{"a,b", "say \"hi\"", "two\r\nlines"});
    CHECK(fields_of("\"\",,\"\"") == Fields{"", "", ""});
}

TEST_CASE("a quote inside an unquoted field is an ordinary character") {
    CHECK(fields_of("5\" disk,Jo \"Bob\" Lee") == Fields{"5\" disk", "Jo \"Bob\" Lee"});
}

TEST_CASE("every kind of line break ends a row, and lines are counted in each") {
    const std::string text = GENERATE(as<std::string>{}, "a\nb\n\"x\ny\"\nc", "a\r\nb\r\n\"x\r\ny\"\r\nc",
                                      "a\rb\r\"x\ry\"\rc", "a\nb\n\"x\ny\"\nc\n");
    const auto rows = rows_of(text);
    REQUIRE(rows.size() == 4);
    CHECK(rows[0].line == 1);
    CHECK(rows[1].line == 2);
    CHECK(rows[2].line == 3);
    CHECK(rows[3].line == 5);
    CHECK(rows[3].fields == Fields{"c"});
}

TEST_CASE("empty lines are skipped but counted") {
    const auto rows = rows_of("a\n\n\nb");
    REQUIRE(rows.size() == 2);
    CHECK(rows[1].line == 4);
}

TEST_CASE("the separator is what the first line has most of") {
    CHECK(fields_of("email;name, full;city") == Fields{"email", "name, full", "city"});
    CHECK(fields_of("email\tname") == Fields{"email", "name"});
    CHECK(fields_of("\"a;b;c\",d") == Fields{"a;b;c", "d"});
    CHECK(fields_of("email") == Fields{"email"});
}

TEST_CASE("text after a closing quote costs only its own row") {
    const auto rows = rows_of("a,b\n\"x\"y,z\nc,d");
    REQUIRE(rows.size() == 3);
    CHECK(rows[1].line == 2);
    CHECK(mentions(rows[1].problem, "after a closing quote"));
    CHECK(rows[2].fields == Fields{"c", "d"});
    CHECK(rows[2].line == 3);
}

TEST_CASE("a quote that is never closed costs only its own row") {
    const auto rows = rows_of("a,b\n\"x,y\nc,d\ne,f");
    REQUIRE(rows.size() == 4);
    CHECK(mentions(rows[1].problem, "never closed"));
    CHECK(rows[2].fields == Fields{"c", "d"});
    CHECK(rows[3].line == 4);
}

TEST_CASE("a stray quote that swallows lines gives them back") {
    const auto rows = rows_of("a,b\n\"x,y\n\"c\",d\ne,f");
    REQUIRE(rows.size() == 4);
    CHECK_FALSE(rows[1].problem.empty());
    CHECK(rows[2].fields == Fields{"c", "d"});
    CHECK(rows[3].fields == Fields{"e", "f"});
}

TEST_CASE("a field of 11 MiB is refused and the next row is read") {
    const std::string big(11U << 20U, 'x');
    const auto unquoted = rows_of("a,b\n" + big + ",1\nc,d");
    REQUIRE(unquoted.size() == 3);
    CHECK(mentions(unquoted[1].problem, "more than 65536 octets"));
    CHECK(unquoted[2].line == 3);
    const auto quoted = rows_of("a,b\n\"" + big + "\",1\nc,d");
    REQUIRE(quoted.size() == 3);
    CHECK(mentions(quoted[1].problem, "closing quote"));
    CHECK(quoted[2].fields == Fields{"c", "d"});
}

TEST_CASE("a field just at the limit is accepted") {
    CHECK(fields_of(std::string(65536, 'x') + ",b").front().size() == 65536);
    CHECK_FALSE(rows_of(std::string(65537, 'x') + ",b").front().problem.empty());
}

TEST_CASE("a row over the limit is refused though each field is short") {
    std::string row;
    for (int i = 0; i < 30; ++i) row += std::string(60000, 'x') + ",";
    const auto rows = rows_of("a\n" + row + "\nb");
    REQUIRE(rows.size() == 3);
    CHECK(mentions(rows[1].problem, "more than 1048576 octets"));
}

TEST_CASE("ten thousand columns are refused") {
    const auto rows = rows_of("a,b\n" + std::string(9999, ',') + "\nc,d");
    REQUIRE(rows.size() == 3);
    CHECK(mentions(rows[1].problem, "more than 200 columns"));
    CHECK(rows[1].fields.size() <= 200);
}

TEST_CASE("a NUL character spoils its row only") {
    const auto rows = rows_of(std::string("a,b\nx\0y,z\nc,d", 13));
    REQUIRE(rows.size() == 3);
    CHECK(mentions(rows[1].problem, "NUL"));
    CHECK(rows[2].problem.empty());
}

TEST_CASE("quotes on every line do not make reading quadratic") {
    std::string text = "a\n";
    for (int i = 0; i < 200'000; ++i) text += "\"x\n";
    // Each quote closes the one before it, with text behind it: every line is a bad row of its own.
    const auto rows = rows_of(text);
    CHECK(rows.size() == 200'001);
    CHECK(std::all_of(rows.begin() + 1, rows.end(), [](const CsvRow& row) { return !row.problem.empty(); }));
}

TEST_CASE("rows that straddle the reader's chunks are whole") {
    std::string text = "email,name\n";
    for (int i = 0; i < 20'000; ++i)
        text +=
            "reader" + std::to_string(i) + "@example.org,\"Reader\r\n\"\"" + std::to_string(i) + "\"\"\"\r\n";
    const auto rows = rows_of(text);
    REQUIRE(rows.size() == 20'001);
    for (int i = 0; i < 20'000; ++i) {
        const auto& row = rows[static_cast<std::size_t>(i) + 1];
        REQUIRE(row.fields[0] == "reader" + std::to_string(i) + "@example.org");
        REQUIRE(row.fields[1] == "Reader\r\n\"" + std::to_string(i) + "\"");
        REQUIRE(row.line == static_cast<std::uint64_t>(i) * 2 + 2);
    }
}
