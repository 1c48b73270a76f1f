-- One migration, :file, which is number :version of :latest; see apply.sh. The same steps and the same lock as in
-- dev/migrate, so that the two may run at once.
BEGIN;
SELECT pg_advisory_xact_lock(1953457263) \g /dev/null
SELECT to_regclass('schema_migrations') IS NULL AS empty \gset
\if :empty
    \set database 0
\else
    SELECT COALESCE(MAX(version), 0) AS database FROM schema_migrations \gset
\endif
SELECT :database < :version AS wanted, :database > :latest AS newer \gset
\if :newer
    -- A cast that fails: psql knows no other way to end with an error.
    SELECT ('the database is at version ' || :database || ', these files end at ' || :latest)::int;
\endif
\if :wanted
    \echo applying :file
    \ir :file
    INSERT INTO schema_migrations (version) VALUES (:version);
\endif
COMMIT;
