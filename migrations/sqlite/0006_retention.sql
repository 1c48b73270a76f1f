-- What the purge and the erasure of a user look up, and what GET stats reads.

-- Deleted tasks by age. A tombstone has left it: its title is empty.
CREATE INDEX IF NOT EXISTS tasks_deleted ON tasks (deleted_at) WHERE deleted_at IS NOT NULL AND (withdrawn OR title <> '');

-- The indexes of the lists leave the deleted ones out.
CREATE INDEX IF NOT EXISTS tasks_deleted_by_user ON tasks (user_id) WHERE deleted_at IS NOT NULL;

CREATE INDEX IF NOT EXISTS reminders_by_user ON reminders (user_id);

CREATE INDEX IF NOT EXISTS notifications_read_by_age ON notifications (read_at) WHERE read_at IS NOT NULL;

CREATE INDEX IF NOT EXISTS dead_letters_replayed ON dead_letters (replayed_at) WHERE replayed_at IS NOT NULL;

CREATE INDEX IF NOT EXISTS dead_letters_by_user ON dead_letters (user_id);

CREATE INDEX IF NOT EXISTS event_counts_by_day ON event_counts (day);

-- Up to which event of the outbox the events are counted in event_counts: those behind it are counted when somebody asks. The
-- purge moves it on, and what it passes is counted in the same statement.
CREATE TABLE IF NOT EXISTS counted (
    seq BIGINT NOT NULL,
    one INTEGER PRIMARY KEY CHECK (one = 1)
);

INSERT INTO counted (seq, one) VALUES (0, 1) ON CONFLICT (one) DO NOTHING;

CREATE TRIGGER IF NOT EXISTS counted_count AFTER UPDATE OF seq ON counted
BEGIN
    INSERT INTO event_counts (user_id, day, type, count)
    SELECT user_id, substr(created_at, 1, 10), type, COUNT(*)
      FROM outbox WHERE seq > OLD.seq AND seq <= NEW.seq
     GROUP BY 1, 2, 3
    ON CONFLICT (user_id, day, type) DO UPDATE SET count = count + excluded.count;
END;

-- What leaves the outbox before the mark has passed is counted then.
DROP TRIGGER IF EXISTS outbox_count;

CREATE TRIGGER outbox_count AFTER DELETE ON outbox WHEN OLD.seq > (SELECT seq FROM counted)
BEGIN
    INSERT INTO event_counts (user_id, day, type, count)
    VALUES (OLD.user_id, substr(OLD.created_at, 1, 10), OLD.type, 1)
    ON CONFLICT (user_id, day, type) DO UPDATE SET count = count + 1;
END;
