#include "bounce/addresses.hpp"

#include <catch2/catch.hpp>

using paperround::bounce::addresses_in;
using paperround::bounce::clean_address;
using paperround::bounce::is_mail_system;

namespace {

std::vector<std::string> in(std::string_view line) {
    std::vector<std::string> found;
    for (const auto& each : addresses_in(line)) found.push_back(each.address);
    return found;
}

using List = std::vector<std::string>;

}  // namespace

TEST_CASE("a recipient field gives its address, whatever stands around it") {
    CHECK(clean_address("rfc822; ada@reader.example") == "ada@reader.example");
    CHECK(clean_address("RFC822;<ada@Reader.Example>") == "ada@reader.example");
    CHECK(clean_address("ada@reader.example") == "ada@reader.example");
    CHECK(clean_address("unknown; 'ada@reader.example'") == "ada@reader.example");
    CHECK(clean_address("rfc822; Ada Lind <ada@reader.example>") == "ada@reader.example");
    CHECK(clean_address("<@relay.example,@other.example:ada@reader.example>") == "ada@reader.example");
    CHECK(clean_address("mailto:ada@reader.example") == "ada@reader.example");
    CHECK(clean_address("utf-8; j\\x{F6}rg@leser.example") == "jörg@leser.example");
    CHECK(clean_address("rfc822; ada@[192.0.2.7]") == "ada@[192.0.2.7]");
}

TEST_CASE("a field without an address gives none") {
    CHECK(clean_address("").empty());
    CHECK(clean_address("x-local; ada").empty());
    CHECK(clean_address("rfc822; @").empty());
    CHECK(clean_address("@@@@").empty());
}

TEST_CASE("addresses are found in sentences, without their punctuation") {
    CHECK(in("Your message to ada@reader.example couldn't be delivered.") == List{"ada@reader.example"});
    CHECK(in("(ada@reader.example), ben@reader.example; <cy@reader.example>.") ==
          List{"ada@reader.example", "ben@reader.example", "cy@reader.example"});
    CHECK(in("550 ada@reader.example... No such user") == List{"ada@reader.example"});
    CHECK(in("no address here @ all") == List{});
}

TEST_CASE("an address ends where a sentence without spaces goes on") {
    CHECK(in("收件人：wang@163.example") == List{"wang@163.example"});
    CHECK(in("收件人wang@163.example不存在") == List{"wang@163.example"});
    CHECK(in("宛先「sato@kaisha.example」は") == List{"sato@kaisha.example"});
    CHECK(in("«igor@pochta.example»") == List{"igor@pochta.example"});
}

TEST_CASE("letters beyond ASCII may stand in a local part") {
    CHECK(in("an jürgen@leser.example") == List{"jürgen@leser.example"});
}

TEST_CASE("the mail system's own addresses are told from readers'") {
    CHECK(is_mail_system("MAILER-DAEMON@mx.example"));
    CHECK(is_mail_system("postmaster@reader.example"));
    CHECK_FALSE(is_mail_system("daemon.smith@reader.example"));
}
