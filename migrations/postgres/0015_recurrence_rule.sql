-- The dates of a series by a rule of RFC 5545 instead of an interval. A column without a default: no row is rewritten.

ALTER TABLE tasks ADD COLUMN IF NOT EXISTS recurrence_rule TEXT;
