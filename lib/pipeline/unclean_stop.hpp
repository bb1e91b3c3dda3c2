// Whether the last daemon on a data directory stopped by itself. A file, `running`, stands there while one
// works, and goes when everything is recorded; what finds it at its start comes after a kill, a crash or a
// power cut.
#pragma once

#include <filesystem>
#include <string>

namespace paperround::pipeline {

// True where the last run has left its mark. Makes it, durably. Requires the directory's lock. Throws
// std::filesystem::filesystem_error.
[[nodiscard]] bool mark_running(const std::filesystem::path& data_dir);
// Everything is recorded. A mark that cannot be removed costs the next start a check, no more.
void mark_stopped(const std::filesystem::path& data_dir);

// What is wrong with the database there, in words; empty where it is sound or there is none yet. Reads all of
// it.
[[nodiscard]] std::string damage_of(const std::filesystem::path& data_dir);

}  // namespace paperround::pipeline
