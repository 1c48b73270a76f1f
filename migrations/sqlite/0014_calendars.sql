-- The calendar of a user: who knows the secret reads the tasks. Of the secret there is the SHA-256 only.

CREATE TABLE IF NOT EXISTS calendars (
    user_id     TEXT PRIMARY KEY,
    secret_hash TEXT NOT NULL,
    created_at  TEXT NOT NULL
) WITHOUT ROWID;
