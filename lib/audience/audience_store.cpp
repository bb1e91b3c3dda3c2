#include "audience/audience_store.hpp"

#include <array>

#include "audience/attributes.hpp"
#include "audience/past/forgotten_store.hpp"
#include "audience/tags.hpp"
#include "base/address/mailbox.hpp"
#include "base/text.hpp"
#include "db/migrations.hpp"

namespace paperround::audience {

namespace {

constexpr int page_size = 500;

// AUTOINCREMENT: an id stands in signed links, so it must never pass from a forgotten reader to a new one.
// subscriptions WITHOUT ROWID: its primary key is its order on disk, and the fan-out reads one range of it.
constexpr std::array<std::string_view, 8> steps{R"sql(
CREATE TABLE subscribers (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  address TEXT NOT NULL,
  address_key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  attributes TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE TABLE subscriptions (
  newsletter TEXT NOT NULL,
  subscriber_id INTEGER NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (state IN ('active', 'left', 'removed')),
  since INTEGER NOT NULL,
  ended_at INTEGER,
  source TEXT NOT NULL,
  PRIMARY KEY (newsletter, subscriber_id)
) WITHOUT ROWID;
CREATE INDEX subscriptions_of_subscriber ON subscriptions (subscriber_id);
CREATE TABLE suppressions (
  address_key TEXT NOT NULL PRIMARY KEY,
  reason TEXT NOT NULL,
  evidence TEXT NOT NULL,
  provisional INTEGER NOT NULL,
  mailing_id INTEGER,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX provisional_suppressions ON suppressions (mailing_id) WHERE provisional = 1;
)sql",
                                                "ALTER TABLE subscriptions ADD COLUMN reason TEXT NOT NULL "
                                                "DEFAULT ''",
                                                // audience/join_store.hpp
                                                R"sql(
CREATE TABLE join_requests (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  newsletter TEXT NOT NULL,
  address TEXT NOT NULL,
  variants_key TEXT NOT NULL,
  language TEXT NOT NULL,
  form TEXT NOT NULL,
  network TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  state INTEGER NOT NULL,
  due INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  doubts INTEGER NOT NULL,
  reply TEXT NOT NULL,
  confirmed_at INTEGER
);
CREATE INDEX join_requests_of_reader ON join_requests (variants_key, asked_at);
CREATE INDEX join_requests_due ON join_requests (due) WHERE state IN (0, 1);
CREATE INDEX join_requests_unconfirmed ON join_requests (asked_at) WHERE confirmed_at IS NULL;
)sql",
                                                // A suppression may hold for one newsletter only, so
                                                // that the key is another: the table is made anew.
                                                R"sql(
CREATE TABLE suppressions_anew (
  address_key TEXT NOT NULL,
  newsletter TEXT NOT NULL,  -- empty: all
  reason TEXT NOT NULL,
  evidence TEXT NOT NULL,
  provisional INTEGER NOT NULL,
  mailing_id INTEGER,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (address_key, newsletter)
) WITHOUT ROWID;
INSERT INTO suppressions_anew SELECT address_key, '', reason, evidence, provisional, mailing_id, created_at
  FROM suppressions;
DROP TABLE suppressions;
ALTER TABLE suppressions_anew RENAME TO suppressions;
CREATE INDEX provisional_suppressions ON suppressions (mailing_id) WHERE provisional = 1;
)sql",
                                                // audience/past/forgotten_store.hpp
                                                R"sql(
CREATE TABLE forgotten_salts (
  id INTEGER PRIMARY KEY,
  salt TEXT NOT NULL UNIQUE,
  own INTEGER NOT NULL
);
CREATE TABLE forgotten (
  hash TEXT NOT NULL PRIMARY KEY,
  salt_id INTEGER NOT NULL,
  forgotten_at INTEGER NOT NULL
) WITHOUT ROWID;
)sql",
                                                // audience/tags.hpp
                                                "ALTER TABLE subscribers ADD COLUMN tags TEXT NOT NULL "
                                                "DEFAULT ''",
                                                // audience/past/taken_over_store.hpp
                                                R"sql(
CREATE TABLE taken_over_links (
  token TEXT NOT NULL PRIMARY KEY,
  newsletter TEXT NOT NULL,
  subscriber_id INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX taken_over_links_of_subscriber ON taken_over_links (subscriber_id);
CREATE TABLE taken_over_paths (
  path TEXT NOT NULL PRIMARY KEY
) WITHOUT ROWID;
)sql",
                                                // audience/series_store.hpp
                                                R"sql(
CREATE TABLE series_readers (
  newsletter TEXT NOT NULL,
  subscriber_id INTEGER NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
  joined_at INTEGER NOT NULL,
  place_after INTEGER,
  place_letter TEXT NOT NULL,
  place_at INTEGER,
  place_mailing INTEGER NOT NULL,
  due INTEGER,
  ended_at INTEGER,
  letter_order INTEGER NOT NULL,
  PRIMARY KEY (subscriber_id, newsletter)
) WITHOUT ROWID;
CREATE INDEX series_readers_due ON series_readers (newsletter, due) WHERE due IS NOT NULL;
CREATE INDEX series_readers_order ON series_readers (newsletter, letter_order) WHERE ended_at IS NULL;
CREATE TABLE series_copies (
  subscriber_id INTEGER NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
  newsletter TEXT NOT NULL,
  letter TEXT NOT NULL,
  mailing_id INTEGER NOT NULL,
  made_at INTEGER NOT NULL,
  PRIMARY KEY (subscriber_id, newsletter, letter)
) WITHOUT ROWID;
)sql"};

