-- Publishing that nobody holds up. See the PostgreSQL migration of the same number for the reasons. outbox.next_attempt_at
-- is no longer used.

CREATE TABLE IF NOT EXISTS outbox_shards (
    shard      INTEGER PRIMARY KEY,
    owner      TEXT NOT NULL,
    expires_at TEXT NOT NULL
);

INSERT INTO outbox_shards (shard, owner, expires_at)
VALUES (0, '', ''), (1, '', ''), (2, '', ''), (3, '', ''), (4, '', ''), (5, '', ''), (6, '', ''), (7, '', ''),
       (8, '', ''), (9, '', ''), (10, '', ''), (11, '', ''), (12, '', ''), (13, '', ''), (14, '', ''), (15, '', '')
ON CONFLICT (shard) DO NOTHING;

CREATE TABLE IF NOT EXISTS waiting_users (
    user_id TEXT PRIMARY KEY,
    until   TEXT NOT NULL,
    reason  TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS waiting_users_by_time ON waiting_users (until);

-- The mark stays at 0: an index of SQLite has no entries of published events.
CREATE TABLE IF NOT EXISTS outbox_low_water (
    seq INTEGER NOT NULL
);

INSERT INTO outbox_low_water (seq) SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM outbox_low_water);

DROP INDEX IF EXISTS outbox_waiting;

DROP TRIGGER IF EXISTS dead_letters_replay;

-- Replaying puts the event back into the outbox, whether it came from there or not.
CREATE TRIGGER dead_letters_replay AFTER UPDATE OF replayed_at ON dead_letters WHEN NEW.replayed_at IS NOT NULL
BEGIN
    INSERT INTO outbox (event_id, user_id, type, event)
    VALUES (NEW.event_id, NEW.user_id, NEW.type, NEW.event)
    ON CONFLICT (event_id) DO UPDATE
        SET published_at = NULL, dead_at = NULL, attempts = 0, last_error = NULL, replays = outbox.replays + 1;
END;
