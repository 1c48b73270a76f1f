-- 100,000 tasks of one user and 20,000 of 200 others. As in life, the old ones are done and titles repeat their words; so
-- that filter and order go together, which is where a planner that takes them for independent goes wrong.
-- Ids too are the same in every run: how many rows lie behind a cursor depends on them.
INSERT INTO tasks (id, user_id, title, description, priority, tags, due_date, time_zone, is_recurring, recurring_every,
    recurrence_policy, remind_before_minutes, completed, completed_at, series_id, occurrence, version, created_at, updated_at, title_key, search,
    event)
SELECT id, user_id, title, description, priority, tags, due_date, 'UTC', FALSE, 1,
    'each', 1440, done, CASE WHEN done THEN created_at + interval '1 day' END,
    CASE WHEN i % 20 = 4 THEN md5(user_id || ' series ' || i / 4000)::uuid END, CASE WHEN i % 20 = 4 THEN i END, 1, created_at,
    created_at + h % 1000 * interval '1 minute', lower(title), lower(title || E'\n' || description),
    json_build_object('specversion', '1.0', 'id', gen_random_uuid(), 'source', 'todo-backend', 'subject', id,
        'type', CASE WHEN h % 2000 = 0 THEN 'task.deleted' ELSE 'task.created' END, 'partitionkey', user_id,
        'data', json_build_object('task_id', id, 'user_id', user_id, 'title', title, 'description', description))::text
FROM (
    SELECT md5(user_id || ' ' || i)::uuid AS id, user_id, i, h, created_at,
        (ARRAY['Water', 'Call', 'Review', 'Plan', 'Buy', 'Fix', 'Write', 'Paint', 'Clean', 'Sell'])[1 + h / 7 % 10] || ' the '
            || (ARRAY['plants', 'garden', 'report', 'car', 'house', 'boat', 'invoice', 'kitchen'])[1 + h / 77 % 8]
            || ' ' || i || CASE WHEN i % 5000 = 17 THEN ' xylophone' ELSE '' END AS title,
        'What is to be done here, in some words and a number, ' || md5(i::text) || ', up to the end' AS description,
        CASE WHEN h % 100 < 90 THEN 1 WHEN h % 100 < 99 THEN 0 ELSE 2 END AS priority,
        to_jsonb(CASE WHEN i % 2000 = 3 THEN ARRAY['rare', 'home'] WHEN i % 10 = 1 THEN ARRAY['work', 't' || h % 50]
            WHEN i % 3 = 0 THEN ARRAY['home'] ELSE ARRAY[]::text[] END) AS tags,
        CASE WHEN h % 5 > 0 THEN created_at + h / 5 % 20000 * interval '1 minute' END AS due_date,
        i < n * 0.95 AND h % 50 <> 7 AS done
    FROM (
        SELECT *, abs(hashint8(i * 7919)) AS h,
            date_trunc('minute', now() AT TIME ZONE 'utc') - (n - i) * interval '4 minutes' AS created_at
        FROM (SELECT 'big' AS user_id, 100000 AS n, i FROM generate_series(1, 100000) AS i
              UNION ALL SELECT 'user' || i % 200, 20000, i FROM generate_series(1, 20000) AS i) AS numbered
    ) AS dated
) AS named;

-- Whole events, as the contract has them; in the outbox alone, so that a task is as long as it was.
UPDATE outbox SET published_at = created_at,
    event = (event::jsonb || jsonb_build_object('time', '2026-01-01T00:00:00Z', 'datacontenttype', 'application/json',
        'traceparent', '00-' || md5(event_id) || '-' || left(md5(event_id), 16) || '-01'))::text;

-- A reminder of each task with a due date; of those that are due and wanted, all but a few have fired.
INSERT INTO reminders (task_id, user_id, version, remind_at, due_date, fired_at)
SELECT id, user_id, 1, CASE WHEN NOT completed THEN due_date - interval '1 day' END, due_date,
    CASE WHEN NOT completed AND due_date < now() AT TIME ZONE 'utc' AND title NOT LIKE '%7' THEN due_date - interval '1 day' END
FROM tasks WHERE due_date IS NOT NULL;

INSERT INTO notifications (id, user_id, task_id, remind_at, task_title, due_date, created_at, read_at)
SELECT gen_random_uuid(), user_id, id, due_date - interval '1 day', title, due_date, due_date - interval '1 day',
    CASE WHEN title NOT LIKE '%123' THEN due_date END
FROM tasks WHERE due_date IS NOT NULL;

-- What retention has removed, of everybody.
INSERT INTO event_counts (user_id, day, type, count)
SELECT CASE WHEN i % 200 = 0 THEN 'big' ELSE 'user' || i % 200 END, to_char(date '2025-01-01' + i / 200, 'YYYY-MM-DD'), 'task.created', 7
FROM generate_series(1, 20000) AS i;

-- Dead letters of everybody, most of them replayed.
INSERT INTO dead_letters (id, event_id, user_id, type, topic, event, reason, replayed_at)
SELECT 'dead-' || i, 'dead-' || i, 'user' || i % 200, 'task.created', 'tasks', '{}', 'not handled',
    CASE WHEN i % 10 > 0 THEN now() AT TIME ZONE 'utc' END
FROM generate_series(1, 20000) AS i;

-- Keys of everybody's last requests.
INSERT INTO idempotency_keys (user_id, key, task_id, request, answer)
SELECT 'user' || i % 200, 'key-' || i, gen_random_uuid(), '{}', '{}' FROM generate_series(1, 20000) AS i;

INSERT INTO calendars (user_id, secret_hash, created_at)
SELECT 'user' || i, md5(i::text), now() AT TIME ZONE 'utc' FROM generate_series(1, 20000) AS i;

VACUUM ANALYZE;
