-- What the purge and the erasure of a user look up.

-- Deleted tasks by age. A tombstone has left it: its title is empty.
CREATE INDEX IF NOT EXISTS tasks_deleted ON tasks (deleted_at) WHERE deleted_at IS NOT NULL AND (withdrawn OR title <> '');

-- The indexes of the lists leave the deleted ones out.
CREATE INDEX IF NOT EXISTS tasks_deleted_by_user ON tasks (user_id) WHERE deleted_at IS NOT NULL;

CREATE INDEX IF NOT EXISTS reminders_by_user ON reminders (user_id);

CREATE INDEX IF NOT EXISTS notifications_read_by_age ON notifications (read_at) WHERE read_at IS NOT NULL;

CREATE INDEX IF NOT EXISTS notifications_unread_by_age ON notifications (created_at) WHERE read_at IS NULL;

CREATE INDEX IF NOT EXISTS dead_letters_replayed ON dead_letters (replayed_at) WHERE replayed_at IS NOT NULL;

CREATE INDEX IF NOT EXISTS dead_letters_by_user ON dead_letters (user_id);

CREATE INDEX IF NOT EXISTS event_counts_by_day ON event_counts (day);
