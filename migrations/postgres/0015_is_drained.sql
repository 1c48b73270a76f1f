-- Whether somebody holds the shard of this user and will publish what is being written. A function in PL/pgSQL keeps its plan for
-- the session: as a part of every statement that writes, it was planned with each of them, a fifth of the time that the
-- database spent on a new task.
CREATE OR REPLACE FUNCTION outbox_is_drained(of_user TEXT) RETURNS BOOLEAN LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN COALESCE((SELECT expires_at > (clock_timestamp() AT TIME ZONE 'utc')
                       FROM outbox_shards WHERE shard = outbox_shard(of_user)), FALSE);
END
$$;
