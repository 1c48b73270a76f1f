-- The low-water mark could pass the first event of a new PostgreSQL: a sequence that nobody has used says 1, the number of that
-- event. Puts the mark before whatever is pending.
UPDATE outbox_low_water
   SET seq = (SELECT MIN(seq) - 1 FROM outbox WHERE published_at IS NULL AND dead_at IS NULL), replays = replays + 1
 WHERE seq >= (SELECT MIN(seq) FROM outbox WHERE published_at IS NULL AND dead_at IS NULL);
