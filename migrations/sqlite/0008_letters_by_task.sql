-- Each paragraph is one statement.

-- The dead letters of a task, for its later events, which may have to wait behind them.
CREATE INDEX IF NOT EXISTS dead_letters_by_task
    ON dead_letters ((CASE WHEN json_valid(event) THEN json_extract(event, '$.subject') END)) WHERE event_id IS NOT NULL;
