// All tables of this folder.
#pragma once

#include "db/database.hpp"

namespace paperround::queue {

// Makes or upgrades them, in transactions of its own.
void migrate_queue(db::Database& database);

}  // namespace paperround::queue
