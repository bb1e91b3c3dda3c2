#include "base/environment.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>

using namespace paperround;

TEST_CASE("an unset and an empty variable are nothing") {
    ::unsetenv("PAPERROUND_TEST_VARIABLE");
    CHECK_FALSE(environment("PAPERROUND_TEST_VARIABLE").has_value());
    ::setenv("PAPERROUND_TEST_VARIABLE", "", 1);
    CHECK_FALSE(environment("PAPERROUND_TEST_VARIABLE").has_value());
    ::setenv("PAPERROUND_TEST_VARIABLE", "x y", 1);
    CHECK(environment("PAPERROUND_TEST_VARIABLE") == "x y");
    ::unsetenv("PAPERROUND_TEST_VARIABLE");
}
