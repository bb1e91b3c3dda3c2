#include "bounce/reader.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

using namespace paperround;
using bounce::Class;
using bounce::Kind;
using bounce::ReadError;

namespace {

constexpr const char* header =
    "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: notes@example.org\nSubject: failure notice\n";

std::string report_of(const std::string& status) {
    return std::string(header) +
           "Content-Type: multipart/report; report-type=delivery-status; boundary=B\n\n"
           "--B\nContent-Type: text/plain\n\nDelivery failed.\n\n"
           "--B\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n" +
           status + "\n--B--\n";
}

std::string multipart(int parts) {
    std::string message = std::string(header) + "Content-Type: multipart/mixed; boundary=B\n\n";
    for (int i = 0; i < parts; ++i) message += "--B\nContent-Type: text/plain\n\nx\n";
    return message + "--B--\n";
}

std::string nested(int depth) {
    std::string message = header;
    for (int i = 0; i < depth; ++i)
        message += fmt::format("Content-Type: multipart/mixed; boundary=B{}\n\n--B{}\n", i, i);
    return message + "Content-Type: text/plain\n\n<ada@reader.example>:\n550 user unknown\n";
}

}  // namespace

TEST_CASE("a message of more than 10 MiB is refused") {
    const std::string large(bounce::message_limit + 1, 'x');
    CHECK(bounce::read_message(large).error() == ReadError::too_large);
}

TEST_CASE("a message of 1 000 parts is refused, one of 999 is read") {
    const std::string large = multipart(1000);
    CHECK(bounce::read_message(large).error() == ReadError::too_many_parts);
    CHECK(bounce::read_message(multipart(998)));  // and the multipart itself
}

TEST_CASE("parts behind the hundredth are not looked at") {
    const auto with_status_at = [](int at) {
        std::string message = std::string(header) + "Content-Type: multipart/mixed; boundary=B\n\n";
        for (int i = 0; i < at; ++i) message += "--B\nContent-Type: text/plain\n\nx\n";
        return message +
               "--B\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; ada@reader.example\n"
               "Action: failed\nStatus: 5.1.1\n--B--\n";
    };
    CHECK(bounce::read_message(with_status_at(98))->reports.front().recipient == "ada@reader.example");
    CHECK(bounce::read_message(with_status_at(99))->reports.front().recipient.empty());
}

TEST_CASE("parts deeper than ten are not looked at, and a hundred boundaries cost nothing") {
    CHECK(bounce::read_message(nested(9))->reports.front().recipient == "ada@reader.example");
    CHECK(bounce::read_message(nested(11))->reports.front().recipient.empty());
    const std::string deep = nested(290);
    CHECK(bounce::read_message(deep));
    CHECK(bounce::read_message(nested(400)).error() == ReadError::too_complex);
}

TEST_CASE("more address fields than any mail has are refused") {
    std::string message = header;
    for (int i = 0; i < 3000; ++i) message += fmt::format("To: r{}@example.org\n", i);
    CHECK(bounce::read_message(message + "\n").error() == ReadError::too_complex);
}

TEST_CASE("what does not begin with a header field is no message") {
    CHECK(bounce::read_message("").error() == ReadError::no_message);
    CHECK(bounce::read_message("\n\n").error() == ReadError::no_message);
    CHECK(bounce::read_message("once upon a time\n").error() == ReadError::no_message);
    CHECK(bounce::read_message(std::string(100, '\0')).error() == ReadError::no_message);
}

TEST_CASE("the first line of an mbox is passed over") {
    const std::string status = "Final-Recipient: rfc822; ada@reader.example\nAction: failed\nStatus: 5.1.1\n";
    const auto reading =
        bounce::read_message("From MAILER-DAEMON Tue Mar  3 09:14:27 2026\n" + report_of(status));
    REQUIRE(reading);
    CHECK(reading->reports.front().recipient == "ada@reader.example");
}

TEST_CASE("of 2 000 recipients a thousand are read") {
    std::string status;
    for (int i = 0; i < 2000; ++i)
        status +=
            fmt::format("Final-Recipient: rfc822; r{}@reader.example\nAction: failed\nStatus: 5.1.1\n\n", i);
    const auto reading = bounce::read_message(report_of(status));
    REQUIRE(reading);
    CHECK(reading->reports.size() == 1000);
}

TEST_CASE("a recipient that is named twice is reported once") {
    const std::string one = "Final-Recipient: rfc822; ada@reader.example\nAction: failed\nStatus: 5.1.1\n\n";
    CHECK(bounce::read_message(report_of(one + one))->reports.size() == 1);
}

// Takes seconds; what grows with a square would take longer than a test may.
TEST_CASE("ten mebibytes of addresses, fields or brackets are read") {
    for (const std::string line :
         {"<a@b.example>: 550 no\n", "Final-Recipient: rfc822; a@b.example\n", "<<<<<<<<<<@@@@@@\n",
          "550 5.1.1 550 5.1.1 550 5.1.1\n", "--\n", "\"@\"@\"@\"@\n"}) {
        std::string message = std::string(header) + "\n";
        while (message.size() + line.size() < bounce::message_limit) message += line;
        INFO(line);
        CHECK(bounce::read_message(message));
    }
}

TEST_CASE("a status of 5.0.0 with 550 5.1.1 in the diagnostic means 5.1.1") {
    const auto reading = bounce::read_message(
        report_of("Final-Recipient: rfc822; ada@reader.example\nAction: failed\nStatus: 5.0.0\n"
                  "Diagnostic-Code: smtp; 550 5.1.1 no\n"));
    CHECK(reading->reports.front().status == "5.1.1");
    CHECK(reading->reports.front().of == Class::hard);
}

TEST_CASE("the words decide where the status lies") {
    const auto reading = bounce::read_message(
        report_of("Final-Recipient: rfc822; ada@reader.example\nAction: failed\nStatus: 5.1.1\n"
                  "Diagnostic-Code: smtp; 550 5.1.1 mailbox is full\n"));
    CHECK(reading->reports.front().reason == refusal::Reason::mailbox_full);
    CHECK(reading->reports.front().of == Class::soft);
}

TEST_CASE("a delay is no bounce, whatever its status says") {
    const auto reading = bounce::read_message(
        report_of("Final-Recipient: rfc822; ada@reader.example\nAction: delayed\nStatus: 5.1.1\n"));
    CHECK(reading->reports.front().kind == Kind::delayed);
    CHECK(reading->reports.front().of == Class::none);
}

TEST_CASE("a temporary code makes no address hard") {
    const auto reading = bounce::read_message(
        report_of("Final-Recipient: rfc822; ada@reader.example\nAction: failed\nStatus: 5.1.1\n"
                  "Diagnostic-Code: smtp; 450 5.1.1 user unknown\n"));
    CHECK(reading->reports.front().of == Class::soft);
}
