// What a seam to PostgreSQL would make of our SQL, mechanically: no engine is built on it yet.
#pragma once

#include <string>
#include <string_view>

namespace paperround::test {

// ?1 becomes $1; the hint INDEXED BY goes.
[[nodiscard]] std::string postgres_statement(std::string_view sql);
// A table or index as SQLite describes it: 64-bit integers, numbers given by the server, no WITHOUT ROWID.
[[nodiscard]] std::string postgres_definition(std::string_view sql);

}  // namespace paperround::test
