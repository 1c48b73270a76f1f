-- no-transaction
-- Completed tasks by the time of their completion. A task that is open has no entry, so making one costs nothing.

-- Made without holding up writers; a run that broke off has left an invalid index, so it is dropped first.
DROP INDEX CONCURRENTLY IF EXISTS tasks_by_completed;
CREATE INDEX CONCURRENTLY tasks_by_completed ON tasks (user_id, completed_at) WHERE completed_at IS NOT NULL AND deleted_at IS NULL;
