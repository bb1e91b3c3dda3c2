// What SQLite's result codes mean to those who act on a db::Error.
#pragma once

#include "db/database.hpp"

namespace paperround::db {

[[nodiscard]] Error::Code classify(int sqlite_code, int extended);

}  // namespace paperround::db
