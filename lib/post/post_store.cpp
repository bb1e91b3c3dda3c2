#include "post/post_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "post/picture_store.hpp"
#include "post/post_likeness.hpp"
#include "post/post_schema.hpp"
#include "websub/websub_store.hpp"

namespace paperround::post {

namespace {

// A clock that is behind when a machine starts is set within minutes.
constexpr Duration lately = std::chrono::hours(24);

constexpr db::Sql select_posts =
    "SELECT id, newsletter, source, external_id, link, title, subtitle, author, published, image, "
    "html, tags, CASE WHEN letter = 1 THEN 'letter' ELSE state END, held_reason, found_at, embargo_until, follows "
    "FROM posts ";

constexpr std::array<std::string_view, 7> state_names{"recorded", "ready",     "held",  "mailed",
                                                      "skipped",  "withdrawn", "letter"};

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
    stored.follows = row.integer(16) != 0;
    return stored;
}

constexpr db::Sql select_sources =
    "SELECT id, etag, last_modified, permanent_url, next_poll, failures, first_polled, gone, last_error, "
    "title, last_look, newest_at_first, announced, moved_inside, newsletter, location FROM sources ";

SourceState read_source(const db::Statement& row) {
    SourceState state;
    state.id = row.integer(0);
    state.validators = {row.text(1), row.text(2)};
    state.permanent_url = row.text(3);
    state.next_poll = row.optional_time(4);
    state.failures = static_cast<unsigned>(row.integer(5));
    state.first_polled = row.optional_time(6);
    state.gone = row.integer(7) != 0;
    state.last_error = row.text(8);
    state.title = row.text(9);
    state.last_look = row.optional_time(10);
    state.newest_at_first = row.optional_time(11);
    state.announced = row.integer(12) != 0;
    state.moved_inside = row.integer(13) != 0;
    state.newsletter = row.text(14);
    state.location = row.text(15);
    return state;
}

constexpr db::Sql select_known =
    "SELECT id, source, external_id, link, coalesce(link_key, ''), coalesce(text_key, ''), published, "
    "CASE WHEN follows = 1 AND state IN ('ready', 'held') THEN 1 ELSE 0 END FROM posts "
    "WHERE newsletter = ?1 AND state <> 'withdrawn' AND letter = 0 AND ";
constexpr db::Sql newest_known = " ORDER BY id DESC LIMIT 20";

std::vector<KnownPost> read_known(db::Statement& query) {
    std::vector<KnownPost> known;
    while (query.step()) {
        known.push_back({.id = query.integer(0),
                         .source = query.integer(1),
                         .external_id = query.text(2),
                         .link = query.text(3),
                         .link_key = query.text(4),
                         .text_key = query.text(5),
                         .published = query.optional_time(6),
                         .waits = query.integer(7) != 0});
    }
    query.reset();
    return known;
}

constexpr std::array<std::string_view, 3> reasons_unpublished{"draft", "later", "expired"};

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
    migrate_posts(database);
    PictureStore::migrate(database);
    websub::WebSubStore::migrate(database);
}

std::optional<SourceState> PostStore::find_source(std::string_view newsletter,
                                                  std::string_view location) const {
    auto& query = database_.cached<select_sources + "WHERE newsletter = ?1 AND location = ?2">();
    query.bind_all(newsletter, location);
    std::optional<SourceState> state;
    if (query.step()) state = read_source(query);
    query.reset();
    return state;
}

std::vector<SourceState> PostStore::sources() const {
    auto& query = database_.cached<select_sources + "ORDER BY newsletter, id">();
    std::vector<SourceState> states;
    while (query.step()) states.push_back(read_source(query));
    query.reset();
    return states;
}

SourceState PostStore::source(std::string_view newsletter, std::string_view location) {
    database_.transaction()
        .cached<"INSERT INTO sources (newsletter, location) VALUES (?1, ?2) ON CONFLICT DO NOTHING">()
        .bind_all(newsletter, location)
        .run();
    return find_source(newsletter, location).value();
}

void PostStore::save(const SourceState& source) {
    database_.transaction()
        .cached<
            "UPDATE sources SET etag = ?2, last_modified = ?3, permanent_url = ?4, next_poll = "
            "?5, failures = ?6, first_polled = ?7, gone = ?8, last_error = ?9, title = ?10, "
            "last_look = ?11, newest_at_first = ?12, announced = ?13, moved_inside = ?14 WHERE "
            "id = ?1">()
        .bind_all(source.id, source.validators.etag, source.validators.last_modified, source.permanent_url,
                  source.next_poll, source.failures, source.first_polled, source.gone, source.last_error,
                  source.title, source.last_look, source.newest_at_first, source.announced,
                  source.moved_inside)
        .run();
}

