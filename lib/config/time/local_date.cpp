#include "config/time/local_date.hpp"

#include <date/tz.h>

namespace paperround::config {

std::chrono::year_month_day local_date(Time time, const std::string& zone) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(time);
    const auto offset =
        zone == "UTC" ? std::chrono::seconds(0) : date::locate_zone(zone)->get_info(whole).offset;
    return {std::chrono::floor<std::chrono::days>(whole + offset)};
}

}  // namespace paperround::config
