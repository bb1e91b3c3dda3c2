// The trouble of one reader: an address that the relay cannot accept stops nobody else's mail.
#include "db/raw_sql.hpp"
#include "pipeline/fixture.hpp"
#include "support/committing.hpp"

using namespace paperround;
using queue::OutcomeKind;
using test::PipelineFixture;
using test::ScriptedSmtp;

namespace {

struct OneReader : PipelineFixture {
    void subscribe_one(const std::string& address, const std::string& name = {}) const {
        auto database = open();
        test::Committing<audience::AudienceStore> audience(database);
        db::Transaction transaction(database);
        audience->subscribe("notes", {.address = canonical_address(address).value(), .name = name},
                            clock.now(), "test");
        transaction.commit();
    }
    std::vector<queue::LogLine> refused() const {
        auto lines = log();
        std::erase_if(lines, [](const auto& line) { return line.outcome.kind == OutcomeKind::accepted; });
        return lines;
    }
};

const std::string with_utf8 = R"({"EHLO": "250-scripted\n250-PIPELINING\n250-8BITMIME\n250 SMTPUTF8"})";

}  // namespace

TEST_CASE_METHOD(OneReader, "an address that needs SMTPUTF8 is refused alone where the relay lacks it") {
    const ScriptedSmtp server("{}");
    use_relay(server.port());
    subscribe(10);
    for (int i = 1; i <= 5; ++i) subscribe_one(fmt::format("jürgen{}@example.org", i), "Jürgen");
    run_once();
    CHECK(progress().sent == 10);
    CHECK(progress().failed == 5);
    CHECK_FALSE(events.has("paused"));  // nor by the breaker, which would have tripped at five
    const auto lines = refused();
    REQUIRE(lines.size() == 5);
    CHECK(lines.front().outcome.kind == OutcomeKind::rejected_policy);
    CHECK(lines.front().outcome.enhanced == "5.6.7");
    auto database = open();
    auto query = db::RawSql(database).prepare("SELECT 1 FROM suppressions");
    CHECK_FALSE(query.step());
}

TEST_CASE_METHOD(OneReader, "where the relay offers SMTPUTF8 the address stands raw in envelope and header") {
    const ScriptedSmtp server(with_utf8);
    use_relay(server.port());
    subscribe(3);
    subscribe_one("jürgen@example.org", "Jürgen");
    run_once();
    CHECK(progress().sent == 4);
    CHECK(server.count("MAIL FROM:<notes@example.org> BODY=8BITMIME SMTPUTF8\"") == 1);
    CHECK(server.count("MAIL FROM:<notes@example.org>\"") == 3);
    CHECK(server.count("RCPT TO:<j\\u00fcrgen@example.org>") == 1);
    // The server writes content as Latin-1: these are the octets C3 BC.
    CHECK(server.count("To: =?UTF-8?Q?J=C3=BCrgen?= <j\\u00c3\\u00bcrgen@example.org>\\r\\n") == 1);
}

TEST_CASE_METHOD(OneReader, "a domain that is not ASCII goes out as A-labels and needs no SMTPUTF8") {
    const ScriptedSmtp server("{}");
    use_relay(server.port());
    subscribe_one("ada@müller.example");
    run_once();
    CHECK(progress().sent == 1);
    CHECK(server.count("RCPT TO:<ada@xn--mller-kva.example>\"") == 1);
    CHECK(server.count("To: <ada@xn--mller-kva.example>") == 1);
}
