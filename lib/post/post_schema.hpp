// Makes or upgrades the tables of sources and posts, in transactions of its own.
#pragma once

#include "db/database.hpp"

namespace paperround::post {

void migrate_posts(db::Database& database);

}  // namespace paperround::post
