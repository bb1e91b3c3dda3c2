// Each store brings its own tables as an ordered list of steps; a step, once released, never changes.
#pragma once

#include <span>
#include <string_view>

#include "db/database.hpp"

namespace paperround::db {

// Applies those of `steps` that `component` has not had yet, all in one transaction. Throws Error with
// Code::other where the database is newer than the program.
void migrate(Database& database, std::string_view component, std::span<const std::string_view> steps);

}  // namespace paperround::db