// What stops a newsletter's mail to a reader: p is the subscription, s the subscriber.
constexpr db::Sql suppressions_here =
    "FROM suppressions x WHERE x.address_key = s.address_key AND (x.newsletter = '' OR x.newsletter = p.newsletter)";

Subscriber read_subscriber(const db::Statement& row) {
    return {row.integer(0), row.text(1), row.text(2), decode_attributes(row.text(3)),
            decode_tags(row.text(4))};
}

// What read_member() takes. CROSS JOIN fixes the order of the loops: subscriptions lead, by primary key, and
// nothing is sorted.
constexpr db::Sql select_members =
    "SELECT s.id, s.address, s.name, s.attributes, s.tags, p.state, p.since, p.ended_at, p.source, p.reason, "
    "(SELECT count(*) " +
    suppressions_here +
    ") FROM subscriptions p CROSS JOIN subscribers s WHERE p.newsletter = ?1 AND s.id = p.subscriber_id ";

Member read_member(const db::Statement& row) {
    Member member;
    member.subscriber = read_subscriber(row);
    member.state = parse_state(row.text(5)).value_or(State::removed);
    member.since = row.time(6);
    member.ended_at = row.optional_time(7);
    member.source = row.text(8);
    member.reason = row.text(9);
    member.suppressed = row.integer(10) != 0;
    return member;
}

// A pattern for LIKE … ESCAPE '\' that finds `text` anywhere.
std::string containing(std::string_view text) {
    std::string pattern = "%";
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\') pattern.push_back('\\');
        pattern.push_back(c);
    }
    return pattern + "%";
}

}  // namespace

std::string_view to_string(State state) {
    switch (state) {
        case State::active:
            return "active";
        case State::left:
            return "left";
        case State::removed:
            return "removed";
    }
    return "removed";
}

std::optional<State> parse_state(std::string_view text) {
    for (const State state : {State::active, State::left, State::removed}) {
        if (text == to_string(state)) return state;
    }
    return std::nullopt;
}

void AudienceStore::migrate(db::Database& database) {
    db::migrate(database, "audience", steps);
}

struct AudienceStore::Stored {
    std::int64_t id = 0;
    std::string name;
    std::string attributes;  // as stored: JSON
    std::string tags;        // as stored
};

