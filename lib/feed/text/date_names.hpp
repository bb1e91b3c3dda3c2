// Names of months and time zones as feeds write them. Used inside feed only. Pure.
#pragma once

#include <optional>
#include <string_view>

namespace paperround::feed {

// 1 to 12; -1 for what is no month. `word` is in small letters, as far as they are ASCII.
[[nodiscard]] int month_named(std::string_view word);
// Minutes east of UTC; nothing for what is no zone, or has several meanings.
[[nodiscard]] std::optional<int> zone_named(std::string_view word);

}  // namespace paperround::feed
