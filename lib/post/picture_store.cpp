#include "post/picture_store.hpp"

#include <array>
#include <string_view>

#include "db/migrations.hpp"

namespace paperround::post {

namespace {

constexpr std::array<std::string_view, 1> picture_steps{R"sql(
CREATE TABLE pictures_awaited (
    post  INTEGER PRIMARY KEY,
    until INTEGER NOT NULL
);
CREATE TABLE picture_sizes (
    post   INTEGER NOT NULL,
    url    TEXT NOT NULL,
    width  INTEGER NOT NULL,
    height INTEGER NOT NULL,
    PRIMARY KEY (post, url)
) WITHOUT ROWID;
)sql"};

}  // namespace

void PictureStore::migrate(db::Database& database) {
    db::migrate(database, "pictures", picture_steps);
}

void PictureStore::await(std::int64_t post, Time until) {
    database_.transaction()
        .cached<
            "INSERT INTO pictures_awaited (post, until) VALUES (?1, ?2) ON CONFLICT (post) DO UPDATE SET until = ?2">()
        .bind_all(post, until)
        .run();
}

std::vector<std::int64_t> PictureStore::awaited(std::size_t limit) const {
    auto& query = database_.cached<"SELECT post FROM pictures_awaited ORDER BY post LIMIT ?1">();
    query.bind(1, static_cast<std::int64_t>(limit));
    std::vector<std::int64_t> posts;
    while (query.step()) posts.push_back(query.integer(0));
    query.reset();
    return posts;
}

bool PictureStore::holds_up(std::int64_t post, Time now) const {
    auto& query =
        database_.cached<"SELECT 1 FROM pictures_awaited WHERE post = ?1 AND until > ?2 AND until <= ?3">();
    query.bind_all(post, now, now + picture_patience);
    const bool found = query.step();
    query.reset();
    return found;
}

void PictureStore::keep(std::int64_t post, const PictureSizes& sizes) {
    database_.transaction().cached<"DELETE FROM pictures_awaited WHERE post = ?1">().bind(1, post).run();
    auto& insert = database_.transaction()
                       .cached<
                           "INSERT INTO picture_sizes (post, url, width, height) VALUES (?1, ?2, ?3, ?4) "
                           "ON CONFLICT (post, url) DO UPDATE SET width = ?3, height = ?4">();
    for (const auto& [url, size] : sizes) {
        insert
            .bind_all(post, url, static_cast<std::int64_t>(size.width),
                      static_cast<std::int64_t>(size.height))
            .run();
    }
}

PictureSizes PictureStore::sizes_of(std::int64_t post) const {
    auto& query = database_.cached<"SELECT url, width, height FROM picture_sizes WHERE post = ?1">();
    query.bind(1, post);
    PictureSizes sizes;
    while (query.step()) {
        sizes.emplace(query.text(0), PictureSize{static_cast<unsigned>(query.integer(1)),
                                                 static_cast<unsigned>(query.integer(2))});
    }
    query.reset();
    return sizes;
}

}  // namespace paperround::post
