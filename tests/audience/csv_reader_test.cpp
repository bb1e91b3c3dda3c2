#include "audience/csv_reader.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <ctime>
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
    CHECK(fields_of("\"\",,\"x\"") == Fields{"", "", "x"});
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

TEST_CASE("blanks stand around quotes without belonging to the field") {
    CHECK(fields_of("ada@example.org, \"Lovelace, Ada\" ,x") ==
          Fields{"ada@example.org", "Lovelace, Ada", "x"});
    CHECK(fields_of("a;\t\"b;c\"\t;d") == Fields{"a", "b;c", "d"});
    CHECK(fields_of("a\t \"b\"\t\tc") == Fields{"a", "b", "", "c"});
    CHECK(fields_of("a, b c ,d") == Fields{"a", " b c ", "d"});
}

TEST_CASE("a quote that is not doubled is taken as it stands where its field ends on the line") {
    CHECK(fields_of("x,\"Ben \"B\" X\",y") == Fields{"x", "Ben \"B\" X", "y"});
    CHECK(fields_of("x,\"5\" disk\"") == Fields{"x", "5\" disk"});
}

TEST_CASE("a field that Excel marks as text is read without its mark") {
    CHECK(fields_of("=\"ada@example.org\",=\"0049, 30\"") == Fields{"ada@example.org", "0049, 30"});
    CHECK(fields_of("a,=1+1") == Fields{"a", "=1+1"});
}

TEST_CASE("rows in which nothing is seen are skipped and counted") {
    const std::string text = GENERATE(
        as<std::string>{}, "a,b\n,\nc,d\n", "a,b\n\"\", \nc,d\n", "a,b\n\xC2\xA0,\xE2\x80\x8B\nc,d\n",
        std::string("a,b\n\0\0\0\nc,d\n\0\0", 14), "a,b\n \nc,d\n\x1A", "a,b\n,,,,\nc,d\x1A");
    const auto rows = rows_of(text);
    REQUIRE(rows.size() == 2);
    CHECK(rows[1].fields == Fields{"c", "d"});
    CHECK(rows[1].line == 3);
}

TEST_CASE("a first line may name the separator") {
    const auto [text, third] = GENERATE(table<std::string, std::string>({
        {"sep=;\na;b,c;d", "d"},
        {"\"sep=;\"\r\na;b,c;d", "d"},
        {"SEP=|\na|b,c|d", "d"},
        {"sep=\t\na\tb,c\td", "d"},
        {"\xEF\xBB\xBFsep=;\na;b,c;d", "d"},
        {"sep=;;\na;b,c;d", "d"},
    }));
    const auto rows = rows_of(text);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].line == 2);
    CHECK(rows[0].fields == Fields{"a", "b,c", third});
}

TEST_CASE("a line about a separator that none can be is data") {
    CHECK(fields_of("sep=x") == Fields{"sep=x"});
    CHECK(fields_of("sep=") == Fields{"sep="});
    CHECK(fields_of("sep=,a") == Fields{"sep=", "a"});
}

TEST_CASE("a title before the header does not choose the separator") {
    const auto rows = rows_of("Readers of A, B, C and D\nE-mail;name\nada@example.org;Ada");
    REQUIRE(rows.size() == 3);
    CHECK(rows[1].fields == Fields{"E-mail", "name"});
    CHECK(fields_of("email|name") == Fields{"email", "name"});
}

namespace {
std::string utf16(const std::u16string& text, bool big_endian) {
    std::string out;
    for (const char16_t unit : text) {
        const char high = static_cast<char>(unit >> 8U);
        const char low = static_cast<char>(unit & 0xFFU);
        out += big_endian ? std::string{high, low} : std::string{low, high};
    }
    return out;
}
}  // namespace

