#include "email/mime/dkim_signer.hpp"

#include <catch2/catch.hpp>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/text/date_time.hpp"
#include "email/sample.hpp"

using namespace paperround;
using namespace paperround::email;
using namespace paperround::test;

namespace {

DkimKey key_of(PrivateKey::Type type, const std::string& selector = "s1") {
    return {"example.org", selector, PrivateKey::generate(type)};
}
const DkimKey& ed25519() {
    static const DkimKey key = key_of(PrivateKey::Type::ed25519);
    return key;
}

Time now() {
    return parse_rfc3339("2026-11-25T00:00:00Z").value();
}

std::string signed_sample(const std::vector<std::string>& rewritten = {}) {
    return DkimSigner({ed25519()}, rewritten).sign(composed(sample_content()), now());
}

// The value of a tag of a signature, without the white space that folding put in.
std::string tag(const std::string& signature, const std::string& name) {
    std::string flat;
    for (const char c : signature) {
        if (c != ' ' && c != '\t' && c != '\r' && c != '\n') flat += c;
    }
    const auto at = flat.find(";" + name + "=");
    REQUIRE(at != std::string::npos);
    const auto start = at + name.size() + 2;
    return flat.substr(start, flat.find(';', start) - start);
}

std::size_t times(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

}  // namespace

TEST_CASE("a signature states version, algorithm, canonical form, domain, selector and time") {
    const std::string signature = signed_sample();
    CHECK(signature.starts_with("DKIM-Signature: v=1; "));
    CHECK(tag(signature, "a") == "ed25519-sha256");
    CHECK(tag(signature, "c") == "relaxed/relaxed");
    CHECK(tag(signature, "d") == "example.org");
    CHECK(tag(signature, "s") == "s1");
    CHECK(tag(signature, "t") == "1795564800");
    CHECK(times(signature, "l=") == 0);
}

TEST_CASE("what nobody may add a second time is named once more than it stands there") {
    const std::string fields = ":" + tag(signed_sample(), "h") + ":";
    for (const char* name : {"From", "To", "Subject", "Date", "List-Unsubscribe", "List-Unsubscribe-Post"}) {
        CAPTURE(name);
        CHECK(times(fields, std::string(":") + name + ":") == 2);
    }
    CHECK(times(fields, ":Reply-To:") == 1);  // there is none, and there shall be none
}

TEST_CASE("a reply address is covered and cannot be added to") {
    auto content = sample_content();
    content.newsletter.reply_to = Mailbox{"", "editor@example.org"};
    const std::string fields = ":" + tag(DkimSigner({ed25519()}).sign(composed(content), now()), "h") + ":";
    CHECK(times(fields, ":Reply-To:") == 2);
}

TEST_CASE("the other fields that we write are covered once") {
    const std::string fields = ":" + tag(signed_sample(), "h") + ":";
    for (const char* name : {"Message-ID", "List-Id", "Feedback-ID", "MIME-Version", "Content-Type"}) {
        CAPTURE(name);
        CHECK(times(fields, std::string(":") + name + ":") == 1);
    }
}

TEST_CASE("fields that the relay rewrites are left out, whatever their case") {
    const std::string fields = ":" + tag(signed_sample({"message-id", "date"}), "h") + ":";
    CHECK(times(fields, ":Message-ID:") == 0);
    CHECK(times(fields, ":Date:") == 0);
    CHECK(times(fields, ":Subject:") == 2);
}

TEST_CASE("the body's hash is that of its relaxed form") {
    DkimSigner signer({ed25519()});
    const std::string signature = signer.sign("From: a@example.org\r\n\r\n C \r\nD \t E\r\n\r\n\r\n", now());
    CHECK(tag(signature, "bh") == base64(sha256(" C\r\nD E\r\n")));
}
TEST_CASE("the hash of an empty body is that of nothing") {
    // RFC 6376 §3.4.4 states it.
    DkimSigner signer({ed25519()});
    CHECK(tag(signer.sign("From: a@example.org\r\n\r\n", now()), "bh") ==
          "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    CHECK(tag(signer.sign("From: a@example.org\r\n", now()), "bh") ==
          "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
}

TEST_CASE("each key makes a signature of its own, in their order") {
    DkimSigner signer({key_of(PrivateKey::Type::rsa, "r"), key_of(PrivateKey::Type::ed25519, "e")});
    const std::string signatures = signer.sign(composed(sample_content()), now());
    CHECK(times(signatures, "DKIM-Signature: ") == 2);
    CHECK(signatures.find("s=r;") < signatures.find("s=e;"));
}

TEST_CASE("without a key nothing is signed") {
    CHECK(DkimSigner({}).sign(composed(sample_content()), now()).empty());
}

TEST_CASE("a signature is folded under 78 octets, in lines that continue") {
    const std::string signature =
        DkimSigner({key_of(PrivateKey::Type::rsa)}).sign(composed(sample_content()), now());
    REQUIRE(signature.ends_with("\r\n"));
    std::size_t start = 0;
    for (auto end = signature.find("\r\n"); end != std::string::npos; end = signature.find("\r\n", start)) {
        INFO(signature.substr(start, end - start));
        CHECK(end - start < 78);
        CHECK((start == 0 || signature[start] == '\t'));
        start = end + 2;
    }
}

TEST_CASE("an Ed25519 record publishes 32 octets, an RSA record strings of at most 255") {
    const std::string record = dkim_record(ed25519());
    const std::string head = "s1._domainkey.example.org. IN TXT ( \"v=DKIM1; k=ed25519; p=";
    CHECK(record.starts_with(head));
    CHECK(record.size() == head.size() + 44 + 3);  // 32 octets in base64, and `" )`
    const std::string rsa = dkim_record(key_of(PrivateKey::Type::rsa));
    CHECK(rsa.starts_with("s1._domainkey.example.org. IN TXT ( \"v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0B"));
    CHECK(times(rsa, "\"") == 4);
    const auto first = rsa.find('"');
    CHECK(rsa.find('"', first + 1) - first - 1 == 255);
}
