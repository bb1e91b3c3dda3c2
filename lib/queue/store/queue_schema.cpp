#include "queue/store/queue_schema.hpp"

#include <array>

#include "db/migrations.hpp"
#include "queue/store/archive_store.hpp"
#include "queue/store/edition_store.hpp"
#include "queue/store/provider_store.hpp"
#include "queue/store/recorder_store.hpp"
#include "queue/store/report_store.hpp"

namespace paperround::queue {

namespace {

// The numbers of `state` and `kind` are those of DeliveryState, MailingState and MailingKind; of `outcome` and `stage`
// those of OutcomeKind and Stage; of `scope` those of Scope. A step that was released keeps its digits; statements name
// them (queue/stored_states.hpp).
constexpr std::array<std::string_view, 12> queue_steps{R"sql(
CREATE TABLE mailings (
    id INTEGER PRIMARY KEY,
    newsletter TEXT NOT NULL,
    kind INTEGER NOT NULL,
    post_id INTEGER NOT NULL,
    title TEXT NOT NULL,
    key TEXT NOT NULL,
    state INTEGER NOT NULL,
    pause_reason TEXT NOT NULL DEFAULT '',
    created INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    finished INTEGER,
    fan_out_cursor INTEGER NOT NULL DEFAULT 0,
    fan_out_done INTEGER NOT NULL DEFAULT 0,
    pending INTEGER NOT NULL DEFAULT 0  -- deliveries that are not final
);
CREATE UNIQUE INDEX mailings_post ON mailings (newsletter, post_id) WHERE kind = 0;
CREATE INDEX mailings_state ON mailings (state);

CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY,
    mailing_id INTEGER NOT NULL,
    subscriber_id INTEGER NOT NULL,
    recipient TEXT NOT NULL,
    state INTEGER NOT NULL,
    due INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    doubts INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    started_uptime INTEGER
);
CREATE UNIQUE INDEX deliveries_once ON deliveries (mailing_id, subscriber_id);
CREATE INDEX deliveries_due ON deliveries (mailing_id, due, id) WHERE state IN (0, 2, 3);
CREATE INDEX deliveries_sending ON deliveries (id) WHERE state = 1;

CREATE TABLE attempts (
    id INTEGER PRIMARY KEY,
    delivery_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    relay TEXT NOT NULL,
    stage INTEGER NOT NULL,
    code INTEGER NOT NULL,
    enhanced TEXT NOT NULL,
    text TEXT NOT NULL,
    tls TEXT NOT NULL,
    ms INTEGER NOT NULL
);
CREATE INDEX attempts_delivery ON attempts (delivery_id);
CREATE INDEX attempts_at ON attempts (at);

CREATE TABLE relays (
    name TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    down_since INTEGER,
    next_attempt INTEGER,
    downtime INTEGER NOT NULL,
    reason TEXT NOT NULL
);
)sql",
                                                       R"sql(
-- Limits. A delivery waits on shelf 0, or on the one of its recipient's domain where that is limited: the domain's
-- row in `limits`, of scope 2. Rates are a second's, slow_* are empty where nothing is slowed.
ALTER TABLE deliveries ADD COLUMN shelf INTEGER NOT NULL DEFAULT 0;
DROP INDEX deliveries_due;
CREATE INDEX deliveries_due ON deliveries (mailing_id, shelf, due, id) WHERE state IN (0, 2, 3);
CREATE INDEX deliveries_held ON deliveries (mailing_id) WHERE state = 4;
CREATE INDEX deliveries_shelved ON deliveries (shelf) WHERE shelf > 0 AND state <= 4;
CREATE TABLE limits (
    id INTEGER PRIMARY KEY,
    scope INTEGER NOT NULL,
    name TEXT NOT NULL,
    tokens REAL NOT NULL,
    refilled INTEGER NOT NULL,
    day INTEGER NOT NULL,
    used INTEGER NOT NULL,
    slow_normal REAL,
    slow_limit REAL,
    slow_changed INTEGER,
    UNIQUE (scope, name)
);

CREATE TABLE breakers (
    mailing_id INTEGER PRIMARY KEY,
    window TEXT NOT NULL,
    tripped INTEGER NOT NULL
);
-- fan_out_done: 0 deliveries are still to be created, 1 all are there, 2 broken off by a cancelling.
-- bounces_stand: 1 what the mailing suppressed provisionally was confirmed after it had ended.
ALTER TABLE mailings ADD COLUMN bounces_stand INTEGER NOT NULL DEFAULT 0;
CREATE INDEX mailings_ended ON mailings (id) WHERE state IN (4, 5) AND bounces_stand = 0;
)sql",
                                                       R"sql(
