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
    -- A next occurrence that was taken back because its predecessor was reopened; invisible for good.
    withdrawn             BOOLEAN NOT NULL DEFAULT FALSE,
    -- The CloudEvent of the last change: written with the change, copied to the outbox by the trigger below.
    event                 TEXT
);

CREATE UNIQUE INDEX IF NOT EXISTS tasks_occurrence ON tasks (series_id, occurrence) WHERE NOT withdrawn;

CREATE INDEX IF NOT EXISTS tasks_by_created ON tasks (user_id, created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX IF NOT EXISTS tasks_by_updated ON tasks (user_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX IF NOT EXISTS tasks_by_due ON tasks (user_id, COALESCE(due_date, '9999-12-31T23:59:59.999999'::timestamp), id) WHERE deleted_at IS NULL;

CREATE INDEX IF NOT EXISTS tasks_by_priority ON tasks (user_id, priority, id) WHERE deleted_at IS NULL;

CREATE INDEX IF NOT EXISTS tasks_by_title ON tasks (user_id, title_key, id) WHERE deleted_at IS NULL;

CREATE TABLE IF NOT EXISTS outbox (
    seq             BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id        UUID NOT NULL UNIQUE,
    user_id         TEXT COLLATE "C" NOT NULL,
    type            TEXT NOT NULL,
    event           TEXT NOT NULL,
    created_at      TIMESTAMP NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'utc'),
    published_at    TIMESTAMP,
    attempts        BIGINT NOT NULL DEFAULT 0,
    next_attempt_at TIMESTAMP,
    last_error      TEXT,
    dead_at         TIMESTAMP
);

CREATE INDEX IF NOT EXISTS outbox_pending ON outbox (seq) WHERE published_at IS NULL AND dead_at IS NULL;

CREATE INDEX IF NOT EXISTS outbox_waiting ON outbox (user_id, seq) WHERE published_at IS NULL AND dead_at IS NULL AND next_attempt_at IS NOT NULL;

CREATE INDEX IF NOT EXISTS outbox_by_user ON outbox (user_id, seq);

CREATE OR REPLACE FUNCTION tasks_event_to_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO outbox (event_id, user_id, type, event)
    VALUES ((NEW.event::json ->> 'id')::uuid, NEW.user_id, NEW.event::json ->> 'type', NEW.event);
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER tasks_insert_event AFTER INSERT ON tasks
    FOR EACH ROW WHEN (NEW.event IS NOT NULL) EXECUTE FUNCTION tasks_event_to_outbox();

CREATE OR REPLACE TRIGGER tasks_update_event AFTER UPDATE OF event ON tasks
    FOR EACH ROW WHEN (NEW.event IS NOT NULL) EXECUTE FUNCTION tasks_event_to_outbox();

CREATE TABLE IF NOT EXISTS leases (
    name       TEXT PRIMARY KEY,
    owner      TEXT NOT NULL,
    expires_at TIMESTAMP NOT NULL
);

INSERT INTO leases (name, owner, expires_at) VALUES ('outbox', '', '-infinity') ON CONFLICT (name) DO NOTHING;
