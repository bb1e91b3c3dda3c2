// Whom a newsletter is for: the readers of its segment (`to`, config/segment.hpp), or all.
#pragma once

#include "audience/audience_store.hpp"
#include "config/settings.hpp"

namespace paperround::pipeline {

// Holds for the reader; empty where there is no segment, or the newsletter is configured no more (null). The newsletter
// must outlive it.
[[nodiscard]] audience::Wanted wanted_readers(const config::Newsletter* newsletter);

}  // namespace paperround::pipeline
