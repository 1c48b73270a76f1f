-- Filtering a list by tag or by text. pg_trgm and btree_gin are trusted extensions: the owner of the database may create them.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE EXTENSION IF NOT EXISTS btree_gin;

-- One index for both, and for the user: each entry of it costs the writer, an index of its own for each would cost more.
CREATE INDEX tasks_search ON tasks USING gin (user_id, tags, search gin_trgm_ops) WHERE deleted_at IS NULL;
