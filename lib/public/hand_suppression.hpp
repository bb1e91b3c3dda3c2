// Whether a person has said that an address gets no mail of any newsletter. What a bounce or a complaint said ends when its
// reader joins anew; what a person said ends when a person says so (docs/joining.md). Failures are db::Error.
#pragma once

#include <string_view>

#include "audience/audience_store.hpp"

namespace paperround::pages {

[[nodiscard]] inline bool is_suppressed_by_hand(db::Database& database, std::string_view address) {
    const auto suppression = audience::AudienceStore(database).find_suppression(address);
    return suppression && suppression->reason == audience::suppressed_by_hand;
}

}  // namespace paperround::pages
