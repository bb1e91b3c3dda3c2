-- What always holds in a database, whatever happened to it: a statement each, which finds what breaks it, in words, in its
-- only column. tests/support/invariants/invariants.hpp asks them after what a test did, and scripts/torture.py after a kill.
-- Each needs a line of its own above it: `-- always:`, or `-- at rest:` where it holds only while nothing is under way
-- (nobody works on the database, and who worked on it stopped as he should).
--
-- The numbers of states and outcomes are those of queue/mailing.hpp and queue/outcome.hpp.

-- always: `pending` counts the deliveries of a mailing that are not final
SELECT 'mailing ' || m.id || ' has pending ' || m.pending || ', and ' || count(d.id) || ' deliveries that are not final'
FROM mailings m LEFT JOIN deliveries d ON d.mailing_id = m.id AND d.state <= 4
GROUP BY m.id, m.pending HAVING m.pending <> count(d.id);

-- always: a mailing that is done has nothing left to do
SELECT 'mailing ' || m.id || ' is done, and delivery ' || d.id || ' is in state ' || d.state
FROM mailings m JOIN deliveries d ON d.mailing_id = m.id WHERE m.state = 5 AND d.state <= 4;

-- always: a mailing that is over has the time when it ended, and no other has
SELECT 'mailing ' || id || ' is in state ' || state || ', and its end is ' || coalesce(finished, 'unknown')
FROM mailings WHERE (state IN (4, 5)) <> (finished IS NOT NULL);

-- always: a mailing that only waits for its time has no deliveries
SELECT 'mailing ' || m.id || ' is scheduled, and has delivery ' || d.id
FROM mailings m JOIN deliveries d ON d.mailing_id = m.id WHERE m.state = 0;

-- always: a delivery belongs to a mailing
SELECT 'delivery ' || d.id || ' belongs to no mailing'
FROM deliveries d LEFT JOIN mailings m ON m.id = d.mailing_id WHERE m.id IS NULL;

-- always: an attempt belongs to a delivery
SELECT 'attempt ' || a.id || ' belongs to no delivery'
FROM attempts a LEFT JOIN deliveries d ON d.id = a.delivery_id WHERE d.id IS NULL;

-- always: nobody has two deliveries of one mailing
SELECT recipient || ' has ' || count(*) || ' deliveries of mailing ' || mailing_id
FROM deliveries GROUP BY mailing_id, recipient HAVING count(*) > 1;

-- always: a delivery that was sent has the attempt that was accepted
SELECT 'delivery ' || id || ' is sent, and no attempt of it was accepted'
FROM deliveries d WHERE state = 5 AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.delivery_id = d.id AND a.outcome = 0);

-- always: a delivery that bounced has the attempt, or the report, that says so
SELECT 'delivery ' || id || ' is bounced, and no attempt of it says so'
FROM deliveries d WHERE state = 6
  AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.delivery_id = d.id AND a.outcome IN (1, 2, 18));

-- always: a delivery that was refused has the attempt that was
SELECT 'delivery ' || id || ' is refused, and no attempt of it says so'
FROM deliveries d WHERE state = 7
  AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.delivery_id = d.id AND a.outcome IN (1, 2, 6));

-- always: a delivery that expired was tried
SELECT 'delivery ' || id || ' is expired, and was never tried'
FROM deliveries d WHERE state = 8 AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.delivery_id = d.id);

-- always: every doubt of a delivery is an attempt that says so
SELECT 'delivery ' || d.id || ' counts ' || d.doubts || ' doubts, and ' || count(a.id) || ' attempts are in doubt'
FROM deliveries d LEFT JOIN attempts a ON a.delivery_id = d.id AND a.outcome = 9
GROUP BY d.id, d.doubts HAVING d.doubts > count(a.id);

-- always: each attempt of a delivery on record is a try of it, other than reports that came back
SELECT 'delivery ' || d.id || ' counts ' || d.tries || ' tries, and ' || count(a.id) || ' attempts are on record'
FROM deliveries d JOIN attempts a ON a.delivery_id = d.id AND a.outcome <> 18
GROUP BY d.id, d.tries HAVING d.tries < count(a.id);

-- always: what a relay answered is kept in its words
SELECT 'attempt ' || id || ' was answered with ' || code || ', and has no words'
FROM attempts WHERE code > 0 AND outcome <> 0 AND text = '';

-- always: provisional drops belong to a mailing whose bounces do not stand yet
SELECT 'delivery ' || p.delivery_id || ' is dropped provisionally by mailing ' || p.mailing_id || ', whose bounces stand'
FROM provisional_drops p JOIN mailings m ON m.id = p.mailing_id WHERE m.bounces_stand = 1;

-- at rest: nothing is under way that nobody works on
SELECT 'delivery ' || id || ' is sending, and nobody sends it' FROM deliveries WHERE state = 1;
