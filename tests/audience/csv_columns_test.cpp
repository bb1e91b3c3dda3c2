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

TEST_CASE("two columns of one name are refused") {
    const auto columns = read_header({"email", "First Name", "first-name"});
    REQUIRE_FALSE(columns);
    CHECK(columns.error().reason == "two columns named 'first_name'");
    CHECK_FALSE(read_header({"email", "Email"}));
}

TEST_CASE("columns without a name are ignored, however many") {
    const auto columns = read_header({"", "email", ""});
    REQUIRE(columns);
    CHECK(columns->attributes == std::vector<std::string>{"", "", ""});
}
