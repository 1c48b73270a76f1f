-- What a dead letter remembers of its failures.

-- The records that failed: one that comes again after a replay is no new failure. The last few dozen.
ALTER TABLE dead_letters ADD COLUMN records TEXT NOT NULL DEFAULT '';

-- How often it failed again after a replay.
ALTER TABLE dead_letters ADD COLUMN failed_again INTEGER NOT NULL DEFAULT 0;

-- Its place in the outbox, which is the order in which events are replayed; 0 when it never was there.
ALTER TABLE dead_letters ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
