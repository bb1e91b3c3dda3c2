// Reads a YAML file into Settings. All problems are found in one go; a file with any problem yields no
// settings. Limits: 1 MiB, depth 20, 10 000 nodes after aliases. Relative paths start at the file's own
// folder. Reads no other file (secrets are read when a relay is opened). Thread-safe.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "config/settings.hpp"

namespace paperround::config {

struct Problem {
    std::filesystem::path file;
    std::size_t line = 0;    // 1-based; 0 if the problem concerns the whole file
    std::string key;         // dotted path: newsletters.notes.sources[0].every
    std::string message;     // what was expected, what came
    std::string suggestion;  // the nearest known key or name, or empty
    bool passing = false;    // it may pass by itself: a folder that is not mounted yet

    // `config.yaml:12: newsletters.notes.shedule: unknown key, did you mean "schedule"?`
    [[nodiscard]] std::string to_line() const;
};

[[nodiscard]] Result<Settings, std::vector<Problem>> load(const std::filesystem::path& file);
[[nodiscard]] Result<Settings, std::vector<Problem>> parse(std::string_view yaml,
                                                           const std::filesystem::path& file);

}  // namespace paperround::config
