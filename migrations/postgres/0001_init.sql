-- Each paragraph is one statement. Times are UTC, without a zone (what Spin's PostgreSQL interface speaks).

CREATE TABLE IF NOT EXISTS schema_migrations (
    version    BIGINT PRIMARY KEY,
    applied_at TIMESTAMP NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'utc')
);

CREATE TABLE IF NOT EXISTS tasks (
    id                    UUID PRIMARY KEY,
    user_id               TEXT COLLATE "C" NOT NULL,
    title                 TEXT NOT NULL,
    description           TEXT,
    priority              BIGINT NOT NULL,
    tags                  JSONB NOT NULL,
    due_date              TIMESTAMP,
    time_zone             TEXT NOT NULL,
    is_recurring          BOOLEAN NOT NULL,
    recurring_interval    TEXT,
    recurring_every       BIGINT NOT NULL,
    recurrence_policy     TEXT NOT NULL,
    recurring_until       TIMESTAMP,
    recurring_count       BIGINT,
    remind_before_minutes BIGINT,
    completed             BOOLEAN NOT NULL,
    completed_at          TIMESTAMP,
    series_id             UUID,
    occurrence            BIGINT,
    anchor                TIMESTAMP,
    version               BIGINT NOT NULL,
    created_at            TIMESTAMP NOT NULL,
    updated_at            TIMESTAMP NOT NULL,
    deleted_at            TIMESTAMP,
    -- What sorting and searching compare: lower-cased by the application, the same way on both databases.
    title_key             TEXT COLLATE "C" NOT NULL,
    search                TEXT NOT NULL,
    -- Of a next occurrence: the version of its predecessor that it was worked out from.
    previous_version      BIGINT,
    -- A next occurrence that was taken back because its predecessor was reopened; invisible for good.
    withdrawn             BOOLEAN NOT NULL DEFAULT FALSE,
    -- The CloudEvent of the last change: written with the change, copied to the outbox by the trigger below.
    event                 TEXT
);

CREATE UNIQUE INDEX IF NOT EXISTS tasks_occurrence ON tasks (series_id, occurrence) WHERE NOT withdrawn;

-- The lists: the user and the sort key lead. The columns after id are there for the filters: a task that does not fit is
-- passed over inside the index, without a look at its row.
CREATE INDEX IF NOT EXISTS tasks_by_created ON tasks (user_id, created_at, id, completed, priority, COALESCE(due_date, '9999-12-31T23:59:59.999999'::timestamp)) WHERE deleted_at IS NULL;

CREATE INDEX IF NOT EXISTS tasks_by_updated ON tasks (user_id, updated_at, id, completed, priority, COALESCE(due_date, '9999-12-31T23:59:59.999999'::timestamp)) WHERE deleted_at IS NULL;

CREATE INDEX IF NOT EXISTS tasks_by_due ON tasks (user_id, COALESCE(due_date, '9999-12-31T23:59:59.999999'::timestamp), id, completed, priority) WHERE deleted_at IS NULL;

CREATE INDEX IF NOT EXISTS tasks_by_priority ON tasks (user_id, priority, id, completed, COALESCE(due_date, '9999-12-31T23:59:59.999999'::timestamp)) WHERE deleted_at IS NULL;

CREATE INDEX IF NOT EXISTS tasks_by_title ON tasks (user_id, title_key, id, completed, priority, COALESCE(due_date, '9999-12-31T23:59:59.999999'::timestamp)) WHERE deleted_at IS NULL;

CREATE TABLE IF NOT EXISTS outbox (
    seq             BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id        TEXT NOT NULL UNIQUE,
    user_id         TEXT COLLATE "C" NOT NULL,
    type            TEXT NOT NULL,
    event           TEXT NOT NULL,
    created_at      TIMESTAMP NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'utc'),
    published_at    TIMESTAMP,
    attempts        BIGINT NOT NULL DEFAULT 0,
    next_attempt_at TIMESTAMP,
    last_error      TEXT,
    dead_at         TIMESTAMP,
    -- How often an operator has put it back: a drain settles only what it has read.
    replays         BIGINT NOT NULL DEFAULT 0
);

-- With the type: the events of a topic that takes nothing are passed over inside the index.
CREATE INDEX IF NOT EXISTS outbox_pending ON outbox (seq, type) WHERE published_at IS NULL AND dead_at IS NULL;

CREATE INDEX IF NOT EXISTS outbox_waiting ON outbox (user_id, seq) WHERE next_attempt_at IS NOT NULL;

