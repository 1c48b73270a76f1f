-- no-transaction
-- The dead letters of a task, for its later events, which may have to wait behind them.

-- The subject of an event, which is its task. NULL when PostgreSQL cannot read the JSON: it knows no \u0000. Cut off, because
-- an index takes no long text.
CREATE OR REPLACE FUNCTION event_subject(event TEXT) RETURNS TEXT LANGUAGE plpgsql IMMUTABLE PARALLEL UNSAFE AS $$
BEGIN
    RETURN left(event::json ->> 'subject', 64);
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END
$$;

-- Made without holding up writers; a run that broke off has left an invalid index, so it is dropped first.
DROP INDEX CONCURRENTLY IF EXISTS dead_letters_by_task;
CREATE INDEX CONCURRENTLY dead_letters_by_task ON dead_letters (user_id, event_subject(event)) WHERE event_id IS NOT NULL;
