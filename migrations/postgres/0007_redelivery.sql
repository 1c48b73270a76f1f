-- Each paragraph is one statement.

-- Events that are in order and were not handled within Dapr's retries: delivered again from here, a bounded number of times.
CREATE TABLE IF NOT EXISTS redeliveries (
    event_id        TEXT PRIMARY KEY,
    user_id         TEXT COLLATE "C" NOT NULL,
    type            TEXT NOT NULL,
    event           TEXT NOT NULL,
    -- Which record failed; empty when unknown.
    record          TEXT NOT NULL DEFAULT '',
    attempts        BIGINT NOT NULL DEFAULT 0,
    next_attempt_at TIMESTAMP NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'utc'),
    -- Why it was given up; it then waits only for becoming a dead letter.
    given_up        TEXT
);

CREATE INDEX IF NOT EXISTS redeliveries_due ON redeliveries (next_attempt_at);
