-- The dates of a series by a rule of RFC 5545 instead of an interval.

ALTER TABLE tasks ADD COLUMN recurrence_rule TEXT;
