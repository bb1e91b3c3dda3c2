#include "daemon/asking.hpp"

#include <sysexits.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>

#include "pipeline/data/data_safety.hpp"

using namespace paperround;
using namespace paperround::daemon;

namespace {

struct BehindSudo {
    explicit BehindSudo(const std::string& name) { ::setenv("SUDO_USER", name.c_str(), 1); }
    ~BehindSudo() { ::unsetenv("SUDO_USER"); }
    BehindSudo(const BehindSudo&) = delete;
    BehindSudo& operator=(const BehindSudo&) = delete;
};

// sudo makes only root.
std::string expected(const std::string& behind) {
    const std::string self = pipeline::user_name(::geteuid());
    return ::geteuid() == 0 ? self + " (" + behind + ", by sudo)" : self;
}

}  // namespace

TEST_CASE("who asks is the Unix user, and behind sudo also who called it") {
    ::unsetenv("SUDO_USER");
    CHECK(unix_user() == pipeline::user_name(::geteuid()));
    const BehindSudo anna("anna");
    CHECK(unix_user() == expected("anna"));
}

TEST_CASE("a caller's name from the environment is cut") {
    const BehindSudo somebody(std::string(100'000, 'x'));
    CHECK(unix_user() == expected(std::string(64, 'x')));
}

TEST_CASE("a refusal ends the command with its exit code") {
    CHECK(tell({control::Refusal::Code::malformed, "expected a number"}) == EX_USAGE);
    CHECK(tell({control::Refusal::Code::unknown, "no mailing 7"}) == EX_DATAERR);
}