std::optional<AudienceStore::Stored> AudienceStore::stored(std::string_view key) {
    auto& query =
        database_.cached<"SELECT id, name, attributes, tags FROM subscribers WHERE address_key = ?1">();
    std::optional<Stored> found;
    if (query.bind(1, key).step())
        found = Stored{query.integer(0), query.text(1), query.text(2), query.text(3)};
    query.reset();
    return found;
}

std::int64_t AudienceStore::insert(const Subscriber& subscriber, std::string_view key, Time now) {
    return database_.transaction()
        .cached<
            "INSERT INTO subscribers (address, address_key, name, attributes, created_at, tags) VALUES "
            "(?1, ?2, ?3, ?4, ?5, ?6) RETURNING id">()
        .bind_all(subscriber.address, key, subscriber.name,
                  encode_attributes(merged_attributes({}, subscriber.attributes)), now,
                  encode_tags(subscriber.tags))
        .run_for_id()
        .value();
}

void AudienceStore::update(const Stored& before, const Subscriber& subscriber) {
    const std::string& name = subscriber.name.empty() ? before.name : subscriber.name;
    std::string attributes = before.attributes;
    if (!subscriber.attributes.empty()) {
        attributes =
            encode_attributes(merged_attributes(decode_attributes(before.attributes), subscriber.attributes));
    }
    const std::string tags = subscriber.tags.empty()
                                 ? before.tags
                                 : encode_tags(with_tags(decode_tags(before.tags), subscriber.tags, {}));
    if (name == before.name && attributes == before.attributes && tags == before.tags) return;
    database_.transaction()
        .cached<"UPDATE subscribers SET name = ?2, attributes = ?3, tags = ?4 WHERE id = ?1">()
        .bind_all(before.id, name, attributes, tags)
        .run();
}

void AudienceStore::change(const Subscriber& reader) {
    database_.transaction()
        .cached<"UPDATE subscribers SET name = ?2, attributes = ?3 WHERE id = ?1">()
        .bind_all(reader.id, reader.name, encode_attributes(merged_attributes({}, reader.attributes)))
        .run();
}

Subscription AudienceStore::subscribe(std::string_view newsletter, const Subscriber& subscriber, Time now,
                                      std::string_view source, Again again) {
    return take(newsletter, subscriber, {.source = std::string(source)}, now, again);
}

Subscription AudienceStore::take(std::string_view newsletter, const Subscriber& subscriber,
                                 const ListEntry& entry, Time now, Again again) {
    const std::string key = address_key(subscriber.address);
    // Who had himself forgotten is not even stored as one who left.
    if (ForgottenStore forgotten(database_); forgotten.find(subscriber.address)) {
        if (again == Again::no) return {Subscribed::left_before, 0};
        forgotten.remove(subscriber.address);
    }
    const auto before = stored(key);
    if (before) update(*before, subscriber);
    if (entry.suppressed) {
        const auto& given = *entry.suppressed;
        suppress({key, given.reason, given.evidence, false, std::nullopt, given.since.value_or(now),
                  given.of_newsletter ? std::string(newsletter) : std::string()});
    }
    const bool suppressed = is_suppressed(subscriber.address, newsletter);
    // One who reads according to the list, and must not be mailed according to us, is not stored; what the
    // list itself says of both is.
    const bool unwanted = entry.state == State::active && suppressed && !entry.suppressed;
    if (!entry.state || unwanted) return {Subscribed::suppressed, before ? before->id : 0};

    const std::int64_t id = before ? before->id : insert(subscriber, key, now);
    const bool active = entry.state == State::active;
    const auto ended_at = active ? std::nullopt : std::optional(entry.ended_at.value_or(now));
    const int added =
        database_.transaction()
            .cached<
                "INSERT INTO subscriptions (newsletter, subscriber_id, state, since, ended_at, "
                "source, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING">()
            .bind_all(newsletter, id, to_string(*entry.state), entry.since.value_or(now), ended_at,
                      entry.source, active ? std::string_view() : std::string_view(entry.reason))
            .run();
    if (added == 0) return {meet(newsletter, id, entry, now, again), id};
    if (suppressed) return {Subscribed::suppressed, id};
    return {active ? Subscribed::added : Subscribed::left_before, id};
}

