#include "bounce/delivery_status.hpp"

#include <catch2/catch.hpp>

#include "bounce/report_fields.hpp"

using namespace paperround::bounce;

TEST_CASE("a field's name is known with other case, other marks and two letters wrong") {
    CHECK(known_field("Final-Recipient") == "finalrecipient");
    CHECK(known_field("FINAL RECIPIENT") == "finalrecipient");
    CHECK(known_field("Final-Recepient") == "finalrecipient");
    CHECK(known_field("Diagnosticcode") == "diagnosticcode");
    CHECK(known_field("Acton") == "action");
    CHECK(known_field("X-Mailer").empty());
    CHECK(known_field("Subject").empty());
    CHECK(known_field("State").empty());
}

TEST_CASE("values are unfolded, and wrapped ones are put together") {
    const auto groups = field_groups("Diagnostic-Code: smtp; 550 5.1.1\n user unknown\nwrapped badly\n");
    REQUIRE(groups.size() == 1);
    CHECK(groups[0][0].value == "smtp; 550 5.1.1 user unknown wrapped badly");
}

TEST_CASE("a group without its blank line begins with the field that the last one has") {
    const auto status = parse_delivery_status(
        "Original-Recipient: rfc822;a@x.example\nFinal-Recipient: rfc822;a@y.example\nAction: failed\nStatus: 5.1.1\n"
        "Original-Recipient: rfc822;b@x.example\nFinal-Recipient: rfc822;b@y.example\nAction: delayed\nStatus: 4.4.1\n");
    REQUIRE(status.recipients.size() == 2);
    CHECK(status.recipients[0].original_recipient == "a@x.example");
    CHECK(status.recipients[0].action == Action::failed);
    CHECK(status.recipients[1].final_recipient == "b@y.example");
    CHECK(status.recipients[1].original_recipient == "b@x.example");
    CHECK(status.recipients[1].status == "4.4.1");
}

TEST_CASE("an action in front of its recipient belongs to it") {
    const auto status = parse_delivery_status(
        "Action: failed\nFinal-Recipient: rfc822;a@x.example\nStatus: 5.1.1\n\n"
        "Action: delivered\nFinal-Recipient: rfc822;b@x.example\nStatus: 2.0.0\n");
    REQUIRE(status.recipients.size() == 2);
    CHECK(status.recipients[0].final_recipient == "a@x.example");
    CHECK(status.recipients[1].action == Action::delivered);
}

TEST_CASE("a type that is one word is taken off a diagnostic, other words are not") {
    const auto of = [](const std::string& value) {
        return parse_delivery_status("Final-Recipient: rfc822;a@x.example\nDiagnostic-Code: " + value + "\n")
            .recipients.at(0)
            .diagnostic;
    };
    CHECK(of("smtp; 550 no") == "550 no");
    CHECK(of("X-Postfix; unknown user") == "unknown user");
    CHECK(of("550 no; see the page") == "550 no; see the page");
    CHECK(of("550 no") == "550 no");
}

TEST_CASE("a status is found behind a code, and its comment is kept") {
    const auto each =
        parse_delivery_status("Final-Recipient: rfc822;a@x.example\nStatus: 550 5.1.1 (bad address)\n")
            .recipients.at(0);
    CHECK(each.status == "5.1.1");
    CHECK(each.status_comment == "(bad address)");
}

TEST_CASE("the envelope's id is kept") {
    CHECK(parse_delivery_status(
              "Original-Envelope-Id: k.7@example.org\n\nFinal-Recipient: rfc822;a@x.example\nAction: "
              "failed\n")
              .envelope_id == "k.7@example.org");
}

TEST_CASE("a recipient that is no address is one line of text") {
    const auto of = [](const std::string& value) {
        return parse_delivery_status("Final-Recipient: rfc822; " + value + "\nAction: failed\n")
            .recipients.at(0)
            .final_recipient;
    };
    CHECK(of("ada\x7f\x01 l") == "ada l");
    CHECK(of("ad\xfc") == "ad\xEF\xBF\xBD");
    CHECK(of("\"a\x7f\"@reader.example") == "\"a\"@reader.example");
}

TEST_CASE("text without such fields is no delivery status") {
    CHECK(parse_delivery_status("").recipients.empty());
    CHECK(parse_delivery_status("Once: upon\n\na: time\n").recipients.empty());
    CHECK_FALSE(looks_like_delivery_status("Status: fine\nAction: none\n"));
}
