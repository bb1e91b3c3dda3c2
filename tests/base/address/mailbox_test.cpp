#include "base/address/mailbox.hpp"

#include <catch2/catch.hpp>

using namespace paperround;

TEST_CASE("an address keeps its local part and gets a lower case domain") {
    CHECK(canonical_address("Anna.Smith+news@Example.ORG").value() == "Anna.Smith+news@example.org");
    CHECK(canonical_address("  anna@example.org\n").value() == "anna@example.org");
    CHECK(canonical_address("anna@localhost").value() == "anna@localhost");
    CHECK(canonical_address("!#$%&'*+-/=?^_`{|}~@example.org").has_value());
}

TEST_CASE("an international domain becomes A-labels, in whichever form it came") {
    CHECK(canonical_address("anna@b\xc3\xbc"
                            "cher.example")
              .value() == "anna@xn--bcher-kva.example");
    CHECK(canonical_address("anna@B\xc3\x9c"
                            "CHER.example")
              .value() == "anna@xn--bcher-kva.example");
    CHECK(canonical_address("anna@bu\xcc\x88"
                            "cher.example")
              .value() == "anna@xn--bcher-kva.example");  // NFD
}

TEST_CASE("an 8-bit local part is kept (RFC 6531)") {
    CHECK(canonical_address("\xd7\xa9@example.org").value() == "\xd7\xa9@example.org");
}

TEST_CASE("an address that RFC 5321 does not allow is refused with the reason") {
    const auto [text, reason] = GENERATE(table<std::string, std::string>({
        {"", "empty"},
        {"anna", "no @"},
        {"@example.org", "nothing before the @"},
        {"anna@", "nothing after the @"},
        {".anna@example.org", "a dot at an end or two dots together before the @"},
        {"anna.@example.org", "a dot at an end or two dots together before the @"},
        {"an..na@example.org", "a dot at an end or two dots together before the @"},
        {"an na@example.org", "white space or a control character"},
        {"an,na@example.org", "',' before the @"},
        {"a@b@example.org", "'@' before the @"},
        {"\"anna\"@example.org", "quoted local parts are not accepted"},
        {"anna@[192.0.2.1]", "address literals are not accepted"},
        {"anna@192.0.2.1", "domain ends in a number"},
        {"anna@example", "domain has no dot"},
        {"anna@example.org.", "a dot at the end of the domain"},
        {"anna@exa_mple.org", "domain is not a valid host name"},
        {"anna@-example.org", "domain is not a valid host name"},
        {"anna@example..org", "domain is not a valid host name"},
        {"anna@exa mple.org", "domain is not a valid host name"},
        {"anna@example.org\r\nRCPT TO:<all@example.org>", "white space or a control character"},
        {std::string("an\0na@example.org", 17), "white space or a control character"},
        {"anna\xff@example.org", "not UTF-8"},
    }));
    CAPTURE(text);
    const auto address = canonical_address(text);
    REQUIRE_FALSE(address.has_value());
    CHECK(address.error().reason == reason);
}

TEST_CASE("invisible characters are trimmed from an address and refused within it") {
    const auto [mark, reason] = GENERATE(table<std::string, std::string>({
        {"\xC2\xA0", "white space (U+00A0) in it: type it again"},
        {"\xE3\x80\x80", "white space (U+3000) in it: type it again"},
        {"\xE2\x80\x8B", "an invisible character (U+200B) in it: type it again"},
        {"\xE2\x80\x8D", "an invisible character (U+200D) in it: type it again"},
        {"\xE2\x80\xAA", "an invisible character (U+202A) in it: type it again"},
        {"\xE2\x81\xA9", "an invisible character (U+2069) in it: type it again"},
        {"\xEF\xBB\xBF", "an invisible character (U+FEFF) in it: type it again"},
        {"\xC2\xAD", "an invisible character (U+00AD) in it: type it again"},
    }));
    CHECK(canonical_address(mark + "anna@example.org" + mark + " ").value() == "anna@example.org");
    CHECK(canonical_address("an" + mark + "na@example.org").error().reason == reason);
    CHECK(canonical_address("anna@exam" + mark + "ple.org").error().reason == reason);
    CHECK(parse_mailbox("Anna" + mark + "<" + mark + "anna@example.org>" + mark).value() ==
          Mailbox{"Anna", "anna@example.org"});
}

TEST_CASE("addresses are held to the lengths of RFC 5321") {
    const std::string local(64, 'a');
    const std::string label(63, 'b');
    CHECK(canonical_address(local + "@example.org").has_value());
    CHECK_FALSE(canonical_address(local + "a@example.org").has_value());
    CHECK(canonical_address("a@" + label + ".org").has_value());
    CHECK_FALSE(canonical_address("a@b" + label + ".org").has_value());
    // 64 + 1 + 189 octets make 254, the maximum; one more is too many.
    const std::string domain = label + "." + label + "." + std::string(61, 'c');
    CHECK(canonical_address(local + "@" + domain).has_value());
    CHECK_FALSE(canonical_address(local + "@" + domain + "c").has_value());
}

TEST_CASE("a mailbox is an address with or without a name") {
    CHECK(parse_mailbox("notes@example.org").value() == Mailbox{"", "notes@example.org"});
    CHECK(parse_mailbox("<notes@example.org>").value() == Mailbox{"", "notes@example.org"});
    CHECK(parse_mailbox("Field Notes <notes@Example.org>").value() ==
          Mailbox{"Field Notes", "notes@example.org"});
    CHECK(parse_mailbox("\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d <a@example.org>").value().name ==
          "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d");
}

TEST_CASE("a quoted name may hold anything, with backslashes before quotes") {
    CHECK(parse_mailbox(R"("Notes, Field" <a@example.org>)").value().name == "Notes, Field");
    CHECK(parse_mailbox(R"("The \"Notes\" \\ more" <a@example.org>)").value().name ==
          R"(The "Notes" \ more)");
    CHECK(parse_mailbox(R"("" <a@example.org>)").value().name.empty());
}

TEST_CASE("lists, comments, groups and broken quotes are no mailbox") {
    const std::string text =
        GENERATE(as<std::string>{}, "a@example.org, b@example.org", "a@example.org, B <b@example.org>",
                 "A (x) <a@example.org>", "Group: a@example.org;", "A <x> <a@example.org>",
                 R"("A <a@example.org>)", R"(A" <a@example.org>)", R"("A" "B" <a@example.org>)",
                 R"("A\" <a@example.org>)", "a@example.org>", "A <a@example.org> x", "A <>", "");
    CAPTURE(text);
    CHECK_FALSE(parse_mailbox(text).has_value());
}

TEST_CASE("a mailbox with a line break is refused") {
    CHECK(parse_mailbox("A\r\nBcc: all@example.org <a@example.org>").error().reason ==
          "white space or a control character");
}

TEST_CASE("two spellings of a subscriber have one key") {
    CHECK(address_key("Anna@example.org") == address_key("anna@example.org"));
    CHECK(domain_of("anna@example.org") == "example.org");
    CHECK(domain_of("anna").empty());
    CHECK(local_part_of("anna@example.org") == "anna");
}