// The subscription that is there, and what the list says about it.
Subscribed AudienceStore::meet(std::string_view newsletter, std::int64_t id, const ListEntry& entry, Time now,
                               Again again) {
    auto& query = database_.cached<
        "SELECT state, since, source FROM subscriptions WHERE newsletter = ?1 AND subscriber_id = ?2">();
    query.bind_all(newsletter, id).step();
    const bool was_active = query.text(0) == "active";
    const Time since = query.time(1);
    // The date of an import says nothing about what the reader wanted.
    const bool came_by_himself = !query.text(2).starts_with("import ");
    query.reset();

    if (entry.state == State::active) {
        if (was_active) return Subscribed::updated;
        if (again == Again::no) return Subscribed::left_before;
        database_.transaction()
            .cached<
                "UPDATE subscriptions SET state = 'active', since = ?3, ended_at = NULL, source = "
                "?4, reason = '' WHERE newsletter = ?1 AND subscriber_id = ?2">()
            .bind_all(newsletter, id, now, entry.source)
            .run();
        return Subscribed::added;
    }
    if (!was_active) return Subscribed::left_before;
    const bool came_back = came_by_himself && entry.ended_at && *entry.ended_at < since;
    if (came_back) return Subscribed::updated;
    end(newsletter, id, *entry.state, entry.ended_at.value_or(now), entry.reason);
    return Subscribed::ended;
}

bool AudienceStore::end(std::string_view newsletter, std::int64_t subscriber_id, State state, Time now,
                        std::string_view reason) {
    return database_.transaction()
               .cached<
                   "UPDATE subscriptions SET state = ?3, ended_at = ?4, reason = ?5 WHERE newsletter = "
                   "?1 AND subscriber_id = ?2 AND state = 'active'">()
               .bind_all(newsletter, subscriber_id, to_string(state), now, reason)
               .run() != 0;
}

bool AudienceStore::leave(std::string_view newsletter, std::int64_t subscriber_id, Time now,
                          std::string_view reason) {
    return end(newsletter, subscriber_id, State::left, now, reason);
}

void AudienceStore::leave_others(std::string_view kept, std::int64_t subscriber_id, std::string_view reason,
                                 Time now) {
    database_.transaction()
        .cached<
            "UPDATE subscriptions SET state = 'left', ended_at = ?4, reason = ?3 WHERE subscriber_id = ?2 AND "
            "newsletter <> ?1 AND state = 'active'">()
        .bind_all(kept, subscriber_id, reason, now)
        .run();
}

bool AudienceStore::remove(std::string_view newsletter, std::string_view address, Time now) {
    const auto subscriber = stored(address_key(address));
    return subscriber && end(newsletter, subscriber->id, State::removed, now);
}

std::optional<Subscriber> AudienceStore::find(std::string_view address) {
    const auto subscriber = stored(address_key(address));
    return subscriber ? find(subscriber->id) : std::nullopt;
}

std::optional<Subscriber> AudienceStore::find(std::int64_t subscriber_id) {
    auto& query =
        database_.cached<"SELECT id, address, name, attributes, tags FROM subscribers WHERE id = ?1">();
    std::optional<Subscriber> found;
    if (query.bind(1, subscriber_id).step()) found = read_subscriber(query);
    query.reset();
    return found;
}

std::vector<Subscriber> AudienceStore::subscribers_after(std::int64_t subscriber_id, std::size_t limit) {
    auto& query =
        database_.cached<"SELECT id, address FROM subscribers WHERE id > ?1 ORDER BY id LIMIT ?2">();
    query.bind_all(subscriber_id, static_cast<std::int64_t>(limit));
    std::vector<Subscriber> found;
    while (query.step()) found.push_back({query.integer(0), query.text(1), {}, {}});
    query.reset();
    return found;
}

