-- When the reminder of a task fires, and the version of the task that decided it: of any other version it says nothing, the
-- change was made by a release that does not know it. Columns without a default: no row is rewritten.

ALTER TABLE tasks
    ADD COLUMN IF NOT EXISTS remind_at TIMESTAMP,
    ADD COLUMN IF NOT EXISTS remind_version BIGINT;

-- Whoever has it fires what is due, for all replicas.
INSERT INTO leases (name, owner, expires_at) VALUES ('reminders', '', '-infinity') ON CONFLICT (name) DO NOTHING;
