// SQL as text, which nobody but the engine at hand has to understand, and which may write without a transaction:
// for migrations and the settings of a connection, and for tests, which look into a database or damage it.
// scripts/check-includes keeps it out of everything else.
#pragma once

#include <string_view>

#include "db/database.hpp"

namespace paperround::db {

class RawSql {
  public:
    explicit RawSql(Database& database) : database_(database) {}
    [[nodiscard]] Statement prepare(std::string_view sql) const { return database_.prepare(sql); }
    // One statement, or several with a semicolon between them.
    void execute(std::string_view sql) const { database_.execute(sql); }

  private:
    Database& database_;
};

}  // namespace paperround::db
