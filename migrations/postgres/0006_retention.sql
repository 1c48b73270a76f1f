-- no-transaction
-- What the purge and the erasure of a user look up. Each is made without holding up writers; a run that broke off has left an
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

DROP INDEX CONCURRENTLY IF EXISTS notifications_unread_by_age;
CREATE INDEX CONCURRENTLY notifications_unread_by_age ON notifications (created_at) WHERE read_at IS NULL;

DROP INDEX CONCURRENTLY IF EXISTS dead_letters_replayed;
CREATE INDEX CONCURRENTLY dead_letters_replayed ON dead_letters (replayed_at) WHERE replayed_at IS NOT NULL;

DROP INDEX CONCURRENTLY IF EXISTS dead_letters_by_user;
CREATE INDEX CONCURRENTLY dead_letters_by_user ON dead_letters (user_id);

DROP INDEX CONCURRENTLY IF EXISTS event_counts_by_day;
CREATE INDEX CONCURRENTLY event_counts_by_day ON event_counts (day);