TEST_CASE("UTF-16 is read in either order with and without its mark") {
    const bool big_endian = GENERATE(false, true);
    const std::u16string mark = GENERATE(as<std::u16string>{}, u"", u"\xFEFF");
    const auto rows =
        rows_of(utf16(mark + u"email\tname\r\nada@example.org\tM\u00FCller \u4F60 \U0001F600\n", big_endian));
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].fields == Fields{"email", "name"});
    CHECK(rows[1].fields == Fields{"ada@example.org", "M\xC3\xBCller \xE4\xBD\xA0 \xF0\x9F\x98\x80"});
    CHECK(rows[1].line == 2);
}

TEST_CASE("UTF-16 that straddles the reader's chunks is whole") {
    std::u16string text =
        u"\xFEFF"
        u"email;name\n";
    for (int i = 0; i < 20'000; ++i) text += u"a@example.org;\U0001F600\u00FC\n";
    const auto rows = rows_of("" + utf16(text, false));
    REQUIRE(rows.size() == 20'001);
    CHECK(std::all_of(rows.begin() + 1, rows.end(), [](const CsvRow& row) {
        return row.fields == Fields{"a@example.org", "\xF0\x9F\x98\x80\xC3\xBC"};
    }));
}

TEST_CASE("half a surrogate pair is no text") {
    const auto rows =
        rows_of(utf16(u"\xFEFF"
                      u"email\nx\xD83D"
                      u"y\n\xDE00\n",
                      false));
    REQUIRE(rows.size() == 3);
    CHECK(rows[1].fields == Fields{"x\xFFy"});
    CHECK(rows[2].fields == Fields{"\xFF"});
}

TEST_CASE("a file of another kind has no rows and is named in plain words") {
    const auto [text, words] = GENERATE(table<std::string, std::string>({
        {std::string("PK\x03\x04\x14\0[Content_Types].xml", 25), "Excel workbook (.xlsx)"},
        {"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "OpenDocument spreadsheet"},
        {"PK\x03\x04list.csv", "a ZIP archive or an Excel workbook"},
        {"\x1F\x8B\x08", "a gzip file"},
        {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an old Excel workbook (.xls)"},
        {"%PDF-1.7\n", "a PDF file"},
        {"{\\rtf1", "an RTF document"},
        {"7z\xBC\xAF\x27\x1C", "a 7-Zip archive"},
        {"\n<!DOCTYPE html><html>", "a web page"},
        {"\xEF\xBB\xBF<html><body>login", "a web page"},
        {"<?xml version=\"1.0\"?>", "XML"},
        {"{\"members\": []}", "JSON"},
        {"[{\"email\": \"a@example.org\"}]", "JSON"},
        {"BEGIN:VCARD\r\n", "vCard"},
        {std::string("\xFF\xFE\0\0e\0\0\0", 8), "UTF-32"},
        {std::string("SQLite format 3\0", 16), "an SQLite database"},
    }));
    std::istringstream input(text);
    CsvReader reader(input);
    CsvRow row;
    CHECK_FALSE(reader.next(row));
    CAPTURE(reader.foreign());
    CHECK(mentions(reader.foreign(), words));
}

TEST_CASE("a list of addresses in angle brackets is no web page") {
    CHECK(fields_of("<ada@example.org>") == Fields{"<ada@example.org>"});
}

TEST_CASE("reading is linear whatever there is a hundred thousand times of") {
    const std::string part = GENERATE(as<std::string>{}, "\"", "\"\"", "\" \"", "\" ", " \"", ",\"", "\",",
                                      "\"a\"", "=\"", "\"\n", "\"a\"b\n", "x,\"a\n", "a\",\"c\n", " ", "\t",
                                      "\n", ",", ",\n", "sep=;\n", "\xC2\xA0", "\xFF", "@\n", "mail;\n");
    std::string text = "email,name\n";
    for (int i = 0; i < 100'000; ++i) text += part;
    CAPTURE(part);
    const std::clock_t begin = std::clock();
    CHECK(rows_of(text).size() <= 100'002);
    // Processor time: tenths of a second without sanitizers, while a quadratic reader takes minutes.
    CHECK((std::clock() - begin) / CLOCKS_PER_SEC < 10);
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
