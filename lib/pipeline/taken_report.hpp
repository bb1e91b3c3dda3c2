// One report that came back, and what it did.
#pragma once

#include <cstdint>
#include <optional>

#include "bounce/report.hpp"
#include "queue/report_effect.hpp"
#include "queue/store/delivery_lookup.hpp"

namespace paperround::pipeline {

struct TakenReport {
    bounce::Report report;
    std::optional<queue::NamedDelivery> delivery;  // that it is proved to be about
    queue::ReportEffect effect = queue::ReportEffect::none;
    // So many readers of the mailing were told the same by now, where it is this one that makes it certain: it is about
    // us. Else 0.
    std::int64_t readers_told = 0;
};

}  // namespace paperround::pipeline