void PostStore::poll_soon(std::string_view newsletter, std::string_view location) {
    database_.transaction()
        .cached<
            "UPDATE sources SET next_poll = NULL WHERE newsletter = ?1 AND location = ?2 AND "
            "failures = 0">()
        .bind_all(newsletter, location)
        .run();
}

void PostStore::ask_gone_again() {
    database_.transaction().cached<"UPDATE sources SET next_poll = NULL WHERE gone = 1">().run();
}

std::size_t PostStore::found_ready_since(std::int64_t source_id, Time since) const {
    auto& query = database_.cached<
        "SELECT count(*) FROM posts WHERE source = ?1 AND found_at > ?2 AND state IN "
        "('ready', 'mailed')">();
    query.bind_all(source_id, since);
    query.step();
    const auto count = static_cast<std::size_t>(query.integer(0));
    query.reset();
    return count;
}

std::optional<StoredPost> PostStore::find(std::int64_t id) const {
    auto& query = database_.cached<select_posts + "WHERE id = ?1">();
    query.bind(1, id);
    auto found = read_posts(query);
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::vector<StoredPost> PostStore::list(const PostFilter& filter) const {
    auto& query = database_.cached<
        select_posts +
        "WHERE (?1 = '' OR newsletter = ?1) AND (?2 = '' OR CASE WHEN letter = 1 THEN 'letter' ELSE "
        "state END = ?2) ORDER BY id DESC LIMIT ?3">();
    query.bind_all(filter.newsletter, filter.state ? to_string(*filter.state) : std::string_view{},
                   static_cast<std::int64_t>(filter.limit));
    return read_posts(query);
}

std::vector<StoredPost> PostStore::ripe_posts(std::string_view newsletter, Time embargo_end,
                                              std::size_t limit) const {
    auto& query =
        database_
            .cached<select_posts +
                    "WHERE newsletter = ?1 AND state = 'ready' AND embargo_until <= ?2 ORDER BY id LIMIT "
                    "?3">();
    query.bind_all(newsletter, embargo_end, static_cast<std::int64_t>(limit));
    return read_posts(query);
}

std::optional<std::int64_t> PostStore::id_of(std::int64_t source, std::string_view external_id) const {
    auto& query = database_.cached<"SELECT id FROM posts WHERE source = ?1 AND external_id = ?2">();
    query.bind_all(source, external_id);
    return first_integer(query);
}

std::optional<Standing> PostStore::standing(std::int64_t source, std::string_view external_id) const {
    auto& query = database_.cached<"SELECT id, found_at FROM posts WHERE source = ?1 AND external_id = ?2">();
    query.bind_all(source, external_id);
    std::optional<Standing> found;
    if (query.step()) found = Standing{query.integer(0), query.time(1)};
    query.reset();
    return found;
}

bool PostStore::has_posts(std::int64_t source) const {
    auto& query = database_.cached<"SELECT 1 FROM posts WHERE source = ?1 LIMIT 1">();
    query.bind(1, source);
    return first_integer(query).has_value();
}

// What was withdrawn may come back under another id.
std::vector<KnownPost> PostStore::with_text(std::string_view newsletter, std::string_view text_key) const {
    auto& query = database_.cached<select_known + "text_key = ?2 AND text_key <> ''" + newest_known>();
    query.bind_all(newsletter, text_key);
    return read_known(query);
}

std::vector<KnownPost> PostStore::with_link(std::string_view newsletter, std::string_view link_key) const {
    auto& query = database_.cached<select_known + "link_key = ?2 AND link_key <> ''" + newest_known>();
    query.bind_all(newsletter, link_key);
    return read_known(query);
}

std::vector<KnownPost> PostStore::with_title(std::string_view newsletter, std::string_view title) const {
    auto& query = database_.cached<select_known + "title = ?2 AND title <> ''" + newest_known>();
    query.bind_all(newsletter, title);
    return read_known(query);
}

void PostStore::identify(std::int64_t id, std::string_view external_id) {
    database_.transaction()
        .cached<"UPDATE posts SET external_id = ?2 WHERE id = ?1">()
        .bind_all(id, external_id)
        .run();
}

std::int64_t PostStore::record(const SourceState& source, const feed::Post& post, PostState state,
                               std::string_view reason, Time found_at, Time embargo_until) {
    return database_.transaction()
        .cached<
            "INSERT INTO posts (newsletter, source, external_id, link, title, subtitle, author, "
            "published, image, html, tags, fingerprint, state, held_reason, found_at, "
            "embargo_until, follows, link_key, text_key, letter) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
            "?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20) RETURNING id">()
        .bind_all(source.newsletter, source.id, post.id, post.link, post.title, post.subtitle, post.author,
                  post.published, post.image, post.html, tags_to_text(post.tags),
                  feed::content_fingerprint(post),
                  // Nothing else happens to it, like to one that was mailed.
                  to_string(state == PostState::letter ? PostState::mailed : state), reason, found_at,
                  embargo_until, state == PostState::ready || state == PostState::held, link_key(post.link),
                  text_key(post), state == PostState::letter)
        .run_for_id()
        .value();
}

void PostStore::hold(std::int64_t id, std::string_view reason) {
    database_.transaction()
        .cached<"UPDATE posts SET state = 'held', held_reason = ?2 WHERE id = ?1">()
        .bind_all(id, reason)
        .run();
}

std::string PostStore::location_of(std::int64_t source) const {
    auto& query = database_.cached<"SELECT location FROM sources WHERE id = ?1">();
    query.bind(1, source);
    std::string location;
    if (query.step()) location = query.text(0);
    query.reset();
    return location;
}

std::vector<StoredPost> PostStore::following(std::int64_t source) const {
    auto& query =
        database_
            .cached<select_posts +
                    "WHERE source = ?1 AND follows = 1 AND state IN ('ready', 'held', 'withdrawn') ORDER "
                    "BY id">();
    query.bind(1, source);
    return read_posts(query);
}

void PostStore::replace(std::int64_t id, const feed::Post& post) {
    database_.transaction()
        .cached<
            "UPDATE posts SET link = ?2, title = ?3, subtitle = ?4, author = ?5, published = ?6, "
            "image = ?7, html = ?8, tags = ?9, fingerprint = ?10, link_key = ?11, text_key = ?12 "
            "WHERE id = ?1 AND state IN ('ready', 'held')">()
        .bind_all(id, post.link, post.title, post.subtitle, post.author, post.published, post.image,
                  post.html, tags_to_text(post.tags), feed::content_fingerprint(post), link_key(post.link),
                  text_key(post))
        .run();
}

void PostStore::withdraw(std::int64_t id) {
    database_.transaction()
        .cached<
            "UPDATE posts SET state = 'withdrawn', held_reason = '' WHERE id = ?1 AND state IN "
            "('ready', 'held')">()
        .bind(1, id)
        .run();
}

void PostStore::forget_withdrawn(std::int64_t id) {
    database_.transaction()
        .cached<"DELETE FROM posts WHERE id = ?1 AND state = 'withdrawn'">()
        .bind(1, id)
        .run();
}

void PostStore::end_embargoes(std::int64_t source, Time until) {
    database_.transaction()
        .cached<
            "UPDATE posts SET embargo_until = 0 WHERE source = ?1 AND embargo_until > 0 AND "
            "embargo_until <= ?2 AND state IN ('ready', 'held')">()
        .bind_all(source, until)
        .run();
}

std::optional<Time> PostStore::next_embargo_end(std::int64_t source) const {
    auto& query = database_.cached<
        "SELECT embargo_until FROM posts WHERE source = ?1 AND embargo_until > 0 AND state "
        "IN ('ready', 'held') ORDER BY embargo_until LIMIT 1">();
    query.bind(1, source);
    std::optional<Time> end;
    if (query.step()) end = query.time(0);
    query.reset();
    return end;
}

std::vector<Time> PostStore::ready_times(std::string_view newsletter, std::size_t limit) const {
    auto& query = database_.cached<
        "SELECT embargo_until FROM posts WHERE newsletter = ?1 AND state = 'ready' ORDER BY "
        "embargo_until LIMIT ?2">();
    query.bind_all(newsletter, static_cast<std::int64_t>(limit));
    std::vector<Time> times;
    while (query.step()) times.push_back(query.time(0));
    query.reset();
    return times;
}

bool PostStore::mark_mailed(std::int64_t id) {
    return database_.transaction()
               .cached<
                   "UPDATE posts SET state = 'mailed', embargo_until = 0, follows = 0 WHERE id = ?1 AND "
                   "state = 'ready'">()
               .bind(1, id)
               .run() > 0;
}

TransitionError PostStore::why_not(std::int64_t id, std::string_view wanted) const {
    const auto post = find(id);
    if (!post) {
        return {TransitionError::Code::not_found,
                fmt::format("there is no post {}: see `paperround posts list`", id)};
    }
    return {TransitionError::Code::wrong_state,
            fmt::format("post {} is {}: {}", id, to_string(post->state), wanted)};
}

Result<void, TransitionError> PostStore::approve(std::int64_t id) {
    auto& update =
        database_.transaction()
            .cached<
                "UPDATE posts SET state = 'ready', held_reason = '', embargo_until = 0, follows = 0 "
                "WHERE id = ?1 AND (state IN ('held', 'skipped', 'recorded', 'withdrawn') "
                "OR (state = 'ready' AND embargo_until > 0))">();
    if (update.bind(1, id).run() > 0) return {};
    return failure(why_not(id, "only a post that is held, skipped, recorded or withdrawn can be approved"));
}

Result<void, TransitionError> PostStore::skip(std::int64_t id) {
    auto& update =
        database_.transaction()
            .cached<
                "UPDATE posts SET state = 'skipped', held_reason = '', embargo_until = 0, follows = 0 "
                "WHERE id = ?1 AND state IN ('held', 'ready')">();
    if (update.bind(1, id).run() > 0) return {};
    return failure(why_not(id, "only a post that is held or ready can be skipped"));
}

std::vector<feed::FeedIssue> PostStore::note_warnings(std::int64_t source,
                                                      std::vector<feed::FeedIssue> warnings) {
    std::vector<feed::FeedIssue> fresh;
    std::set<std::string> lines;
    for (feed::FeedIssue& warning : warnings) {
        std::string line = warning.to_line();
        auto& query = database_.cached<"SELECT 1 FROM source_warnings WHERE source = ?1 AND line = ?2">();
        query.bind_all(source, line);
        const bool said = first_integer(query).has_value();
        if (lines.insert(std::move(line)).second && !said) fresh.push_back(std::move(warning));
    }
    database_.transaction().cached<"DELETE FROM source_warnings WHERE source = ?1">().bind(1, source).run();
    for (const std::string& line : lines)
        database_.transaction()
            .cached<"INSERT INTO source_warnings VALUES (?1, ?2)">()
            .bind_all(source, line)
            .run();
    return fresh;
}

void PostStore::note_unpublished(std::int64_t source, const std::vector<feed::Unpublished>& unpublished) {
    database_.transaction().cached<"DELETE FROM unpublished WHERE source = ?1">().bind(1, source).run();
    for (const feed::Unpublished& each : unpublished) {
        database_.transaction()
            .cached<"INSERT INTO unpublished VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING">()
            .bind_all(source, each.id, each.title, reasons_unpublished[static_cast<std::size_t>(each.why)],
                      each.time)
            .run();
    }
}

std::vector<StoredUnpublished> PostStore::unpublished(std::string_view newsletter) const {
    auto& query = database_.cached<
        "SELECT newsletter, external_id, unpublished.title, why, time FROM unpublished JOIN "
        "sources ON sources.id = unpublished.source WHERE ?1 = '' OR newsletter = ?1 ORDER "
        "BY newsletter, time, external_id LIMIT 1000">();
    query.bind(1, newsletter);
    std::vector<StoredUnpublished> all;
    while (query.step()) {
        const auto why = std::ranges::find(reasons_unpublished, query.text(3));
        all.push_back({query.text(0),
                       {query.text(1), query.text(2),
                        static_cast<feed::Unpublished::Why>(why - reasons_unpublished.begin()),
                        query.optional_time(4)}});
    }
    query.reset();
    return all;
}

// A first look by a clock that was behind took what was out for what is to come: whatever is dated before the
// moment to which it was set may be the back catalogue.
void PostStore::doubt_first_looks(const ClockJump& jump) {
    database_.transaction()
        .cached<
            "UPDATE sources SET newest_at_first = ?2 WHERE first_polled > ?3 AND first_polled <= "
            "?1 AND EXISTS (SELECT 1 FROM unpublished WHERE source = sources.id AND why = "
            "'later' AND time > ?1 AND time <= ?2)">()
        .bind_all(jump.from, jump.to, jump.from - lately)
        .run();
}

void PostStore::follow_clock(const ClockJump& jump) {
    const auto move = [&](db::Statement& update) {
        update.bind_all(jump.from, jump.to, jump.length().count()).run();
    };
    move(
        database_.transaction()
            .cached<"UPDATE sources SET next_poll = CASE WHEN next_poll > ?1 THEN next_poll + ?3 ELSE ?2 END "
                    "WHERE next_poll > ?1 OR next_poll > ?2">());
    move(
        database_.transaction()
            .cached<
                "UPDATE posts SET embargo_until = CASE WHEN embargo_until > ?1 THEN embargo_until + ?3 ELSE ?2 END "
                "WHERE embargo_until > 0 AND (embargo_until > ?1 OR embargo_until > ?2)">());
    doubt_first_looks(jump);
}

void PostStore::bound_next_poll(std::string_view newsletter, std::string_view location, Time latest) {
    database_.transaction()
        .cached<
            "UPDATE sources SET next_poll = ?3 WHERE newsletter = ?1 AND location = ?2 AND "
            "next_poll > ?3">()
        .bind_all(newsletter, location, latest)
        .run();
}

}  // namespace paperround::post
