// Where this process keeps its flight recorder (queue/recorder/flight_recorder.hpp), and in which boot it runs.
#pragma once

#include <filesystem>

#include "pipeline/plan/recovery.hpp"

namespace paperround::daemon {

// The service manager's runtime folder ($RUNTIME_DIRECTORY), or `data_dir` without one. The boot id is told by the unit
// ($PAPERROUND_BOOT_ID), whose sandbox hides /proc/sys, or read there.
[[nodiscard]] pipeline::RecorderPlace recorder_place(const std::filesystem::path& data_dir);

}  // namespace paperround::daemon
