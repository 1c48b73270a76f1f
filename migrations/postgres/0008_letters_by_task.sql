-- no-transaction
-- The dead letters of a task, for its later events, which may have to wait behind them.

-- The subject of an event, which is its task. NULL when PostgreSQL cannot read the JSON: \u0000, depth, or no JSON at all. Cut
-- off, because an index takes no long text.
CREATE OR REPLACE FUNCTION event_subject(event TEXT) RETURNS TEXT LANGUAGE plpgsql IMMUTABLE PARALLEL UNSAFE AS $$
BEGIN
    RETURN left(event::json ->> 'subject', 64);
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
    RETURN NULL;
END
$$;

-- Of all letters: the planner does not use what it knows of a partial one. Made without holding up writers; a run that broke
-- off has left an invalid index, so it is dropped first.
DROP INDEX CONCURRENTLY IF EXISTS dead_letters_by_task;
CREATE INDEX CONCURRENTLY dead_letters_by_task ON dead_letters (event_subject(event));
