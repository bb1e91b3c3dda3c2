// Statements of SQLite, and what its result codes mean to those who act on a db::Error.
#pragma once

#include "db/database.hpp"

struct sqlite3;

namespace paperround::db {

[[nodiscard]] Statement prepared(sqlite3* connection, std::string_view sql);

[[nodiscard]] Error::Code classify(int sqlite_code, int extended);

// With the system's reason (errno; 0 where there is none), which SQLite's words leave out: "unable to open
// database file" may be for want of room, of descriptors or of the right to.
[[nodiscard]] Error error_of(Error::Code code, const std::string& words, int reason);

}  // namespace paperround::db
