#include "daemon/recorder_place.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <optional>
#include <string>

using namespace paperround;

namespace {

// Sets a variable of the environment, or removes it, for as long as this lives.
class Variable {
  public:
    Variable(const char* name, const std::optional<std::string>& value) : name_(name) {
        if (const char* before = std::getenv(name)) before_ = before;
        put(value);
    }
    ~Variable() { put(before_); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

  private:
    void put(const std::optional<std::string>& value) const {
        if (value) {
            ::setenv(name_, value->c_str(), 1);
        } else {
            ::unsetenv(name_);
        }
    }
    const char* name_;
    std::optional<std::string> before_;
};

constexpr auto boot = "0123456789abcdef0123456789abcdef";

}  // namespace

TEST_CASE("the recorder is in the unit's runtime folder, or in the data folder without one") {
    {
        const Variable runtime("RUNTIME_DIRECTORY", "/run/paperround:/run/other");
        CHECK(daemon::recorder_place("/data").folder == "/run/paperround");
    }
    const Variable runtime("RUNTIME_DIRECTORY", std::nullopt);
    CHECK(daemon::recorder_place("/data").folder == "/data");
}

TEST_CASE("the boot id is the unit's, with or without dashes") {
    const Variable id("PAPERROUND_BOOT_ID",
                      GENERATE(as<std::string>(), boot, "01234567-89ab-cdef-0123-456789abcdef"));
    CHECK(daemon::recorder_place("/data").boot == boot);
}

TEST_CASE("without the unit's boot id, or with something else in its place, the kernel says it") {
    const Variable none("PAPERROUND_BOOT_ID", GENERATE(as<std::optional<std::string>>(), std::nullopt, "%b",
                                                       "0123", "0123456789ABCDEF0123456789ABCDEF"));
    const std::string id = daemon::recorder_place("/data").boot;
    CHECK(id.size() == 32);
    CHECK(id != boot);
}
