-- How many waits of users have ended. Whoever searches for pending events from somewhere behind the low-water mark learns by it that
-- a user is back whose events may lie before: without, a new event of that user would overtake them.
ALTER TABLE outbox_low_water ADD COLUMN IF NOT EXISTS waits_ended BIGINT NOT NULL DEFAULT 0;

CREATE OR REPLACE FUNCTION waits_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE outbox_low_water SET waits_ended = waits_ended + 1;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER waits_ended AFTER DELETE ON waiting_users
    FOR EACH STATEMENT EXECUTE FUNCTION waits_ended();
