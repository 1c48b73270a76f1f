-- When the reminder of a task fires, and the version of the task that decided it: of any other version it says nothing, the
-- change was made by a release that does not know it.
ALTER TABLE tasks ADD COLUMN remind_at TEXT;

ALTER TABLE tasks ADD COLUMN remind_version INTEGER;

-- Whoever has it fires what is due, for all replicas.
INSERT INTO leases (name, owner, expires_at) VALUES ('reminders', '', '') ON CONFLICT (name) DO NOTHING;
