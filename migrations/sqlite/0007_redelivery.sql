-- Each paragraph is one statement.

-- Events that are in order and were not handled within Dapr's retries: delivered again from here, a bounded number of times.
CREATE TABLE IF NOT EXISTS redeliveries (
    event_id        TEXT PRIMARY KEY,
    user_id         TEXT NOT NULL,
    type            TEXT NOT NULL,
    event           TEXT NOT NULL,
    -- Which record failed; empty when unknown.
    record          TEXT NOT NULL DEFAULT '',
    attempts        INTEGER NOT NULL DEFAULT 0,
    next_attempt_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000'),
    -- Why it was given up; it then waits only for becoming a dead letter.
    given_up        TEXT
);

CREATE INDEX IF NOT EXISTS redeliveries_due ON redeliveries (next_attempt_at);
