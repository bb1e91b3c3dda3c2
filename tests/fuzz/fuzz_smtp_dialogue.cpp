// A whole session with a server that sends anything. The first octet chooses the server's offer, how it ends,
// and whether envelopes are written ahead; the rest is what the server sends, one read per NUL-separated
// piece. For every input the session must keep its promises.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "../smtp/scripted_transport.hpp"
#include "base/text.hpp"
#include "smtp/session.hpp"

using namespace paperround;
using queue::OutcomeKind;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

constexpr std::string_view body = "hello\r\n";

// An acceptance needs a dot that was sent; a refused recipient needs a 5yz. A dot that was sent and got no
// reply makes a doubt, and nothing else does.
void check(const queue::Outcome& outcome, bool dot_left) {
    if (outcome.kind == OutcomeKind::accepted) require(dot_left && outcome.code / 100 == 2);
    if (outcome.kind == OutcomeKind::rejected_recipient) require(outcome.code / 100 == 5);
    if (dot_left && outcome.code == 0) require(outcome.kind == OutcomeKind::in_doubt);
    if (outcome.kind == OutcomeKind::in_doubt) require(dot_left);
}

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
    if ((mode & 2U) != 0) dialogue->tls = "TLSv1.3";
    if ((mode & 4U) != 0) dialogue->failing_write = (mode >> 4U) & 7U;
    smtp::Session session(std::make_unique<test::ScriptedTransport>(dialogue),
                          {.pipelining = (mode & 8U) != 0}, {});
    const smtp::Envelope envelope{"b@example.org", "a@example.net"};
    smtp::Session::Following following;
    if ((mode & 128U) != 0) following = [&envelope] { return smtp::Upcoming{envelope, body.size(), false}; };
    for (int i = 0; i < 8 && session.usable(); ++i) {
        dialogue->written.clear();
        const std::size_t writes = dialogue->writes;
        const auto outcome = session.send(
            envelope, body, [] { return true; }, following);
        const bool failed_here =
            dialogue->failing_write >= writes && dialogue->failing_write < dialogue->writes;
        const bool dot_left = dialogue->written.find("hello\r\n.\r\n") != std::string::npos ||
                              (failed_here && !dialogue->tls.empty());
        require(!session.overlap_failed() || (!session.usable() && (mode & 128U) != 0));
        // Under TLS a failed write of the envelope is no doubt: only certain cases are asserted then.
        if (failed_here) continue;
        check(outcome, dot_left);
        // A message that is sent again without being counted must not have arrived.
        require(!session.out_of_step() || !dot_left);
        require(!session.used_up() || !dot_left || outcome.code >= 400);
    }
    session.quit();
    require(dialogue->destroyed);
    return 0;
}
