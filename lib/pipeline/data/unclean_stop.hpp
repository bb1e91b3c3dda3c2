// Whether the last daemon on a data directory stopped cleanly. A file, `running`, exists while a daemon works
// and is removed when everything is recorded; a daemon that finds it at its start comes after a kill, a crash
// or a power cut.
#pragma once

#include <filesystem>
#include <string>

namespace paperround::pipeline {

// True if the last run has left its mark. Makes a new mark, durably. Requires the directory's lock. Throws
// std::filesystem::filesystem_error.
[[nodiscard]] bool mark_running(const std::filesystem::path& data_dir);
// Everything is recorded. If the mark cannot be removed, the next start only checks the database in vain.
void mark_stopped(const std::filesystem::path& data_dir);

// What is wrong with the database, in words; empty if it is sound or missing. Reads all of it.
[[nodiscard]] std::string damage_of(const std::filesystem::path& data_dir);

}  // namespace paperround::pipeline
