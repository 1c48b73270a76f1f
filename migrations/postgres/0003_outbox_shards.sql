-- Publishing that nobody holds up. Only new tables and functions, so that no statement waits for a lock on a table in use.
-- outbox.next_attempt_at and its index are no longer used: a user that waits is a row of waiting_users.

-- Users are spread over 16 shards. Whoever holds the lease of a shard publishes the events of its users.
CREATE TABLE IF NOT EXISTS outbox_shards (
    shard      BIGINT PRIMARY KEY,
    owner      TEXT NOT NULL,
    expires_at TIMESTAMP NOT NULL
) WITH (fillfactor = 50);

INSERT INTO outbox_shards (shard, owner, expires_at)
SELECT shard, '', '-infinity' FROM generate_series(0, 15) AS shard ON CONFLICT (shard) DO NOTHING;

-- Nothing is stored by it, so it may differ from one server version to the next.
CREATE OR REPLACE FUNCTION outbox_shard(user_id TEXT) RETURNS BIGINT LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (hashtext(user_id) & 15)::BIGINT;

-- Users whose next event the bus did not take. Their events stay out of the way of others until a retry succeeds.
CREATE TABLE IF NOT EXISTS waiting_users (
    user_id TEXT COLLATE "C" PRIMARY KEY,
    until   TIMESTAMP NOT NULL,
    reason  TEXT NOT NULL
);

CREATE INDEX IF NOT EXISTS waiting_users_by_time ON waiting_users (until);

-- No event at or below seq is pending. A search for pending events starts there, because the index entries of published
-- events stay for as long as any snapshot is open, and passing over them takes time.
-- A sequence number may be taken long before its row is committed. So candidate_seq becomes the mark only when every
-- transaction older than candidate_xid has ended.
CREATE TABLE IF NOT EXISTS outbox_low_water (
    one           BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (one),
    seq           BIGINT NOT NULL,
    candidate_seq BIGINT NOT NULL,
    candidate_xid BIGINT NOT NULL,
    -- How many replays have put an older event back: a mark that was worked out before one of them must not be written.
    replays       BIGINT NOT NULL
) WITH (fillfactor = 50);

INSERT INTO outbox_low_water (seq, candidate_seq, candidate_xid, replays) VALUES (0, 0, 0, 0) ON CONFLICT DO NOTHING;

-- Replaying puts the event back into the outbox, whether it came from there or not, and the mark below it.
CREATE OR REPLACE FUNCTION dead_letters_replay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    replayed BIGINT;
BEGIN
    INSERT INTO outbox (event_id, user_id, type, event)
    VALUES (NEW.event_id, NEW.user_id, NEW.type, NEW.event)
    ON CONFLICT (event_id) DO UPDATE
        SET published_at = NULL, dead_at = NULL, attempts = 0, last_error = NULL, replays = outbox.replays + 1
    RETURNING seq INTO replayed;
    UPDATE outbox_low_water SET seq = LEAST(seq, replayed - 1), replays = replays + 1;
    RETURN NULL;
END
$$;

-- A session that forgets its transaction holds back the mark and the vacuum. Only the owner of the database may set this;
-- anybody else leaves it to whoever runs the server.
DO $$
BEGIN
    EXECUTE format('ALTER DATABASE %I SET idle_in_transaction_session_timeout = ''60s''', current_database());
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'idle_in_transaction_session_timeout is not set';
END
$$;
