// The tables of sources and posts, as steps.
#include "post/post_schema.hpp"

#include <array>

#include "db/migrations.hpp"
#include "post/post_likeness.hpp"

namespace paperround::post {

namespace {

constexpr std::array<std::string_view, 5> post_steps{R"sql(
CREATE TABLE sources (
    id            INTEGER PRIMARY KEY,
    newsletter    TEXT NOT NULL,
    location      TEXT NOT NULL,
    etag          TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    permanent_url TEXT NOT NULL DEFAULT '',
    next_poll     INTEGER,
    failures      INTEGER NOT NULL DEFAULT 0,
    first_polled  INTEGER,
    gone          INTEGER NOT NULL DEFAULT 0,
    last_error    TEXT NOT NULL DEFAULT '',
    UNIQUE (newsletter, location)
);
CREATE TABLE posts (
    id          INTEGER PRIMARY KEY,
    newsletter  TEXT NOT NULL,
    source      INTEGER NOT NULL REFERENCES sources (id),
    external_id TEXT NOT NULL,
    link        TEXT NOT NULL,
    title       TEXT NOT NULL,
    subtitle    TEXT NOT NULL,
    author      TEXT NOT NULL,
    published   INTEGER,
    image       TEXT NOT NULL,
    html        TEXT NOT NULL,
    tags        TEXT NOT NULL,  -- a JSON array
    fingerprint TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('recorded', 'ready', 'held', 'mailed', 'skipped')),
    held_reason TEXT NOT NULL DEFAULT '',
    found_at    INTEGER NOT NULL,
    UNIQUE (source, external_id)
);
CREATE INDEX posts_by_state ON posts (newsletter, state);
CREATE INDEX posts_by_link ON posts (newsletter, link) WHERE link <> '';
CREATE INDEX posts_by_fingerprint ON posts (newsletter, fingerprint);
)sql",
                                                     R"sql(
-- Another state, withdrawn. embargo_until: so long the source may withdraw or change the post; 0: it stands.
CREATE TABLE posts_anew (
    id            INTEGER PRIMARY KEY,
    newsletter    TEXT NOT NULL,
    source        INTEGER NOT NULL REFERENCES sources (id),
    external_id   TEXT NOT NULL,
    link          TEXT NOT NULL,
    title         TEXT NOT NULL,
    subtitle      TEXT NOT NULL,
    author        TEXT NOT NULL,
    published     INTEGER,
    image         TEXT NOT NULL,
    html          TEXT NOT NULL,
    tags          TEXT NOT NULL,  -- a JSON array
    fingerprint   TEXT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('recorded', 'ready', 'held', 'mailed', 'skipped', 'withdrawn')),
    held_reason   TEXT NOT NULL DEFAULT '',
    found_at      INTEGER NOT NULL,
    embargo_until INTEGER NOT NULL DEFAULT 0,
    UNIQUE (source, external_id)
);
INSERT INTO posts_anew SELECT id, newsletter, source, external_id, link, title, subtitle, author, published, image,
    html, tags, fingerprint, state, held_reason, found_at, 0 FROM posts;
DROP TABLE posts;
ALTER TABLE posts_anew RENAME TO posts;
CREATE INDEX posts_by_state ON posts (newsletter, state, embargo_until);
CREATE INDEX posts_by_link ON posts (newsletter, link) WHERE link <> '';
CREATE INDEX posts_by_fingerprint ON posts (newsletter, fingerprint);
CREATE INDEX posts_under_embargo ON posts (source) WHERE embargo_until > 0;
)sql",
                                                     R"sql(
-- follows: its source may withdraw or change it until it is mailed. link_key, text_key: what it is recognised by
-- in another dress; NULL: not made yet.
ALTER TABLE sources ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE sources ADD COLUMN last_look INTEGER;
ALTER TABLE sources ADD COLUMN newest_at_first INTEGER;
ALTER TABLE sources ADD COLUMN announced INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sources ADD COLUMN moved_inside INTEGER NOT NULL DEFAULT 0;
-- Whether a page led there was not noted. Where it did not, no page stands at the location.
UPDATE sources SET announced = 1 WHERE permanent_url <> '';
-- A first look was the moment of its oldest posts; what it found was found in the same moment.
UPDATE sources SET newest_at_first = (SELECT max(published) FROM posts WHERE source = sources.id
    AND published <= first_polled AND found_at <= first_polled);
