-- no-transaction
-- What the purge and the erasure of a user look up, and what GET stats reads. Each index is made without holding up writers; a run that broke off has left an
-- invalid index, so each is dropped first.

-- Deleted tasks by age. A tombstone has left it: its title is empty.
DROP INDEX CONCURRENTLY IF EXISTS tasks_deleted;
CREATE INDEX CONCURRENTLY tasks_deleted ON tasks (deleted_at) WHERE deleted_at IS NOT NULL AND (withdrawn OR title <> '');

-- The indexes of the lists leave the deleted ones out.
DROP INDEX CONCURRENTLY IF EXISTS tasks_deleted_by_user;
CREATE INDEX CONCURRENTLY tasks_deleted_by_user ON tasks (user_id) WHERE deleted_at IS NOT NULL;

DROP INDEX CONCURRENTLY IF EXISTS reminders_by_user;
CREATE INDEX CONCURRENTLY reminders_by_user ON reminders (user_id);

DROP INDEX CONCURRENTLY IF EXISTS notifications_read_by_age;
CREATE INDEX CONCURRENTLY notifications_read_by_age ON notifications (read_at) WHERE read_at IS NOT NULL;

DROP INDEX CONCURRENTLY IF EXISTS dead_letters_replayed;
CREATE INDEX CONCURRENTLY dead_letters_replayed ON dead_letters (replayed_at) WHERE replayed_at IS NOT NULL;

DROP INDEX CONCURRENTLY IF EXISTS dead_letters_by_user;
CREATE INDEX CONCURRENTLY dead_letters_by_user ON dead_letters (user_id);

DROP INDEX CONCURRENTLY IF EXISTS event_counts_by_day;
CREATE INDEX CONCURRENTLY event_counts_by_day ON event_counts (day);

-- Up to which event of the outbox the events are counted in event_counts: those behind it are counted when somebody asks. The
-- purge moves it on, and what it passes is counted in the same statement.
CREATE TABLE IF NOT EXISTS counted (
    seq BIGINT NOT NULL,
    one INTEGER PRIMARY KEY CHECK (one = 1)
);

INSERT INTO counted (seq, one) VALUES (0, 1) ON CONFLICT (one) DO NOTHING;

CREATE OR REPLACE FUNCTION counted_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO event_counts AS c (user_id, day, type, count)
    SELECT user_id, to_char(created_at, 'YYYY-MM-DD'), type, COUNT(*)
      FROM outbox WHERE seq > OLD.seq AND seq <= NEW.seq
     GROUP BY 1, 2, 3
    ON CONFLICT (user_id, day, type) DO UPDATE SET count = c.count + excluded.count;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER counted_count AFTER UPDATE OF seq ON counted
    FOR EACH ROW EXECUTE FUNCTION counted_count();

-- The trigger on the outbox stays: what leaves it before the mark has passed is counted then.
CREATE OR REPLACE FUNCTION outbox_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.seq > (SELECT seq FROM counted) THEN
        INSERT INTO event_counts AS c (user_id, day, type, count)
        VALUES (OLD.user_id, to_char(OLD.created_at, 'YYYY-MM-DD'), OLD.type, 1)
        ON CONFLICT (user_id, day, type) DO UPDATE SET count = c.count + 1;
    END IF;
    RETURN NULL;
END
$$;
