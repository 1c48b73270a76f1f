-- Completed tasks by the time of their completion. A task that is open has no entry, so making one costs nothing.
CREATE INDEX IF NOT EXISTS tasks_by_completed ON tasks (user_id, completed_at) WHERE completed_at IS NOT NULL AND deleted_at IS NULL;
