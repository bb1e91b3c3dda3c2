// The operator's time zone, until the test ends.
#pragma once

#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>

namespace paperround::test {

class ZoneGuard {
  public:
    explicit ZoneGuard(const char* zone) {
        if (const char* before = std::getenv("TZ")) before_ = before;
        ::setenv("TZ", zone, 1);
        ::tzset();
    }
    ~ZoneGuard() {
        before_ ? ::setenv("TZ", before_->c_str(), 1) : ::unsetenv("TZ");
        ::tzset();
    }
    ZoneGuard(const ZoneGuard&) = delete;
    ZoneGuard& operator=(const ZoneGuard&) = delete;

  private:
    std::optional<std::string> before_;
};

// Central European time as POSIX writes it: no time zone files are needed.
inline constexpr auto central_europe = "CET-1CEST,M3.5.0,M10.5.0/3";

}  // namespace paperround::test
