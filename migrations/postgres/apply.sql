-- One migration, :file, which is number :version of :latest; see apply.sh.
--
-- It runs in one transaction with its record in schema_migrations. A file whose first line is `-- no-transaction` runs
-- outside of one, for CREATE INDEX CONCURRENTLY and the like: what it did before it failed stays, so it must be a file that
-- can run again, for example because DROP INDEX CONCURRENTLY IF EXISTS comes first.

-- The lock is the session's: psql's end releases it. It is polled in short transactions, because CREATE INDEX CONCURRENTLY
-- waits for the end of every older one: a waiting pg_advisory_lock would be a deadlock.
DO $$
DECLARE
    deadline CONSTANT timestamptz := clock_timestamp() + interval '60 seconds';
BEGIN
    WHILE NOT pg_try_advisory_lock(1953457263) LOOP
        IF clock_timestamp() > deadline THEN
            RAISE 'another migration of this database is still at work after a minute';
        END IF;
        COMMIT;
        PERFORM pg_sleep(0.1);
    END LOOP;
END
$$;

\if :transaction
    BEGIN;
\else
    -- Waiting for older transactions to end holds up nobody.
    SET lock_timeout = 0;
\endif
SELECT to_regclass('schema_migrations') IS NULL AS empty \gset
\if :empty
    \set database 0
\else
    SELECT COALESCE(MAX(version), 0) AS database FROM schema_migrations \gset
\endif
SELECT :database < :version AS wanted, :database > :latest AS newer \gset
\if :newer
    -- psql itself cannot end with an error.
    SELECT set_config('migrate.error', format('the database is at version %s, these files end at %s: use newer files',
        :database, :latest), false) \g /dev/null
    DO $$ BEGIN RAISE '%', current_setting('migrate.error'); END $$;
\endif
\if :wanted
    \echo applying :file
    \ir :file
    INSERT INTO schema_migrations (version) VALUES (:version);
\endif
\if :transaction
    COMMIT;
\endif
