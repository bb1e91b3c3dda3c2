#include "pipeline/intake/report_policy.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using namespace paperround::pipeline;
using bounce::Class;
using bounce::Kind;
using refusal::Reason;

namespace {

bounce::Report bounced(Reason reason, Class of = Class::soft, int code = 550,
                       const std::string& status = "5.0.0") {
    bounce::Report report;
    report.kind = Kind::bounce;
    report.of = of;
    report.ground = bounce::Ground::refusal;
    report.reason = reason;
    report.code = code;
    report.status = status;
    return report;
}

bounce::Report saying(const std::string& words, Reason reason = Reason::policy) {
    bounce::Report report = bounced(reason);
    report.diagnostic = words;
    return report;
}

Consequence of(Kind kind) {
    bounce::Report report;
    report.kind = kind;
    return consequence_of(report);
}

}  // namespace

TEST_CASE("only bounces, complaints and requests to leave do anything") {
    CHECK(of(Kind::delayed) == Consequence::nothing);
    CHECK(of(Kind::autoreply) == Consequence::nothing);
    CHECK(of(Kind::other) == Consequence::nothing);
    CHECK(of(Kind::complaint) == Consequence::complaint);
    CHECK(of(Kind::unsubscribe) == Consequence::departure);
}

TEST_CASE("what is hard ends the address, and words about the sender never count") {
    CHECK(consequence_of(bounced(Reason::user_unknown, Class::hard)) == Consequence::hard);
    for (const Reason reason :
         {Reason::policy, Reason::spam, Reason::content, Reason::rate, Reason::rejected}) {
        CHECK(consequence_of(bounced(reason)) == Consequence::about_us);
        CHECK(consequence_of(bounced(reason, Class::soft, 451, "4.7.1")) == Consequence::about_us);
    }
}

TEST_CASE("a full mailbox counts whatever its code, other trouble where it is temporary") {
    CHECK(consequence_of(bounced(Reason::mailbox_full)) == Consequence::soft);
    CHECK(consequence_of(bounced(Reason::mailbox_full, Class::soft, 452, "4.2.2")) == Consequence::soft);
    CHECK(consequence_of(bounced(Reason::expired)) == Consequence::soft);
    CHECK(consequence_of(bounced(Reason::network)) == Consequence::soft);
    CHECK(consequence_of(bounced(Reason::system)) == Consequence::bounced);
    CHECK(consequence_of(bounced(Reason::system, Class::soft, 451)) == Consequence::soft);
    CHECK(consequence_of(bounced(Reason::system, Class::soft, 0, "4.3.0")) == Consequence::soft);
    CHECK(consequence_of(bounced(Reason::user_unknown, Class::soft, 450, "4.1.1")) == Consequence::soft);
    CHECK(consequence_of(bounced(Reason::too_large)) == Consequence::bounced);
    CHECK(consequence_of(bounced(Reason::unknown, Class::soft, 0, "")) == Consequence::bounced);
}

TEST_CASE("words are alike without addresses, names of hosts and numbers") {
    const std::string key =
        words_key(saying("550 5.7.1 [192.0.2.1] Blocked, see https://a.example/q?id=7 ann@b.example"));
    CHECK(key ==
          words_key(saying("550 5.7.1 [192.0.2.99] blocked, see https://a.example/q?id=8 bob@c.example")));
    CHECK(key !=
          words_key(saying("550 5.7.1 [192.0.2.1] rejected, see https://a.example/q?id=7 ann@b.example")));
    CHECK(words_key(saying("blocked")) != words_key(saying("blocked", Reason::spam)));
    CHECK(words_key(saying("")).size() == 32);
}

TEST_CASE("the same words to ten readers and a fifth of the mailing are everybody's") {
    CHECK_FALSE(is_everybodys(9, 9));
    CHECK(is_everybodys(10, 50));
    CHECK_FALSE(is_everybodys(10, 51));
    CHECK_FALSE(is_everybodys(1000, 1'000'000));
}

TEST_CASE("mailings are in a row back to the last one that arrived") {
    const std::vector<std::int64_t> counted{9, 7, 6, 3};
    CHECK(in_a_row(counted, {}) == 4);
    CHECK(in_a_row(counted, std::vector<std::int64_t>{8}) == 1);
    CHECK(in_a_row(counted, std::vector<std::int64_t>{5, 4}) == 3);
    CHECK(in_a_row(counted, std::vector<std::int64_t>{2, 10}) == 4);
    CHECK(in_a_row({}, {}) == 0);
}
