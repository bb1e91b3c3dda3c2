#include "post/post_store.hpp"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "db/migrations.hpp"
#include "post/websub_store.hpp"

namespace paperround::post {

namespace {

constexpr std::array<std::string_view, 2> steps{R"sql(
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
)sql"};

std::string select_posts(std::string_view rest) {
    return fmt::format(
        "SELECT id, newsletter, source, external_id, link, title, subtitle, author, published, image, "
        "html, tags, state, held_reason, found_at, embargo_until FROM posts {}",
        rest);
}

constexpr std::array<std::string_view, 6> state_names{"recorded", "ready",   "held",
                                                      "mailed",   "skipped", "withdrawn"};

std::string tags_to_text(const std::vector<std::string>& tags) {
    return nlohmann::json(tags).dump();
}

std::vector<std::string> tags_from_text(const std::string& text) {
    return nlohmann::json::parse(text).get<std::vector<std::string>>();
}

StoredPost read_post(const db::Statement& row) {
    StoredPost stored;
    stored.id = row.integer(0);
    stored.newsletter = row.text(1);
    stored.source = row.integer(2);
    stored.post.id = row.text(3);
    stored.post.link = row.text(4);
    stored.post.title = row.text(5);
    stored.post.subtitle = row.text(6);
    stored.post.author = row.text(7);
    stored.post.published = row.optional_time(8);
    stored.post.image = row.text(9);
    stored.post.html = row.text(10);
    stored.post.tags = tags_from_text(row.text(11));
    stored.state = parse_post_state(row.text(12)).value_or(PostState::held);
    stored.reason = row.text(13);
    stored.found_at = row.time(14);
    stored.embargo_until = row.time(15);
    return stored;
}

std::vector<StoredPost> read_posts(db::Statement& query) {
    std::vector<StoredPost> posts;
    while (query.step()) posts.push_back(read_post(query));
    query.reset();
    return posts;
}

// The single integer that a query gives, if any.
std::optional<std::int64_t> first_integer(db::Statement& query) {
    std::optional<std::int64_t> found;
    if (query.step()) found = query.integer(0);
    query.reset();
    return found;
}

}  // namespace

std::string_view to_string(PostState state) {
    return state_names[static_cast<std::size_t>(state)];
}

std::optional<PostState> parse_post_state(std::string_view text) {
    for (std::size_t i = 0; i < state_names.size(); ++i) {
        if (state_names[i] == text) return static_cast<PostState>(i);
    }
    return std::nullopt;
}

void PostStore::migrate(db::Database& database) {
    db::migrate(database, "post", steps);
    WebSubStore::migrate(database);
}

std::optional<SourceState> PostStore::find_source(std::string_view newsletter,
                                                  std::string_view location) const {
    auto& query = database_.cached(
        "SELECT id, etag, last_modified, permanent_url, next_poll, failures, first_polled, gone, last_error "
        "FROM sources WHERE newsletter = ?1 AND location = ?2");
    query.bind_all(newsletter, location);
    if (!query.step()) {
        query.reset();
        return std::nullopt;
    }
    SourceState state;
    state.id = query.integer(0);
    state.newsletter = newsletter;
    state.location = location;
    state.validators = {query.text(1), query.text(2)};
    state.permanent_url = query.text(3);
    state.next_poll = query.optional_time(4);
    state.failures = static_cast<unsigned>(query.integer(5));
    state.first_polled = query.optional_time(6);
    state.gone = query.integer(7) != 0;
    state.last_error = query.text(8);
    query.reset();
    return state;
}

SourceState PostStore::source(std::string_view newsletter, std::string_view location) {
    database_.cached("INSERT INTO sources (newsletter, location) VALUES (?1, ?2) ON CONFLICT DO NOTHING")
        .bind_all(newsletter, location)
        .run();
    return find_source(newsletter, location).value();
}

void PostStore::save(const SourceState& source) {
    database_
        .cached(
            "UPDATE sources SET etag = ?2, last_modified = ?3, permanent_url = ?4, next_poll = ?5, failures "
            "= ?6, "
            "first_polled = ?7, gone = ?8, last_error = ?9 WHERE id = ?1")
        .bind_all(source.id, source.validators.etag, source.validators.last_modified, source.permanent_url,
                  source.next_poll, source.failures, source.first_polled, source.gone, source.last_error)
        .run();
}

void PostStore::poll_soon(std::string_view newsletter, std::string_view location) {
    database_
        .cached(
            "UPDATE sources SET next_poll = NULL WHERE newsletter = ?1 AND location = ?2 AND failures = 0")
        .bind_all(newsletter, location)
        .run();
}

std::size_t PostStore::found_ready_since(std::int64_t source_id, Time since) const {
    auto& query = database_.cached(
        "SELECT count(*) FROM posts WHERE source = ?1 AND found_at > ?2 AND state IN ('ready', 'mailed')");
    query.bind_all(source_id, since);
    query.step();
    const auto count = static_cast<std::size_t>(query.integer(0));
    query.reset();
    return count;
}

std::optional<StoredPost> PostStore::find(std::int64_t id) const {
    auto& query = database_.cached(select_posts("WHERE id = ?1"));
    query.bind(1, id);
    auto found = read_posts(query);
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::vector<StoredPost> PostStore::list(const PostFilter& filter) const {
    auto& query = database_.cached(select_posts(
        "WHERE (?1 = '' OR newsletter = ?1) AND (?2 = '' OR state = ?2) ORDER BY id DESC LIMIT ?3"));
    query.bind_all(filter.newsletter, filter.state ? to_string(*filter.state) : std::string_view{},
                   static_cast<std::int64_t>(filter.limit));
    return read_posts(query);
}

std::vector<StoredPost> PostStore::ripe_posts(std::string_view newsletter, Time embargo_end,
                                              std::size_t limit) const {
    auto& query = database_.cached(select_posts(
        "WHERE newsletter = ?1 AND state = 'ready' AND embargo_until <= ?2 ORDER BY id LIMIT ?3"));
    query.bind_all(newsletter, embargo_end, static_cast<std::int64_t>(limit));
    return read_posts(query);
}

std::optional<std::int64_t> PostStore::id_of(std::int64_t source, std::string_view external_id) const {
    auto& query = database_.cached("SELECT id FROM posts WHERE source = ?1 AND external_id = ?2");
    query.bind_all(source, external_id);
    return first_integer(query);
}

Likeness PostStore::likeness(std::string_view newsletter, std::string_view link,
                             std::string_view fingerprint) const {
    Likeness like;
    // What was withdrawn may come back under another id.
    if (!link.empty()) {
        auto& both = database_.cached(
            "SELECT id FROM posts WHERE newsletter = ?1 AND link = ?2 AND link <> '' AND fingerprint = ?3 "
            "AND state <> 'withdrawn' LIMIT 1");
        both.bind_all(newsletter, link, fingerprint);
        like.same_both = first_integer(both);
        auto& by_link = database_.cached(
            "SELECT id FROM posts WHERE newsletter = ?1 AND link = ?2 AND link <> '' "
            "AND state <> 'withdrawn' LIMIT 1");
        by_link.bind_all(newsletter, link);
        like.same_link = first_integer(by_link);
    }
    auto& by_content = database_.cached(
        "SELECT id FROM posts WHERE newsletter = ?1 AND fingerprint = ?2 AND state <> 'withdrawn' LIMIT 1");
    by_content.bind_all(newsletter, fingerprint);
    like.same_content = first_integer(by_content);
    return like;
}

std::int64_t PostStore::record(const SourceState& source, const Post& post, PostState state,
                               std::string_view reason, Time found_at, Time embargo_until) {
    database_
        .cached(
            "INSERT INTO posts (newsletter, source, external_id, link, title, subtitle, author, published, "
            "image, "
            "html, tags, fingerprint, state, held_reason, found_at, embargo_until) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)")
        .bind_all(source.newsletter, source.id, post.id, post.link, post.title, post.subtitle, post.author,
                  post.published, post.image, post.html, tags_to_text(post.tags), content_fingerprint(post),
                  to_string(state), reason, found_at, embargo_until)
        .run();
    return database_.last_insert_id();
}

void PostStore::hold(std::int64_t id, std::string_view reason) {
    database_.cached("UPDATE posts SET state = 'held', held_reason = ?2 WHERE id = ?1")
        .bind_all(id, reason)
        .run();
}

std::vector<StoredPost> PostStore::under_embargo(std::int64_t source) const {
    auto& query = database_.cached(select_posts(
        "WHERE source = ?1 AND embargo_until > 0 AND state IN ('ready', 'held', 'withdrawn') ORDER BY id"));
    query.bind(1, source);
    return read_posts(query);
}

void PostStore::replace(std::int64_t id, const Post& post) {
    database_
        .cached(
            "UPDATE posts SET link = ?2, title = ?3, subtitle = ?4, author = ?5, published = ?6, image = ?7, "
            "html = ?8, tags = ?9, fingerprint = ?10 WHERE id = ?1 AND state IN ('ready', 'held')")
        .bind_all(id, post.link, post.title, post.subtitle, post.author, post.published, post.image,
                  post.html, tags_to_text(post.tags), content_fingerprint(post))
        .run();
}

void PostStore::withdraw(std::int64_t id) {
    database_
        .cached(
            "UPDATE posts SET state = 'withdrawn', held_reason = '' WHERE id = ?1 AND state IN ('ready', "
            "'held')")
        .bind(1, id)
        .run();
}

void PostStore::forget_withdrawn(std::int64_t id) {
    database_.cached("DELETE FROM posts WHERE id = ?1 AND state = 'withdrawn'").bind(1, id).run();
}

void PostStore::end_embargoes(std::int64_t source, Time until) {
    database_
        .cached(
            "UPDATE posts SET embargo_until = 0 WHERE source = ?1 AND embargo_until > 0 "
            "AND embargo_until <= ?2 AND state IN ('ready', 'held')")
        .bind_all(source, until)
        .run();
}

std::optional<Time> PostStore::next_embargo_end(std::int64_t source) const {
    auto& query = database_.cached(
        "SELECT embargo_until FROM posts WHERE source = ?1 AND embargo_until > 0 "
        "AND state IN ('ready', 'held') ORDER BY embargo_until LIMIT 1");
    query.bind(1, source);
    std::optional<Time> end;
    if (query.step()) end = query.time(0);
    query.reset();
    return end;
}

std::vector<Time> PostStore::ready_times(std::string_view newsletter, std::size_t limit) const {
    auto& query = database_.cached(
        "SELECT embargo_until FROM posts WHERE newsletter = ?1 AND state = 'ready' ORDER BY embargo_until "
        "LIMIT ?2");
    query.bind_all(newsletter, static_cast<std::int64_t>(limit));
    std::vector<Time> times;
    while (query.step()) times.push_back(query.time(0));
    query.reset();
    return times;
}

bool PostStore::mark_mailed(std::int64_t id) {
    return database_
               .cached(
                   "UPDATE posts SET state = 'mailed', embargo_until = 0 WHERE id = ?1 AND state = 'ready'")
               .bind(1, id)
               .run() > 0;
}

Result<void, TransitionError> PostStore::transition(std::int64_t id, std::string_view sql,
                                                    std::string_view wanted) {
    if (database_.cached(sql).bind(1, id).run() > 0) return {};
    const auto post = find(id);
    if (!post) {
        return failure(TransitionError{TransitionError::Code::not_found,
                                       fmt::format("there is no post {}: see `paperround posts list`", id)});
    }
    return failure(TransitionError{TransitionError::Code::wrong_state,
                                   fmt::format("post {} is {}: {}", id, to_string(post->state), wanted)});
}

Result<void, TransitionError> PostStore::approve(std::int64_t id) {
    return transition(id,
                      "UPDATE posts SET state = 'ready', held_reason = '', embargo_until = 0 "
                      "WHERE id = ?1 AND (state IN ('held', 'skipped', 'recorded', 'withdrawn') "
                      "OR (state = 'ready' AND embargo_until > 0))",
                      "only a post that is held, skipped, recorded or withdrawn can be approved");
}

Result<void, TransitionError> PostStore::skip(std::int64_t id) {
    return transition(id,
                      "UPDATE posts SET state = 'skipped', held_reason = '', embargo_until = 0 "
                      "WHERE id = ?1 AND state IN ('held', 'ready')",
                      "only a post that is held or ready can be skipped");
}

void PostStore::follow_clock(const ClockJump& jump) {
    for (const char* sql :
         {"UPDATE sources SET next_poll = CASE WHEN next_poll > ?1 THEN next_poll + ?3 ELSE min(next_poll, "
          "?2) END "
          "WHERE next_poll > ?1 OR next_poll > ?2",
          "UPDATE posts SET embargo_until = CASE WHEN embargo_until > ?1 THEN embargo_until + ?3 "
          "ELSE min(embargo_until, ?2) END WHERE embargo_until > 0 AND (embargo_until > ?1 OR embargo_until "
          "> ?2)"}) {
        database_.prepare(sql).bind_all(jump.from, jump.to, jump.length().count()).run();
    }
}

void PostStore::bound_next_poll(std::string_view newsletter, std::string_view location, Time latest) {
    database_
        .prepare(
            "UPDATE sources SET next_poll = ?3 WHERE newsletter = ?1 AND location = ?2 AND next_poll > ?3")
        .bind_all(newsletter, location, latest)
        .run();
}

}  // namespace paperround::post
