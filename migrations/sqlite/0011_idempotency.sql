-- Each paragraph is one statement.

-- The answer to the first POST of a task under an Idempotency-Key.
CREATE TABLE IF NOT EXISTS idempotency_keys (
    user_id    TEXT NOT NULL,
    key        TEXT NOT NULL,
    task_id    TEXT NOT NULL,
    -- What was asked for, as JSON.
    request    TEXT NOT NULL,
    -- The body of the answer.
    answer     TEXT NOT NULL,
    -- From then on the key can be used anew.
    expires_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now', '+24 hours') || '000'),
    PRIMARY KEY (user_id, key)
);

CREATE INDEX IF NOT EXISTS idempotency_keys_by_age ON idempotency_keys (expires_at);

-- Brings key, request and answer (JSON) with a new task to idempotency_keys; NULL in every row that is stored.
ALTER TABLE tasks ADD COLUMN idempotency TEXT;

-- A task whose key is taken is not inserted, and nothing else happens. That is no error.
CREATE TRIGGER IF NOT EXISTS tasks_insert_idempotency BEFORE INSERT ON tasks WHEN NEW.idempotency IS NOT NULL
BEGIN
    DELETE FROM idempotency_keys
     WHERE user_id = NEW.user_id AND key = json_extract(NEW.idempotency, '$.key')
       AND expires_at <= strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000';
    SELECT RAISE(IGNORE) FROM idempotency_keys
     WHERE user_id = NEW.user_id AND key = json_extract(NEW.idempotency, '$.key');
    INSERT INTO idempotency_keys (user_id, key, task_id, request, answer)
    VALUES (NEW.user_id, json_extract(NEW.idempotency, '$.key'), NEW.id,
            json_extract(NEW.idempotency, '$.request'), json_extract(NEW.idempotency, '$.answer'));
END;

CREATE TRIGGER IF NOT EXISTS tasks_insert_idempotency_done AFTER INSERT ON tasks WHEN NEW.idempotency IS NOT NULL
BEGIN
    UPDATE tasks SET idempotency = NULL WHERE id = NEW.id;
END;
