// What other people's verifiers say of our signatures: dkimpy, OpenDKIM, mailauth.
#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/encoding.hpp"
#include "base/text/date_time.hpp"
#include "email/mime/dkim_signer.hpp"
#include "email/sample.hpp"
#include "support/places.hpp"
#include "support/process.hpp"
#include "support/seeded_random.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using namespace paperround::email;
using namespace paperround::test;
using nlohmann::json;

namespace {

struct Keys {
    DkimKey rsa{"example.org", "rsa", PrivateKey::generate(PrivateKey::Type::rsa)};
    DkimKey ed25519{"example.org", "ed", PrivateKey::generate(PrivateKey::Type::ed25519)};

    [[nodiscard]] json records() const {
        json records;
        for (const DkimKey* key : {&rsa, &ed25519}) {
            records[key->selector + "._domainkey.example.org"] =
                fmt::format("v=DKIM1; k={}; p={}", to_string(key->key.type()), base64(key->key.public_key()));
        }
        return records;
    }
};

// A hostile but valid message: odd white space, long and folded fields, octets past 127, bodies that end in
// all ways.
class OddMessages {
  public:
    std::string next() {
        std::string out = pick({"From: a@example.org", "from:  \t Ada Bell <a@example.org>\t ",
                                "FROM:\r\n\tAda\r\n  Bell <a@example.org>"}) +
                          "\r\n";
        out += "To: " + pick({"reader@example.net", "<jürgen@example.net>"}) + "\r\n";
        out += "Subject:" + white_space() + title() + white_space() + "\r\n";
        out += "Date: Wed, 25 Nov 2026 00:00:00 +0000\r\nMessage-ID: <" + std::to_string(random_.next()) +
               "@x>\r\n";
        if (one_in(2))
            out +=
                "List-Unsubscribe: <https://example.org/" + std::string(random_.next() % 800, 'u') + ">\r\n";
        if (one_in(2)) out += "X-Odd:\r\n \t\r\n .\r\n";  // white space alone on a folded line
        if (one_in(3)) out += "Reply-To: one@example.org,\r\n\ttwo@example.org\r\n";
        out += "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n";
        return out + body();
    }

  private:
    bool one_in(unsigned n) { return random_.next() % n == 0; }
    std::string pick(const std::vector<std::string>& choices) {
        return choices[random_.next() % choices.size()];
    }
    std::string white_space() { return pick({"", " ", "\t", "  \t ", "\r\n ", " \r\n\t  "}); }
    std::string title() {
        std::string out = "T";
        for (auto words = random_.next() % 30; words > 0; --words)
            out += white_space() + pick({"plain", "schön", "שלום", "🗞️", "a:b;c=d", "“quoted”"});
        return out;
    }
    std::string body() {
        std::string out;
        for (auto lines = random_.next() % 12; lines > 0; --lines)
            out += pick({"", ".", " ", "\t", "word  and\tword \t", "From here", " indented", "caf\xc3\xa9",
                         std::string(random_.next() % 900, 'x')}) +
                   "\r\n";
        return out;
    }
    SeededRandom random_{6376};
};

json verdicts_on(const TempDir& folder) {
    const auto done = run(
        {python, test::source_folder() + "/tests/support/verify/dkim_verifiers.py", folder.path().string()},
        {}, std::chrono::seconds(240));
    INFO(done.errors);
    REQUIRE(done.status == 0);
    return json::parse(done.output);
}

Time now() {
    return parse_rfc3339("2026-11-25T00:00:00Z").value();
}

}  // namespace

TEST_CASE("dkimpy, OpenDKIM and mailauth accept RSA and Ed25519 signatures of 200 odd messages") {
    const Keys keys;
    DkimSigner signers[] = {DkimSigner({keys.rsa}), DkimSigner({keys.ed25519}),
                            DkimSigner({keys.rsa, keys.ed25519})};
    const json rsa = json::array({"rsa-sha256", true});
    const json ed25519 = json::array({"ed25519-sha256", true});
    const json accepted[] = {json::array({rsa}), json::array({ed25519}), json::array({rsa, ed25519})};
    const TempDir folder;
    folder.write("keys.json", keys.records().dump());
    OddMessages odd;
    for (int i = 0; i < 200; ++i) {
        // Each fourth is one of ours as it is really sent.
        const std::string message = i % 4 == 3 ? composed(sample_content()) : odd.next();
        folder.write(fmt::format("{:03}.eml", i), signers[i % 3].sign(message, now()) + message);
    }
    const json verdicts = verdicts_on(folder);
    REQUIRE(verdicts.size() == 200);
    for (int i = 0; i < 200; ++i) {
        const std::string name = fmt::format("{:03}.eml", i);
        INFO(slurp(folder / name));
        REQUIRE(verdicts[name]["mailauth"] == accepted[i % 3]);
        REQUIRE(verdicts[name]["dkimpy"] == json(std::vector<bool>(accepted[i % 3].size(), true)));
        REQUIRE(verdicts[name]["opendkim"] == true);
    }
}

TEST_CASE("all three refuse a message that was changed on the way") {
    const Keys keys;
    const TempDir folder;
    folder.write("keys.json", keys.records().dump());
    const std::string message = composed(sample_content());
    const std::string sound = DkimSigner({keys.rsa, keys.ed25519}).sign(message, now()) + message;
    folder.write("body.eml", std::string(sound).replace(sound.find("One foot"), 8, "Two feet"));
    folder.write("subject.eml", std::string(sound).replace(sound.find("On walking"), 10, "On running"));
    folder.write("second-from.eml", "From: Somebody else <x@example.com>\r\n" + sound);
    const json verdicts = verdicts_on(folder);
    REQUIRE(verdicts.size() == 3);
    for (const auto& [name, verdict] : verdicts.items()) {
        CAPTURE(name);
        CHECK(verdict["mailauth"] ==
              json::array({json::array({"rsa-sha256", false}), json::array({"ed25519-sha256", false})}));
        CHECK(verdict["dkimpy"] == json::array({false, false}));
        CHECK(verdict["opendkim"] == false);
    }
}