std::vector<std::int64_t> AudienceStore::matching(std::string_view like, std::size_t limit) {
    auto query =
        database_.prepare<"SELECT id FROM subscribers WHERE address_key LIKE ?1 ESCAPE '\\' LIMIT ?2">();
    query.bind_all(ascii_lower(like), static_cast<std::int64_t>(limit));
    std::vector<std::int64_t> found;
    while (query.step()) found.push_back(query.integer(0));
    return found;
}

std::vector<Subscriber> AudienceStore::get_many(std::span<const std::int64_t> ids) {
    std::vector<Subscriber> found;
    found.reserve(ids.size());
    for (const std::int64_t id : ids) {
        if (auto subscriber = find(id)) found.push_back(std::move(*subscriber));
    }
    return found;
}

std::optional<Member> AudienceStore::member(std::string_view newsletter, std::int64_t subscriber_id) {
    auto& query = database_.cached<select_members + "AND p.subscriber_id = ?2">();
    std::optional<Member> found;
    if (query.bind_all(newsletter, subscriber_id).step()) found = read_member(query);
    query.reset();
    return found;
}

std::map<std::string, Member> AudienceStore::memberships(std::int64_t subscriber_id) {
    auto query =
        database_
            .prepare<"SELECT newsletter FROM subscriptions WHERE subscriber_id = ?1 ORDER BY newsletter">();
    query.bind(1, subscriber_id);
    std::map<std::string, Member> found;
    while (query.step()) {
        if (auto one = member(query.text(0), subscriber_id)) found.emplace(query.text(0), std::move(*one));
    }
    return found;
}

bool AudienceStore::is_active(std::string_view newsletter, std::int64_t subscriber_id) {
    auto& query = database_.cached<
        "SELECT 1 FROM subscriptions p CROSS JOIN subscribers s "
        "WHERE p.newsletter = ?1 AND p.subscriber_id = ?2 AND p.state = 'active' AND s.id = p.subscriber_id "
        "AND NOT EXISTS (SELECT 1 " +
        suppressions_here + ")">();
    const bool active = query.bind_all(newsletter, subscriber_id).step();
    query.reset();
    return active;
}

void AudienceStore::set_tags(std::int64_t subscriber_id, const std::vector<std::string>& tags) {
    database_.transaction()
        .cached<"UPDATE subscribers SET tags = ?2 WHERE id = ?1">()
        .bind_all(subscriber_id, encode_tags(tags))
        .run();
}

bool AudienceStore::any_tags(std::string_view newsletter) {
    auto query = database_.prepare<
        "SELECT 1 FROM subscriptions p CROSS JOIN subscribers s WHERE p.newsletter = ?1 AND s.id = p.subscriber_id "
        "AND s.tags <> '' LIMIT 1">();
    return query.bind(1, newsletter).step();
}

std::vector<Member> AudienceStore::page(std::string_view newsletter, const MemberFilter& filter,
                                        std::int64_t after) {
    auto& query = database_.cached<
        select_members +
        "AND p.subscriber_id > ?2 AND (?3 = '' OR p.state = ?3) AND (lower(s.address) LIKE lower(?4) ESCAPE '\\' "
        "OR lower(s.name) LIKE lower(?4) ESCAPE '\\') ORDER BY p.subscriber_id LIMIT ?5">();
    query.bind_all(newsletter, after, filter.state ? to_string(*filter.state) : "", containing(filter.text),
                   page_size);
    std::vector<Member> members;
    while (query.step()) members.push_back(read_member(query));
    query.reset();
    return members;
}

void AudienceStore::list(std::string_view newsletter, const MemberFilter& filter,
                         const std::function<bool(const Member&)>& visit) {
    std::int64_t after = 0;
    for (;;) {
        const auto members = page(newsletter, filter, after);
        for (const Member& member : members) {
            if (!visit(member)) return;
        }
        if (members.size() < page_size) return;
        after = members.back().subscriber.id;
    }
}

}  // namespace paperround::audience
