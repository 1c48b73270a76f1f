-- Each paragraph is one statement. Times are UTC text of fixed width, so that text order is time order.

-- Readers and the one writer do not block each other; the setting stays with the file.
PRAGMA journal_mode = WAL;

CREATE TABLE IF NOT EXISTS schema_migrations (
    version    INTEGER PRIMARY KEY,
    applied_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now'))
);

CREATE TABLE IF NOT EXISTS tasks (
    id                    TEXT PRIMARY KEY,
    user_id               TEXT NOT NULL,
    title                 TEXT NOT NULL,
    description           TEXT,
    priority              INTEGER NOT NULL,
    tags                  TEXT NOT NULL,
    due_date              TEXT,
    time_zone             TEXT NOT NULL,
    is_recurring          INTEGER NOT NULL,
    recurring_interval    TEXT,
    recurring_every       INTEGER NOT NULL,
    recurrence_policy     TEXT NOT NULL,
    recurring_until       TEXT,
    recurring_count       INTEGER,
    remind_before_minutes INTEGER,
    completed             INTEGER NOT NULL,
    completed_at          TEXT,
    series_id             TEXT,
    occurrence            INTEGER,
    anchor                TEXT,
    version               INTEGER NOT NULL,
    created_at            TEXT NOT NULL,
    updated_at            TEXT NOT NULL,
    deleted_at            TEXT,
    -- What sorting and searching compare: lower-cased by the application, the same way on both databases.
    title_key             TEXT NOT NULL,
    search                TEXT NOT NULL,
    -- A next occurrence that was taken back because its predecessor was reopened; invisible for good.
    withdrawn             INTEGER NOT NULL DEFAULT 0,
    -- The CloudEvent of the last change: written with the change, copied to the outbox by the triggers below.
    event                 TEXT
);

CREATE UNIQUE INDEX IF NOT EXISTS tasks_occurrence ON tasks (series_id, occurrence) WHERE NOT withdrawn;

CREATE INDEX IF NOT EXISTS tasks_by_created ON tasks (user_id, created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX IF NOT EXISTS tasks_by_updated ON tasks (user_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX IF NOT EXISTS tasks_by_due ON tasks (user_id, COALESCE(due_date, '9999-12-31T23:59:59.999999'), id) WHERE deleted_at IS NULL;

CREATE INDEX IF NOT EXISTS tasks_by_priority ON tasks (user_id, priority, id) WHERE deleted_at IS NULL;

CREATE INDEX IF NOT EXISTS tasks_by_title ON tasks (user_id, title_key, id) WHERE deleted_at IS NULL;

CREATE TABLE IF NOT EXISTS outbox (
    seq             INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id        TEXT NOT NULL UNIQUE,
    user_id         TEXT NOT NULL,
    type            TEXT NOT NULL,
    event           TEXT NOT NULL,
    created_at      TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000'),
    published_at    TEXT,
    attempts        INTEGER NOT NULL DEFAULT 0,
    next_attempt_at TEXT,
    last_error      TEXT,
    dead_at         TEXT
);

CREATE INDEX IF NOT EXISTS outbox_pending ON outbox (seq) WHERE published_at IS NULL AND dead_at IS NULL;

CREATE INDEX IF NOT EXISTS outbox_waiting ON outbox (user_id, seq) WHERE published_at IS NULL AND dead_at IS NULL AND next_attempt_at IS NOT NULL;

CREATE INDEX IF NOT EXISTS outbox_by_user ON outbox (user_id, seq);

CREATE TRIGGER IF NOT EXISTS tasks_insert_event AFTER INSERT ON tasks WHEN NEW.event IS NOT NULL
BEGIN
    INSERT INTO outbox (event_id, user_id, type, event)
    VALUES (json_extract(NEW.event, '$.id'), NEW.user_id, json_extract(NEW.event, '$.type'), NEW.event);
END;

CREATE TRIGGER IF NOT EXISTS tasks_update_event AFTER UPDATE OF event ON tasks WHEN NEW.event IS NOT NULL
BEGIN
    INSERT INTO outbox (event_id, user_id, type, event)
    VALUES (json_extract(NEW.event, '$.id'), NEW.user_id, json_extract(NEW.event, '$.type'), NEW.event);
END;

CREATE TABLE IF NOT EXISTS leases (
    name       TEXT PRIMARY KEY,
    owner      TEXT NOT NULL,
    expires_at TEXT NOT NULL
) WITHOUT ROWID;

INSERT INTO leases (name, owner, expires_at) VALUES ('outbox', '', '') ON CONFLICT (name) DO NOTHING;
