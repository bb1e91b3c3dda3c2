#include "audience/csv_columns.hpp"

#include <catch2/catch.hpp>

using namespace paperround::audience;

TEST_CASE("column names are normalised for use in templates") {
    CHECK(normalised_column_name("First name") == "first_name");
    CHECK(normalised_column_name("  E-Mail (work) ") == "e_mail_work");
    CHECK(normalised_column_name("Größe") == "größe");
    CHECK(normalised_column_name("--") == "");
}

TEST_CASE("the address column has several names") {
    const std::string name = GENERATE(as<std::string>{}, "email", "E-mail", "ADDRESS", "Email Address",
                                      "e-mail address", "email_address");
    CAPTURE(name);
    const auto columns = read_header({"city", name, "Name"});
    REQUIRE(columns);
    CHECK(columns->address == 1);
    CHECK(columns->name == 2);
    CHECK(columns->attributes == std::vector<std::string>{"city", "", ""});
}

TEST_CASE("next to an email column, an address column is an attribute") {
    const auto columns = read_header({"address", "email"});
    REQUIRE(columns);
    CHECK(columns->address == 1);
    CHECK(columns->attributes == std::vector<std::string>{"address", ""});
}

TEST_CASE("where no column has one of the usual names, one that ends like them is the address column") {
    const std::string name = GENERATE(as<std::string>{}, "Primary Email", "E-mail 1 - Value", "user_email",
                                      "Correo electrónico", "Adresse e-mail", "Subscriber");
    CAPTURE(name);
    const auto columns = read_header({"has opted out of email", name, "Name"});
    REQUIRE(columns);
    CHECK(columns->address == 1);
}

TEST_CASE("a heading and a row of data are no header, whatever they end with") {
    CHECK_FALSE(read_header({"Readers of our email"}));
    CHECK_FALSE(read_header({"ann@post.email", "Ann"}));
}

TEST_CASE("a header without an address column is refused with what it holds") {
    const auto columns = read_header({"who", "where\x1b"});
    REQUIRE_FALSE(columns);
    CHECK(columns.error().no_address);
    CHECK(columns.error().reason ==
          "no address column: expected one named email or address, found: who, where");
}

TEST_CASE("a first line that is data is recognised") {
    const auto columns = read_header({"ann@example.org", "Ann"});
    REQUIRE_FALSE(columns);
    CHECK(columns.error().reason.find("looks like data") != std::string::npos);
}

TEST_CASE("of two columns of one name the later is the first one's twin") {
    const auto columns = read_header({"email", "First Name", "first-name", "Email"});
    REQUIRE(columns);
    CHECK(columns->address == 0);
    CHECK(columns->attributes == std::vector<std::string>{"", "first_name", "", ""});
    CHECK(columns->twins == std::vector<std::pair<std::size_t, std::size_t>>{{1, 2}, {0, 3}});
}

TEST_CASE("a column's name is read without what is not seen in it") {
    const auto columns =
        read_header({"\xEF\xBB\xBF"
                     "Email\xC2\xA0",
                     "\xE2\x80\x8BName"});
    REQUIRE(columns);
    CHECK(columns->address == 0);
    CHECK(columns->name == 1);
}

TEST_CASE("addresses need no header where at most a name stands next to them") {
    CHECK(columns_without_header({"ann@example.org"})->address == 0);
    const auto named = columns_without_header({"Ann", "Ann <ann@example.org>", ""});
    REQUIRE(named);
    CHECK(named->address == 1);
    CHECK(named->name == 0);
    CHECK_FALSE(columns_without_header({"ann@example.org", "Ann", "Bath"}));
    CHECK_FALSE(columns_without_header({"email", "name"}));
    CHECK_FALSE(columns_without_header({""}));
}

TEST_CASE("columns without a name are ignored, however many") {
    const auto columns = read_header({"", "email", ""});
    REQUIRE(columns);
    CHECK(columns->attributes == std::vector<std::string>{"", "", ""});
}
