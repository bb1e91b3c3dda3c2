// Against a real name server on loopback.
#include "net/ares_mx_resolver.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <map>
#include <thread>
#include <vector>

#include "support/name_server.hpp"
#include "support/wait.hpp"

using namespace paperround;
using namespace paperround::net;
using namespace std::chrono_literals;
using Kind = MxAnswer::Kind;

namespace {

std::map<std::string, MxAnswer> look_up(const std::string& server, const std::vector<std::string>& domains) {
    std::map<std::string, MxAnswer> answers;
    AresMxResolver resolver(server);
    resolver.look_up(domains,
                     [&](std::string_view domain, const MxAnswer& answer) {
                         answers[std::string(domain)] = answer;
                         return false;
                     },
                     {});
    return answers;
}

}  // namespace

TEST_CASE("a name server is asked for MX records, and what it lacks has none") {
    const test::NameServer server(R"({"example.org": ["20 mx2.example.net", "10 MX1.example.net"],
        "alias.example": {"cname": "example.org"}, "null.example": ["0 ."], "empty.example": {},
        "broken.example": {"rcode": "SERVFAIL"}, "refused.example": {"rcode": "REFUSED"},
        "large.example": {"truncate": true, "mx": ["10 mx.large.example"]},
        "xn--bcher-kva.example": ["10 mx.b.example"]})");
    const auto answers = look_up(
        server.address(), {"example.org", "alias.example", "null.example", "empty.example", "broken.example",
                           "refused.example", "large.example", "xn--bcher-kva.example", "gone.example"});
    REQUIRE(answers.size() == 9);
    CHECK(answers.at("example.org") == MxAnswer{Kind::found, "mx1.example.net", 3600s});
    CHECK(answers.at("alias.example").host == "mx1.example.net");
    CHECK(answers.at("null.example").kind == Kind::none);
    CHECK(answers.at("empty.example").kind == Kind::none);
    CHECK(answers.at("broken.example").kind == Kind::silent);
    CHECK(answers.at("refused.example").kind == Kind::silent);
    CHECK(answers.at("large.example").host == "mx.large.example");
    CHECK(answers.at("xn--bcher-kva.example").host == "mx.b.example");
    CHECK(answers.at("gone.example").kind == Kind::none);
    // The server prints its questions to standard output, possibly a moment after its reply. There may be
    // more than one, if the machine was busy and the first answer came too late.
    CHECK(test::eventually([&] { return server.count("tcp large.example") > 0; }));
}

TEST_CASE("several hundred domains are each asked for once and answered") {
    const test::NameServer server(R"({"*.example": ["10 mx.hoster.net"]})");
    std::vector<std::string> domains;
    for (int i = 0; i < 300; ++i) domains.push_back("d" + std::to_string(i) + ".example");
    const auto answers = look_up(server.address(), domains);
    CHECK(answers.size() == 300);
    for (const auto& [domain, answer] : answers) CHECK(answer.host == "mx.hoster.net");
}

TEST_CASE("a port where nobody listens is silence") {
    CHECK(look_up("127.0.0.1:" + std::to_string(test::free_port()), {"example.org"}).at("example.org").kind ==
          Kind::silent);
}

TEST_CASE("a look-up that gets no reply is ended by stop and by the one who has heard enough") {
    const test::NameServer server(
        R"({"*.silent.example": {"silent": true}, "example.org": ["10 mx.example.net"]})");
    AresMxResolver resolver(server.address());
    std::vector<std::string> domains{"example.org"};
    for (int i = 0; i < 100; ++i) domains.push_back("d" + std::to_string(i) + ".silent.example");
    int answers = 0;
    const auto began = std::chrono::steady_clock::now();
    resolver.look_up(domains, [&](std::string_view, const MxAnswer&) { return ++answers == 1; }, {});
    CHECK(answers == 1);
    std::stop_source stop;
    resolver.look_up(
        domains,
        [&](std::string_view, const MxAnswer&) {
            ++answers;
            stop.request_stop();
            return false;
        },
        stop.get_token());
    CHECK(answers == 2);
    CHECK(std::chrono::steady_clock::now() - began < 5s);  // two tries take 6 s
}
