// What a person may ask of sources: where posts come from, when each was read, and what is wrong. Reads only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/desk.hpp"
#include "post/post_store.hpp"

namespace paperround::control {

struct SourceView {
    std::string newsletter;
    std::string location;
    std::optional<post::SourceState> known;  // nothing before its first look

    // "new", "read", "failing" or "gone".
    [[nodiscard]] std::string_view state() const;
};

// Those of the configuration, in its order.
[[nodiscard]] std::vector<SourceView> list_sources(Desk& desk);
// One JSON object on a line.
[[nodiscard]] std::string to_json(const SourceView& view);

}  // namespace paperround::control