-- A digest's posts behind its first, which is mailings.post_id; in ascending order.
CREATE TABLE digest_posts (
    mailing_id INTEGER NOT NULL,
    post_id INTEGER NOT NULL,
    PRIMARY KEY (mailing_id, post_id)
) WITHOUT ROWID;
-- When a newsletter's next digest is due. It moves in the commit that makes the digest, or passes one over.
CREATE TABLE digest_moments (
    newsletter TEXT PRIMARY KEY,
    schedule TEXT NOT NULL,  -- that it was taken from, in words
    next INTEGER NOT NULL
);
)sql",
                                                       R"sql(
-- What relays taught us about their limits (0: nothing), and what a person said about them.
ALTER TABLE relays ADD COLUMN resting INTEGER NOT NULL DEFAULT 0;
CREATE TABLE relay_lessons (
    name TEXT PRIMARY KEY,
    rate REAL NOT NULL,  -- a second
    rate_since INTEGER NOT NULL,
    rate_complained INTEGER NOT NULL,
    rate_words TEXT NOT NULL,
    connections INTEGER NOT NULL,
    connections_since INTEGER NOT NULL,
    connections_trial INTEGER NOT NULL,
    connections_wait INTEGER NOT NULL,
    connections_words TEXT NOT NULL,
    messages INTEGER NOT NULL,  -- in a session
    messages_since INTEGER NOT NULL,
    messages_words TEXT NOT NULL
);
CREATE TABLE relay_orders (
    name TEXT PRIMARY KEY,
    paused INTEGER,  -- since when
    resumed INTEGER NOT NULL,
    forgotten INTEGER NOT NULL
);
)sql",
                                                       R"sql(
-- Deliveries that were dropped because another mailing, mailing_id, heard that the reader's address is bad, and
-- the state to which they go back where that is not believed after all. Until that mailing's bounces stand.
CREATE TABLE provisional_drops (
    mailing_id INTEGER NOT NULL,
    subscriber_id INTEGER NOT NULL,
    delivery_id INTEGER NOT NULL,
    state INTEGER NOT NULL,
    PRIMARY KEY (mailing_id, subscriber_id, delivery_id)
) WITHOUT ROWID;
)sql",
                                                       R"sql(
-- When the daemon was last at work, by its own clock. What lies between that and its next start is time in which
-- nothing could be tried.
CREATE TABLE presence (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seen INTEGER NOT NULL
);
-- Mailings that were being rendered, or whose first letter was being made, and how often in a row the process
-- ended meanwhile.
CREATE TABLE mailings_in_press (
    mailing_id INTEGER PRIMARY KEY,
    deaths INTEGER NOT NULL
);
)sql",
                                                       R"sql(
-- For how long a delivery was put off, all told, in place of the relay's up-time when it was first tried. What is
-- under way begins anew: how much of its age was waiting is not known.
ALTER TABLE deliveries ADD COLUMN waited INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deliveries DROP COLUMN started_uptime;
ALTER TABLE relays DROP COLUMN downtime;
)sql",
                                                       R"sql(
-- `window` is a reserved word of other databases.
ALTER TABLE breakers RENAME COLUMN window TO last_outcomes;
)sql",
                                                       R"sql(
-- The condition without IN: see db::any_of.
DROP INDEX deliveries_due;
CREATE INDEX deliveries_due ON deliveries (mailing_id, shelf, due, id) WHERE (state = 0 OR state = 2 OR state = 3);
)sql",
                                                       R"sql(
-- Readers of a mailing who have no delivery. passed_over: suppressed when the fan-out came to them. not_reached: the
-- fan-out was broken off before it came to them.
ALTER TABLE mailings ADD COLUMN passed_over INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mailings ADD COLUMN not_reached INTEGER NOT NULL DEFAULT 0;
)sql",
                                                       R"sql(
-- The mailings of a letter of a welcome series.
CREATE INDEX mailings_letters ON mailings (post_id) WHERE kind = 2;
)sql",
                                                       R"sql(
-- What Message-IDs are marked with (queue/mailing.hpp). Mailings that were made before have none, and keep theirs.
ALTER TABLE mailings ADD COLUMN seal TEXT NOT NULL DEFAULT '';
)sql"};

}  // namespace

void migrate_queue(db::Database& database) {
    db::migrate(database, "queue", queue_steps);
    ProviderStore::migrate(database);
    ReportStore::migrate(database);
    EditionStore::migrate(database);
    ArchiveStore::migrate(database);
    RecorderStore::migrate(database);
}

}  // namespace paperround::queue
