// What always holds in a database, asked of it after a test has done something:
//
//     CHECK(test::broken_invariants(database).empty());
//
// The statements stand in invariants.sql beside this file; scripts/torture.py asks the same.
#pragma once

#include <string>
#include <vector>

#include "db/database.hpp"

namespace paperround::test {

enum class Rest { under_way, at_rest };

// What breaks them, in words. at_rest: also those that hold only while nobody works on the database.
[[nodiscard]] std::vector<std::string> broken_invariants(db::Database& database, Rest rest = Rest::under_way);

}  // namespace paperround::test