-- The history by type and time, and its counts by day, without a look at the events.
CREATE INDEX IF NOT EXISTS outbox_by_user ON outbox (user_id, seq, type, created_at);

CREATE OR REPLACE FUNCTION event_to_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO outbox (event_id, user_id, type, event)
    VALUES (NEW.event::json ->> 'id', NEW.user_id, NEW.event::json ->> 'type', NEW.event);
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER tasks_insert_event AFTER INSERT ON tasks
    FOR EACH ROW WHEN (NEW.event IS NOT NULL) EXECUTE FUNCTION event_to_outbox();

CREATE OR REPLACE TRIGGER tasks_update_event AFTER UPDATE OF event ON tasks
    FOR EACH ROW WHEN (NEW.event IS NOT NULL) EXECUTE FUNCTION event_to_outbox();

-- What retention removes from the outbox stays counted, per day (UTC).
CREATE TABLE IF NOT EXISTS event_counts (
    user_id TEXT COLLATE "C" NOT NULL,
    day     TEXT COLLATE "C" NOT NULL,
    type    TEXT NOT NULL,
    count   BIGINT NOT NULL,
    PRIMARY KEY (user_id, day, type)
);

CREATE OR REPLACE FUNCTION outbox_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO event_counts AS c (user_id, day, type, count)
    VALUES (OLD.user_id, to_char(OLD.created_at, 'YYYY-MM-DD'), OLD.type, 1)
    ON CONFLICT (user_id, day, type) DO UPDATE SET count = c.count + 1;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER outbox_count AFTER DELETE ON outbox
    FOR EACH ROW EXECUTE FUNCTION outbox_count();

CREATE TABLE IF NOT EXISTS reminders (
    task_id      UUID PRIMARY KEY,
    user_id      TEXT COLLATE "C" NOT NULL,
    -- The version of the task that this reminder follows from: an older one never overwrites it.
    version      BIGINT NOT NULL,
    -- NULL: cancelled.
    remind_at    TIMESTAMP,
    due_date     TIMESTAMP,
    fired_at     TIMESTAMP,
    event        TEXT
);

CREATE INDEX IF NOT EXISTS reminders_due ON reminders (remind_at) WHERE fired_at IS NULL AND remind_at IS NOT NULL;

CREATE INDEX IF NOT EXISTS reminders_due_by_user ON reminders (user_id, remind_at) WHERE fired_at IS NULL AND remind_at IS NOT NULL;

CREATE OR REPLACE TRIGGER reminders_insert_event AFTER INSERT ON reminders
    FOR EACH ROW WHEN (NEW.event IS NOT NULL) EXECUTE FUNCTION event_to_outbox();

CREATE OR REPLACE TRIGGER reminders_update_event AFTER UPDATE OF event ON reminders
    FOR EACH ROW WHEN (NEW.event IS NOT NULL) EXECUTE FUNCTION event_to_outbox();

CREATE TABLE IF NOT EXISTS notifications (
    id         UUID PRIMARY KEY,
    user_id    TEXT COLLATE "C" NOT NULL,
    task_id    UUID NOT NULL,
    remind_at  TIMESTAMP NOT NULL,
    task_title TEXT NOT NULL,
    due_date   TIMESTAMP NOT NULL,
    created_at TIMESTAMP NOT NULL,
    read_at    TIMESTAMP,
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
    received_at TIMESTAMP NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'utc'),
    replayed_at TIMESTAMP
);

CREATE INDEX IF NOT EXISTS dead_letters_by_time ON dead_letters (received_at, id);

-- Replaying puts the event back into the outbox, whether it came from there or not.
CREATE OR REPLACE FUNCTION dead_letters_replay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO outbox (event_id, user_id, type, event)
    VALUES (NEW.event_id, NEW.user_id, NEW.type, NEW.event)
    ON CONFLICT (event_id) DO UPDATE
        SET published_at = NULL, dead_at = NULL, attempts = 0, next_attempt_at = NULL, last_error = NULL,
            replays = outbox.replays + 1;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER dead_letters_replay AFTER UPDATE OF replayed_at ON dead_letters
    FOR EACH ROW WHEN (NEW.replayed_at IS NOT NULL) EXECUTE FUNCTION dead_letters_replay();

CREATE TABLE IF NOT EXISTS leases (
    name       TEXT PRIMARY KEY,
    owner      TEXT NOT NULL,
    expires_at TIMESTAMP NOT NULL
);

INSERT INTO leases (name, owner, expires_at) VALUES ('outbox', '', '-infinity') ON CONFLICT (name) DO NOTHING;