ALTER TABLE posts ADD COLUMN follows INTEGER NOT NULL DEFAULT 0;
UPDATE posts SET follows = 1 WHERE state = 'held' OR embargo_until > 0;
ALTER TABLE posts ADD COLUMN link_key TEXT;
ALTER TABLE posts ADD COLUMN text_key TEXT;
CREATE INDEX posts_by_link_key ON posts (newsletter, link_key) WHERE link_key <> '';
CREATE INDEX posts_by_text_key ON posts (newsletter, text_key) WHERE text_key <> '';
CREATE INDEX posts_by_title ON posts (newsletter, title) WHERE title <> '';
CREATE INDEX posts_without_keys ON posts (id) WHERE text_key IS NULL;
CREATE INDEX posts_following ON posts (source) WHERE follows = 1;
DROP INDEX posts_by_link;
DROP INDEX posts_by_fingerprint;
DROP INDEX posts_under_embargo;
CREATE TABLE source_warnings (
    source INTEGER NOT NULL REFERENCES sources (id),
    line   TEXT NOT NULL,
    PRIMARY KEY (source, line)
) WITHOUT ROWID;
CREATE TABLE unpublished (
    source      INTEGER NOT NULL REFERENCES sources (id),
    external_id TEXT NOT NULL,
    title       TEXT NOT NULL,
    why         TEXT NOT NULL CHECK (why IN ('draft', 'later', 'expired')),
    time        INTEGER,
    PRIMARY KEY (source, external_id)
) WITHOUT ROWID;
)sql",
                                                     R"sql(
-- What addresses are recognised by has changed: more tracking parameters, escapes in one spelling.
UPDATE posts SET text_key = NULL;
)sql",
                                                     R"sql(
-- post/letter_store.hpp. `after` in milliseconds; gone_since: the folder has had no such file since.
ALTER TABLE posts ADD COLUMN letter INTEGER NOT NULL DEFAULT 0;
CREATE TABLE letters (
    newsletter  TEXT NOT NULL,
    name        TEXT NOT NULL,
    after       INTEGER NOT NULL,
    post_id     INTEGER NOT NULL,
    joined_from INTEGER NOT NULL,
    gone_since  INTEGER,
    PRIMARY KEY (newsletter, name)
) WITHOUT ROWID;
CREATE TABLE letter_orders (
    newsletter TEXT PRIMARY KEY,
    number     INTEGER NOT NULL,
    timing     TEXT NOT NULL
);
)sql"};

bool keys_are_missing(db::Database& database) {
    return database.prepare<"SELECT 1 FROM posts WHERE text_key IS NULL LIMIT 1">().step();
}

// Rows from before the keys get theirs: some at once, each time in a transaction of its own.
void make_some_keys(db::Database& database) {
    db::Transaction transaction(database);
    auto query =
        database.prepare<"SELECT id, link, title, html FROM posts WHERE text_key IS NULL LIMIT 500">();
    std::vector<std::pair<std::int64_t, feed::Post>> rows;
    while (query.step()) {
        rows.emplace_back(query.integer(0),
                          feed::Post{.link = query.text(1), .title = query.text(2), .html = query.text(3)});
    }
    query.reset();
    auto& update =
        database.transaction().cached<"UPDATE posts SET link_key = ?2, text_key = ?3 WHERE id = ?1">();
    for (const auto& [id, post] : rows) update.bind_all(id, link_key(post.link), text_key(post)).run();
    transaction.commit();
}

}  // namespace

void migrate_posts(db::Database& database) {
    db::migrate(database, "post", post_steps);
    // Asked first: whoever only reads must not wait for the lock of those who write.
    while (keys_are_missing(database)) make_some_keys(database);
}

}  // namespace paperround::post
