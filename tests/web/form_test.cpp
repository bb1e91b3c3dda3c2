#include "web/form.hpp"

#include <catch2/catch.hpp>

#include <string>

using paperround::web::asks_to_leave;

namespace {
constexpr auto urlencoded = "application/x-www-form-urlencoded";
const std::string multipart = "multipart/form-data; boundary=xyz";

std::string part(const std::string& name, const std::string& value) {
    return "--xyz\r\nContent-Disposition: form-data; name=" + name + "\r\n\r\n" + value + "\r\n";
}
}  // namespace

TEST_CASE("the pair of RFC 8058 is found urlencoded") {
    CHECK(asks_to_leave(urlencoded, "List-Unsubscribe=One-Click"));
    CHECK(asks_to_leave("", "List-Unsubscribe=One-Click"));
    CHECK(asks_to_leave("Application/X-WWW-Form-Urlencoded; charset=UTF-8",
                        "a=b&List%2DUnsubscribe=One%2dClick&c"));
    CHECK(asks_to_leave(urlencoded, "List-Unsubscribe=One-Click\r\n"));
}

TEST_CASE("the pair of RFC 8058 is found in multipart") {
    CHECK(asks_to_leave(multipart, part("\"List-Unsubscribe\"", "One-Click") + "--xyz--\r\n"));
    CHECK(asks_to_leave(
        multipart, "preamble\r\n" + part("\"x\"", "y") + part("List-Unsubscribe", "One-Click") + "--xyz--"));
    CHECK(asks_to_leave("multipart/form-data; charset=utf-8; boundary=\"xyz\"",
                        part("\"List-Unsubscribe\"", "One-Click") + "--xyz--"));
    CHECK(asks_to_leave(
        multipart, "--xyz\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\n\nOne-Click\n--xyz--"));
}

TEST_CASE("the pair counts whatever type it is sent under") {
    for (const std::string type : {"text/plain", "text/plain;charset=UTF-8", "application/octet-stream",
                                   "application/json", "*/*", "multipart"}) {
        CAPTURE(type);
        CHECK(asks_to_leave(type, "List-Unsubscribe=One-Click"));
        CHECK_FALSE(asks_to_leave(type, ""));
    }
    CHECK(asks_to_leave("text/plain", "List-Unsubscribe=One-Click\r\n"));
    CHECK(asks_to_leave("multipart/mixed; boundary=xyz",
                        part("\"List-Unsubscribe\"", "One-Click") + "--xyz--"));
}

TEST_CASE("a request without a body and without a type is the wish itself") {
    CHECK(asks_to_leave("", ""));
    CHECK(asks_to_leave(" ", "\r\n"));
    CHECK_FALSE(asks_to_leave(urlencoded, ""));
    CHECK_FALSE(asks_to_leave("", "q=1"));
}

TEST_CASE("anything else does not ask to leave") {
    for (const std::string body :
         {"", "&&&", "=", "List-Unsubscribe", "List-Unsubscribe=", "List-Unsubscribe=No",
          "xList-Unsubscribe=One-Click", "One-Click=List-Unsubscribe", "%zz=%", "{}"}) {
        CAPTURE(body);
        CHECK_FALSE(asks_to_leave(urlencoded, body));
    }
    CHECK_FALSE(asks_to_leave("application/json", R"({"List-Unsubscribe":"One-Click"})"));
}

TEST_CASE("malformed multipart does not ask to leave") {
    const std::string good = part("\"List-Unsubscribe\"", "One-Click") + "--xyz--";
    for (const std::string type :
         {"multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=abc",
          "multipart/form-data; boundary=\"", "multipart/mixed"}) {
        CAPTURE(type);
        CHECK_FALSE(asks_to_leave(type, good));
    }
    CHECK_FALSE(asks_to_leave("multipart/form-data; boundary=" + std::string(71, 'x'), good));
    CHECK_FALSE(asks_to_leave(multipart, "--xyz--\r\n" + good));
    CHECK_FALSE(
        asks_to_leave(multipart, "--xyz\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\""));
    CHECK_FALSE(asks_to_leave(multipart, "--xyz\r\n\r\nList-Unsubscribe=One-Click\r\n--xyz--"));
}

TEST_CASE("a form over the limit is not looked at") {
    const std::string body = "List-Unsubscribe=One-Click&";
    CHECK(asks_to_leave(urlencoded, body + std::string(paperround::web::form_limit - body.size(), 'x')));
    CHECK_FALSE(
        asks_to_leave(urlencoded, body + std::string(paperround::web::form_limit - body.size() + 1, 'x')));
}
