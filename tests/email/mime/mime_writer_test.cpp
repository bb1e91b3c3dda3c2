#include "email/mime/mime_writer.hpp"

#include <catch2/catch.hpp>

using namespace paperround;

namespace {
std::string mailbox_field(const Mailbox& mailbox) {
    std::string out;
    email::append_mailbox_field(out, "To", mailbox);
    return out;
}
}  // namespace

TEST_CASE("a mailbox without a name is its address in brackets") {
    CHECK(mailbox_field({"", "a@example.org"}) == "To: <a@example.org>\r\n");
}

TEST_CASE("a mailbox with a name is a phrase and the address") {
    CHECK(mailbox_field({"Ada Bell", "a@example.org"}) == "To: Ada Bell <a@example.org>\r\n");
}

TEST_CASE("an address that does not fit beside the name goes to a line of its own") {
    const std::string name = "Someone With Quite A Long Name Indeed";
    CHECK(mailbox_field({name, "a-long-local-part@subdomain.of.example.org"}) ==
          "To: " + name + "\r\n <a-long-local-part@subdomain.of.example.org>\r\n");
}

TEST_CASE("line ends in a name cannot begin another field") {
    CHECK(mailbox_field({"Eve\r\nBcc: all@example.org", "e@example.org"}) ==
          "To: =?UTF-8?Q?Eve__Bcc=3A_all=40example=2Eorg?= <e@example.org>\r\n");
}

TEST_CASE("line ends and brackets in an address are left out") {
    CHECK(mailbox_field({"", "e@example.org>\r\nBcc: <x@y"}) == "To: <e@example.orgBcc:x@y>\r\n");
}

TEST_CASE("line ends in a subject cannot begin another field or the body") {
    std::string out;
    email::append_unstructured_field(out, "Subject", "Hi\r\n\r\nBody");
    CHECK(out == "Subject: =?UTF-8?Q?Hi____Body?=\r\n");
}

TEST_CASE("line ends in a token are left out") {
    std::string out;
    email::append_token_field(out, "List-Unsubscribe", {"<https://example.org/\r\nBcc:x>"});
    CHECK(out == "List-Unsubscribe: <https://example.org/Bcc:x>\r\n");
}

TEST_CASE("tokens fold between each other and never within") {
    std::string out;
    const std::string url = "<https://news.example.org/u/" + std::string(60, 'x') + ">,";
    email::append_token_field(out, "List-Unsubscribe", {url, "<mailto:u@example.org>"});
    CHECK(out == "List-Unsubscribe: " + url + "\r\n <mailto:u@example.org>\r\n");
}

TEST_CASE("List-Id has the title before the identifier") {
    std::string out;
    email::append_list_id_field(out, "Field Notes", "notes.example.org");
    CHECK(out == "List-Id: Field Notes <notes.example.org>\r\n");
}

TEST_CASE("List-Id without a title is the identifier alone") {
    std::string out;
    email::append_list_id_field(out, "", "notes.example.org");
    CHECK(out == "List-Id: <notes.example.org>\r\n");
}
