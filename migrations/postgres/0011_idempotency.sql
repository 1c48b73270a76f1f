-- Safe retries: the answer to the first POST of a task under an Idempotency-Key.

CREATE TABLE IF NOT EXISTS idempotency_keys (
    user_id    TEXT COLLATE "C" NOT NULL,
    key        TEXT COLLATE "C" NOT NULL,
    task_id    UUID NOT NULL,
    -- What was asked for, as JSON.
    request    TEXT NOT NULL,
    -- The body of the answer.
    answer     TEXT NOT NULL,
    -- From then on the key can be used anew.
    expires_at TIMESTAMP NOT NULL DEFAULT ((clock_timestamp() AT TIME ZONE 'utc') + interval '24 hours'),
    PRIMARY KEY (user_id, key)
);

CREATE INDEX IF NOT EXISTS idempotency_keys_by_age ON idempotency_keys (expires_at);

-- A task whose key is taken is not inserted, and nothing else happens. That is no error. Of two at once the second waits for
-- the end of the first.
CREATE OR REPLACE FUNCTION tasks_idempotency() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    used JSON := NEW.idempotency::json;
BEGIN
    INSERT INTO idempotency_keys AS k (user_id, key, task_id, request, answer)
    VALUES (NEW.user_id, used ->> 'key', NEW.id, used ->> 'request', used ->> 'answer')
    ON CONFLICT (user_id, key) DO UPDATE
        SET task_id = excluded.task_id, request = excluded.request, answer = excluded.answer,
            expires_at = excluded.expires_at
      WHERE k.expires_at <= clock_timestamp() AT TIME ZONE 'utc';
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    NEW.idempotency := NULL;
    RETURN NEW;
END
$$;

-- Brings key, request and answer (JSON) with a new task to idempotency_keys; NULL in every row that is stored. A column
-- without a default: no row is rewritten.
ALTER TABLE tasks ADD COLUMN IF NOT EXISTS idempotency TEXT;

CREATE OR REPLACE TRIGGER tasks_insert_idempotency BEFORE INSERT ON tasks
    FOR EACH ROW WHEN (NEW.idempotency IS NOT NULL) EXECUTE FUNCTION tasks_idempotency();
