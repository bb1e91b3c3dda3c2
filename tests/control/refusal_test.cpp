#include "control/refusal.hpp"

#include <sysexits.h>

#include <catch2/catch.hpp>

using paperround::control::Refusal;

TEST_CASE("each refusal has its own exit code and HTTP status") {
    using Code = Refusal::Code;
    struct Expected {
        Code code;
        std::string_view name;
        int exit;
        int http;
    };
    const auto expected = GENERATE(Expected{Code::malformed, "malformed", EX_USAGE, 400},
                                   Expected{Code::unknown, "unknown", EX_DATAERR, 404},
                                   Expected{Code::not_now, "not_now", EX_DATAERR, 409},
                                   Expected{Code::left_before, "left_before", EX_DATAERR, 409},
                                   Expected{Code::suppressed, "suppressed", EX_DATAERR, 409},
                                   Expected{Code::bad_content, "bad_content", EX_DATAERR, 422});
    CHECK(to_string(expected.code) == expected.name);
    CHECK(exit_status(expected.code) == expected.exit);
    CHECK(http_status(expected.code) == expected.http);
}
