// What an admin asks about readers, as he does it: from the statement of a mailing to a person who is forgotten.
#include <fstream>
#include <nlohmann/json.hpp>

#include "integration/daemon_fixture.hpp"

using namespace paperround::test;
using nlohmann::json;

namespace {

struct AskedFixture : DaemonFixture {
    AskedFixture() : server(R"({"RCPT": ["250 ok", "550 5.1.1 <reader2@example.org> is not known here"]})") {
        configure({.relay_port = server.port(), .connections = 1});
        publish({"A post"});
        import_readers(2);
        REQUIRE(command({"run", "--once"}).status == 0);
    }
    std::string write(const std::string& name, const std::string& text) {
        const auto file = dir.path() / name;
        std::ofstream(file) << text;
        return file.string();
    }
    ScriptedSmtp server;
};

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE_METHOD(AskedFixture, "a mailing's statement adds up, and each of its lines can be listed") {
    const auto shown = command({"mailings", "show", "1"}).output;
    CHECK(holds(shown, "audience                  2"));
    CHECK(holds(shown, "= accepted                1  paperround mailings readers 1 accepted"));
    CHECK(holds(shown, "+ bounced                 1  paperround mailings readers 1 bounced"));
    const auto closing = json::parse(command({"mailings", "show", "1", "--json"}).output).at("closing");
    CHECK(closing.at("audience") == 2);
    CHECK(closing.at("accepted") == 1);
    const auto bounced = command({"mailings", "readers", "1", "bounced"});
    CHECK(bounced.status == 0);
    CHECK(holds(bounced.output, "reader2@example.org"));
    CHECK(holds(bounced.output, "is not known here"));
    CHECK(command({"mailings", "readers", "1", "lost"}).status == 64);
}

TEST_CASE_METHOD(AskedFixture,
                 "why somebody got a mailing, or did not, is explained with the server's words") {
    const auto got = command({"explain", "reader1@example.org", "1"});
    CHECK(got.status == 0);
    CHECK(holds(got.output, "got it"));
    const auto missed = json::parse(command({"explain", "reader2@example.org", "1", "--json"}).output);
    CHECK(missed.at("cause") == "bounced");
    CHECK(holds(missed.dump(), "is not known here"));
    CHECK(command({"explain", "reader2@example.org", "9"}).status == 65);
    CHECK(command({"explain", "nobody"}).status == 64);
}

TEST_CASE_METHOD(AskedFixture, "an address is suppressed and lifted, by hand and by a list") {
    CHECK(command({"suppressions", "add", "reader1@example.org", "asked by letter"}).status == 0);
    CHECK(holds(command({"suppressions", "list"}).output, "asked by letter"));
    const auto list = write("list.csv", command({"suppressions", "export"}).output);
    CHECK(command({"suppressions", "remove", "reader1@example.org"}).status == 0);
    CHECK(command({"suppressions", "remove", "reader1@example.org"}).status == 65);
    CHECK(command({"suppressions", "import", list}).status == 0);
    CHECK(holds(command({"suppressions", "list"}).output, "reader1@example.org"));
    CHECK(command({"suppressions", "import", write("bad.csv", "email\nnobody\n")}).status == 65);
}

TEST_CASE_METHOD(AskedFixture,
                 "a person is told everything and forgotten, and an import does not bring him back") {
    const auto all =
        json::parse(command({"subscribers", "export", "--person", "reader2@example.org"}).output);
    CHECK(all.at("deliveries").size() == 1);
    const auto receipt =
        json::parse(command({"subscribers", "forget", "reader2@example.org", "--json"}).output);
    CHECK(receipt.at("deliveries") == 1);
    const auto log = command({"log"}).output;
    CHECK_FALSE(holds(log, "reader2@example.org"));
    CHECK(holds(log, receipt.at("label").get<std::string>().substr(0, 20)));
    const auto list = write("again.csv", "email\nreader2@example.org\n");
    CHECK(holds(command({"subscribers", "import", "notes", list}).output, "1 had left and stay away"));
    CHECK(command({"subscribers", "show", "reader2@example.org"}).status == 65);
    CHECK(command({"subscribers", "forget", "reader2@example.org"}).status == 65);
    CHECK(command({"subscribers", "import", "notes", list, "--again"}).status == 0);
    CHECK(command({"subscribers", "show", "reader2@example.org"}).status == 0);
}

TEST_CASE_METHOD(AskedFixture, "tags with a dash before them are tags and no options") {
    CHECK(holds(command({"subscribers", "tag", "reader1@example.org", "+beta", "+hiking"}).output,
                "beta, hiking"));
    CHECK(holds(command({"subscribers", "tag", "reader1@example.org", "-hiking", "-cold", "+new"}).output,
                "beta, new"));
    CHECK(holds(command({"subscribers", "show", "reader1@example.org"}).output, "beta, new"));
    CHECK(command({"subscribers", "tag", "reader1@example.org"}).status == 64);
}

TEST_CASE_METHOD(AskedFixture, "the key is rotated, without a word about it") {
    CHECK(command({"key", "rotate"}).status == 0);
    CHECK(std::filesystem::file_size(dir.path() / "data" / "secret.key.old") == 32);
    CHECK(command({"run", "--once"}).status == 0);
}
