-- How many waits of users have ended. See the PostgreSQL migration of the same number.
ALTER TABLE outbox_low_water ADD COLUMN waits_ended INTEGER NOT NULL DEFAULT 0;

CREATE TRIGGER waits_ended AFTER DELETE ON waiting_users
BEGIN
    UPDATE outbox_low_water SET waits_ended = waits_ended + 1;
END;
