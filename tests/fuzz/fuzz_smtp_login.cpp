// A login at a server that sends anything. The first octet chooses its offer and how it ends; the rest is
// what it sends, one read per NUL-separated piece. No failure contains a secret.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "../smtp/scripted_transport.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "smtp/login.hpp"

using namespace paperround;

namespace {
void require(bool holds) {
    if (!holds) std::abort();
}
constexpr std::string_view secret = "s3cret-and-long";
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const unsigned mode = data[0];
    auto dialogue = std::make_shared<test::Dialogue>();
    const std::string_view said(reinterpret_cast<const char*>(data) + 1, size - 1);
    for (const std::string_view piece : split(said, '\0')) {
        if (!piece.empty()) dialogue->replies.emplace_back(piece);
    }
    dialogue->at_end = (mode & 1U) != 0 ? smtp::Transfer::closed : smtp::Transfer::timed_out;
    smtp::Capabilities offered{.auth = true};
    if ((mode & 2U) != 0) offered.mechanisms.emplace_back("PLAIN");
    if ((mode & 4U) != 0) offered.mechanisms.emplace_back("LOGIN");
    if ((mode & 8U) != 0) offered.mechanisms.emplace_back("CRAM-MD5");
    if ((mode & 16U) != 0) offered.mechanisms.emplace_back("XOAUTH2");
    if ((mode & 32U) != 0) offered.mechanisms.emplace_back("OAUTHBEARER");
    const smtp::Login login{.username = "joe",
                            .secret = std::string(secret),
                            .is_token = (mode & 64U) != 0,
                            .host = "mx",
                            .port = 25};
    test::ScriptedTransport transport(dialogue);
    const auto failed = smtp::log_in(transport, offered, login, std::chrono::minutes(5));
    if (failed) {
        require(!failed->outcome.text.empty() && !has_control_characters(failed->outcome.text));
        require(failed->outcome.text.find(secret) == std::string::npos);
        require(failed->outcome.text.find(base64(secret)) == std::string::npos);
        require(failed->outcome.stage == queue::Stage::auth);
    }
    return 0;
}
