// How far a reader is in a newsletter's welcome series (docs/welcome.md).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audience/series_store.hpp"
#include "control/desk.hpp"

namespace paperround::control {

struct SeriesView {
    audience::SeriesReader reader;
    std::vector<audience::SeriesCopy> copies;  // that were made for him, the oldest first
};

// Nothing where he is in none.
[[nodiscard]] std::optional<SeriesView> series_of(Desk& desk, const std::string& newsletter,
                                                  std::int64_t subscriber_id);
// "the next letter is due at …", "it ended at …".
[[nodiscard]] std::string words_of(const SeriesView& view);

}  // namespace paperround::control
