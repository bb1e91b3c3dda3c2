// How large the pictures of posts are, and which posts still wait to be told. Methods run in the caller's
// transaction where there is one (they begin none themselves). Belongs to the thread of its Database;
// failures of the database are db::Error.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "base/picture/picture_size.hpp"
#include "db/database.hpp"

namespace paperround::post {

// So long a mailing waits for the sizes of a post that was just found.
inline constexpr Duration picture_patience = std::chrono::seconds(10);

class PictureStore {
  public:
    explicit PictureStore(db::Database& database) : database_(database) {}
    // Makes or upgrades the tables, in a transaction of its own. PostStore::migrate calls it.
    static void migrate(db::Database& database);

    // Its pictures are to be looked at; a mailing waits for that until then.
    void await(std::int64_t post, Time until);
    // Those that are to be looked at, oldest first.
    [[nodiscard]] std::vector<std::int64_t> awaited(std::size_t limit) const;
    // Whether a mailing of the post waits now. A clock that was set makes it wait no longer.
    [[nodiscard]] bool holds_up(std::int64_t post, Time now) const;
    // What was learnt, beside what was known before; nothing more is awaited.
    void keep(std::int64_t post, const PictureSizes& sizes);
    [[nodiscard]] PictureSizes sizes_of(std::int64_t post) const;

  private:
    db::Database& database_;
};

}  // namespace paperround::post
