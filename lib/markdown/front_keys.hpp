// What the keys of a front matter mean. Pure.
#pragma once

#include <optional>

#include "markdown/front_fields.hpp"

namespace paperround::markdown {

// Fills in the fields that keys stand for. Fails where one that says when the post may be sent cannot be
// read.
[[nodiscard]] std::optional<FrontMatterError> read_keys(const FrontValue& root, FrontMatter& into);

}  // namespace paperround::markdown
