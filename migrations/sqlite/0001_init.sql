-- Each paragraph is one statement. Times are UTC text of fixed width, so that text order is time order.

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
    -- Of a next occurrence: the version of its predecessor that it was worked out from.
    previous_version      INTEGER,
    -- A next occurrence that was taken back because its predecessor was reopened; invisible for good.
    withdrawn             INTEGER NOT NULL DEFAULT 0,
    -- The CloudEvent of the last change: written with the change, copied to the outbox by the triggers below.
    event                 TEXT
);

CREATE UNIQUE INDEX IF NOT EXISTS tasks_occurrence ON tasks (series_id, occurrence) WHERE NOT withdrawn;

-- The lists: the user and the sort key lead. The columns after id are there for the filters: a task that does not fit is
-- passed over inside the index, without a look at its row.
CREATE INDEX IF NOT EXISTS tasks_by_created ON tasks (user_id, created_at, id, completed, priority, COALESCE(due_date, '9999-12-31T23:59:59.999999')) WHERE deleted_at IS NULL;

CREATE INDEX IF NOT EXISTS tasks_by_updated ON tasks (user_id, updated_at, id, completed, priority, COALESCE(due_date, '9999-12-31T23:59:59.999999')) WHERE deleted_at IS NULL;

CREATE INDEX IF NOT EXISTS tasks_by_due ON tasks (user_id, COALESCE(due_date, '9999-12-31T23:59:59.999999'), id, completed, priority) WHERE deleted_at IS NULL;

CREATE INDEX IF NOT EXISTS tasks_by_priority ON tasks (user_id, priority, id, completed, COALESCE(due_date, '9999-12-31T23:59:59.999999')) WHERE deleted_at IS NULL;

CREATE INDEX IF NOT EXISTS tasks_by_title ON tasks (user_id, title_key, id, completed, priority, COALESCE(due_date, '9999-12-31T23:59:59.999999')) WHERE deleted_at IS NULL;

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
    dead_at         TEXT,
    -- How often an operator has put it back: a drain settles only what it has read.
    replays         INTEGER NOT NULL DEFAULT 0
);

-- With the type: the events of a topic that takes nothing are passed over inside the index.
CREATE INDEX IF NOT EXISTS outbox_pending ON outbox (seq, type) WHERE published_at IS NULL AND dead_at IS NULL;

CREATE INDEX IF NOT EXISTS outbox_waiting ON outbox (user_id, seq) WHERE next_attempt_at IS NOT NULL;

-- The history by type and time, and its counts by day, without a look at the events.
CREATE INDEX IF NOT EXISTS outbox_by_user ON outbox (user_id, seq, type, created_at);

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

-- What retention removes from the outbox stays counted, per day (UTC).
CREATE TABLE IF NOT EXISTS event_counts (
    user_id TEXT NOT NULL,
    day     TEXT NOT NULL,
    type    TEXT NOT NULL,
    count   INTEGER NOT NULL,
    PRIMARY KEY (user_id, day, type)
) WITHOUT ROWID;

CREATE TRIGGER IF NOT EXISTS outbox_count AFTER DELETE ON outbox
BEGIN
    INSERT INTO event_counts (user_id, day, type, count)
    VALUES (OLD.user_id, substr(OLD.created_at, 1, 10), OLD.type, 1)
    ON CONFLICT (user_id, day, type) DO UPDATE SET count = count + 1;
END;

CREATE TABLE IF NOT EXISTS reminders (
    task_id      TEXT PRIMARY KEY,
    user_id      TEXT NOT NULL,
    -- The version of the task that this reminder follows from: an older one never overwrites it.
    version      INTEGER NOT NULL,
    -- NULL: cancelled.
    remind_at    TEXT,
    due_date     TEXT,
    fired_at     TEXT,
    event        TEXT
);

CREATE INDEX IF NOT EXISTS reminders_due ON reminders (remind_at) WHERE fired_at IS NULL AND remind_at IS NOT NULL;

CREATE INDEX IF NOT EXISTS reminders_due_by_user ON reminders (user_id, remind_at) WHERE fired_at IS NULL AND remind_at IS NOT NULL;

CREATE TRIGGER IF NOT EXISTS reminders_insert_event AFTER INSERT ON reminders WHEN NEW.event IS NOT NULL
BEGIN
    INSERT INTO outbox (event_id, user_id, type, event)
    VALUES (json_extract(NEW.event, '$.id'), NEW.user_id, json_extract(NEW.event, '$.type'), NEW.event);
END;

CREATE TRIGGER IF NOT EXISTS reminders_update_event AFTER UPDATE OF event ON reminders WHEN NEW.event IS NOT NULL
BEGIN
    INSERT INTO outbox (event_id, user_id, type, event)
    VALUES (json_extract(NEW.event, '$.id'), NEW.user_id, json_extract(NEW.event, '$.type'), NEW.event);
END;

CREATE TABLE IF NOT EXISTS notifications (
    id         TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL,
    task_id    TEXT NOT NULL,
    remind_at  TEXT NOT NULL,
    task_title TEXT NOT NULL,
    due_date   TEXT NOT NULL,
    created_at TEXT NOT NULL,
    read_at    TEXT,
    UNIQUE (task_id, remind_at)
);

CREATE INDEX IF NOT EXISTS notifications_by_user ON notifications (user_id, created_at, id);

CREATE INDEX IF NOT EXISTS notifications_unread ON notifications (user_id, created_at, id) WHERE read_at IS NULL;

CREATE TABLE IF NOT EXISTS dead_letters (
    id          TEXT PRIMARY KEY,
    event_id    TEXT UNIQUE,
    user_id     TEXT NOT NULL,
    type        TEXT NOT NULL,
    topic       TEXT NOT NULL,
    event       TEXT NOT NULL,
    reason      TEXT NOT NULL,
    received_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000'),
    replayed_at TEXT
);

CREATE INDEX IF NOT EXISTS dead_letters_by_time ON dead_letters (received_at, id);

-- Replaying puts the event back into the outbox, whether it came from there or not.
CREATE TRIGGER IF NOT EXISTS dead_letters_replay AFTER UPDATE OF replayed_at ON dead_letters WHEN NEW.replayed_at IS NOT NULL
BEGIN
    INSERT INTO outbox (event_id, user_id, type, event)
    VALUES (NEW.event_id, NEW.user_id, NEW.type, NEW.event)
    ON CONFLICT (event_id) DO UPDATE
        SET published_at = NULL, dead_at = NULL, attempts = 0, next_attempt_at = NULL, last_error = NULL,
            replays = outbox.replays + 1;
END;

CREATE TABLE IF NOT EXISTS leases (
    name       TEXT PRIMARY KEY,
    owner      TEXT NOT NULL,
    expires_at TEXT NOT NULL
) WITHOUT ROWID;

INSERT INTO leases (name, owner, expires_at) VALUES ('outbox', '', '') ON CONFLICT (name) DO NOTHING;
