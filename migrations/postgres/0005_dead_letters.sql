-- What a dead letter remembers of its failures. Constant defaults: the table is not rewritten.

ALTER TABLE dead_letters
    -- The records that failed: one that comes again after a replay is no new failure. The last few dozen.
    ADD COLUMN records      TEXT NOT NULL DEFAULT '',
    -- How often it failed again after a replay.
    ADD COLUMN failed_again BIGINT NOT NULL DEFAULT 0,
    -- Its place in the outbox, which is the order in which events are replayed; 0 when it never was there.
    ADD COLUMN seq          BIGINT NOT NULL DEFAULT 0;
