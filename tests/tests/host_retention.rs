//! Retention: events that were published long ago leave the outbox, and stay counted. Makes them old in the
//! host's database file.

use e2e::{Bus, LocalHost, SOON, User, deliver, eventually, id_of};
use serde_json::{Value, json};

fn start(name: &str, more: &[(&str, &str)]) -> LocalHost {
    LocalHost::start_closed(name, &Bus::Local, &[&[("auth", "off")], more].concat())
}

/// SQL of the time so many days ago, as the database writes it.
fn days_ago(days: u32) -> String {
    format!("strftime('%Y-%m-%dT%H:%M:%f', 'now', '-{days} days') || '000'")
}

/// Makes a user's published events of one type so many days old; returns how many.
#[track_caller]
fn age(host: &LocalHost, user: &User, kind: &str, days: u32) -> usize {
    let time = days_ago(days);
    let sql = format!(
        "UPDATE outbox SET created_at = {time}, published_at = {time} \
         WHERE user_id = ?1 AND type = ?2 AND published_at IS NOT NULL"
    );
    host.outbox().execute(&sql, &[&user.id, &kind])
}

/// Adds published events of the user that are so many days old.
#[track_caller]
fn add_old(host: &LocalHost, user: &User, count: i64, days: u32) {
    let time = days_ago(days);
    let sql = format!(
        "INSERT INTO outbox (event_id, user_id, type, event, created_at, published_at) \
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2) \
         SELECT ?1 || '-old-' || i, ?1, 'task.updated', '{{}}', {time}, {time} FROM n"
    );
    host.outbox().execute(&sql, &[&user.id, &count]);
}

fn left(host: &LocalHost, user: &User) -> i64 {
    let sql = "SELECT count(*) FROM outbox WHERE user_id = ?1";
    host.outbox().number(sql, &[&user.id])
}

fn purge(host: &LocalHost) {
    deliver(&host.client(), "/jobs/purge-expired", b"").expect(200);
}

/// Waits until the purge has left something other than `before`; what it left.
#[track_caller]
fn wait_for_less(host: &LocalHost, user: &User, before: i64) -> i64 {
    eventually(SOON, &format!("fewer than {before} events"), || {
        Some(left(host, user)).filter(|left| *left < before)
    })
}

#[track_caller]
fn wait_until_published(host: &LocalHost) {
    eventually(SOON, "an empty outbox", || {
        host.outbox().pending().is_empty().then_some(())
    });
}

#[test]
fn what_is_older_is_removed_and_stays_counted() {
    let host = start("retention", &[("event_retention_days", "7")]);
    let user = User::new(host.client());
    let tasks: Vec<Value> = (0..4)
        .map(|n| user.create(&json!({"title": format!("task {n}")})))
        .collect();
    for task in &tasks[..3] {
        user.complete(id_of(task));
    }
    user.delete(id_of(&tasks[3])).expect(204);
    wait_until_published(&host);
    let before = user.stats();
    assert_eq!(
        (
            before["total"].as_u64(),
            age(&host, &user, "task.created", 8)
        ),
        (Some(8), 4)
    );
    assert_eq!(age(&host, &user, "task.completed", 6), 3);
    purge(&host);
    assert_eq!(wait_for_less(&host, &user, 8), 4);

    let kinds: Vec<Value> = user
        .items("/events")
        .iter()
        .map(|one| one["type"].clone())
        .collect();
    assert_eq!(
        kinds,
        [
            "task.deleted",
            "task.completed",
            "task.completed",
            "task.completed"
        ]
    );
    let after = user.stats();
    assert_eq!(
        (&after["total"], &after["by_type"]),
        (&before["total"], &before["by_type"])
    );
    let days = after["days"].as_array().expect("days");
    let totals: Vec<&Value> = days.iter().map(|day| &day["total"]).collect();
    assert_eq!(totals, [1, 3, 4], "{days:?}");
    assert_eq!(days[2]["by_type"], json!({"task.created": 4}));
    // The tasks themselves are not concerned.
    assert_eq!(user.list("status=all").len(), 3);
}

#[test]
fn one_call_removes_as_many_as_a_busy_outbox_gets_and_not_endlessly_many() {
    let host = start("retention-steps", &[("event_retention_days", "7")]);
    let user = User::new(host.client());
    // Before the others, as one that was replayed: it must not end the work.
    user.create(&json!({"title": "young"}));
    wait_until_published(&host);
    add_old(&host, &user, 10_700, 8);
    for removed in [9_980, 720] {
        purge(&host);
        let line = format!("{removed} events older than 7 days removed");
        eventually(SOON, &line, || host.log().contains(&line).then_some(()));
    }
    assert_eq!(left(&host, &user), 1);
    assert_eq!(
        user.stats()["by_type"],
        json!({"task.created": 1, "task.updated": 10_700})
    );
}

#[test]
fn what_was_never_published_stays_and_holds_up_nothing() {
    let host = start("retention-dead", &[("event_retention_days", "7")]);
    let (user, dead) = (User::new(host.client()), User::new(host.client()));
    user.create(&json!({"title": "x"}));
    add_old(&host, &dead, 600, 30);
    let sql = "UPDATE outbox SET published_at = NULL, dead_at = created_at, last_error = 'too large' WHERE user_id = ?1";
    host.outbox().execute(sql, &[&dead.id]);
    add_old(&host, &user, 10, 8);
    purge(&host);
    assert_eq!(wait_for_less(&host, &user, 11), 1);
    assert_eq!(left(&host, &dead), 600);
}

#[test]
fn without_configuration_it_is_thirty_days() {
    let host = start("retention-default", &[]);
    let (old, young) = (User::new(host.client()), User::new(host.client()));
    // The first call makes the database.
    assert_eq!(old.stats()["total"], 0);
    add_old(&host, &young, 5, 29);
    add_old(&host, &old, 5, 31);
    purge(&host);
    assert_eq!(wait_for_less(&host, &old, 5), 0);
    assert_eq!(left(&host, &young), 5);
}

#[test]
fn an_open_dead_letter_stays_in_the_history_until_it_is_replayed_and_counts_once() {
    let host = start("retention-open", &[("event_retention_days", "7")]);
    let (user, other) = (User::new(host.client()), User::new(host.client()));
    let task = user.create(&json!({"title": "comes back"}));
    let event = user.events_of(&task, "task.created").remove(0);
    wait_until_published(&host);
    assert_eq!(age(&host, &user, "task.created", 8), 1);
    let sql = "INSERT INTO dead_letters (id, event_id, user_id, type, topic, event, reason) \
               SELECT event_id, event_id, user_id, type, 'tasks', event, 'not handled' FROM outbox WHERE user_id = ?1";
    assert_eq!(host.outbox().execute(sql, &[&user.id]), 1);
    add_old(&host, &other, 600, 8);
    purge(&host);
    eventually(SOON, "none of the other's", || {
        (left(&host, &other) == 0).then_some(())
    });
    assert_eq!(user.items("/events")[0]["id"], event["id"]);

    let sql = "UPDATE dead_letters SET replayed_at = received_at WHERE user_id = ?1";
    assert_eq!(host.outbox().execute(sql, &[&user.id]), 1);
    deliver(&host.client(), "/jobs/relay-outbox", b"").expect(200);
    wait_until_published(&host);
    assert_eq!(age(&host, &user, "task.created", 8), 1);
    purge(&host);
    assert_eq!(wait_for_less(&host, &user, 1), 0);
    assert_eq!(user.stats()["by_type"], json!({"task.created": 1}));
}

/// Whatever is counted by now, and whatever is gone: each event counts once.
#[test]
fn the_counts_do_not_depend_on_what_is_counted_already() {
    let host = start("retention-counted", &[("event_retention_days", "7")]);
    let (user, other) = (User::new(host.client()), User::new(host.client()));
    assert_eq!(user.stats()["total"], 0);
    let counted = || host.outbox().number("SELECT seq FROM counted", &[]);
    let total = || user.stats()["total"].as_i64().expect("a total");
    add_old(&host, &user, 2_500, 6);
    user.create(&json!({"title": "young"}));
    wait_until_published(&host);
    assert_eq!((counted(), total()), (0, 2_501));
    purge(&host);
    eventually(SOON, "all but the young one counted", || {
        (counted() == 2_500).then_some(())
    });
    assert_eq!((total(), left(&host, &user)), (2_501, 2_501));
    let stats = user.stats();
    assert_eq!(
        stats["by_type"],
        json!({"task.created": 1, "task.updated": 2_500})
    );

    // Counted ones go, and later ones that are not counted.
    assert_eq!(age(&host, &user, "task.updated", 8), 2_500);
    host.outbox()
        .execute("UPDATE outbox SET event_id = 'renamed-' || seq", &[]);
    add_old(&host, &user, 40, 8);
    add_old(&host, &other, 40, 8);
    let sql = "DELETE FROM outbox WHERE user_id = ?1 AND seq > 2501";
    host.outbox().execute(sql, &[&user.id]);
    purge(&host);
    eventually(SOON, "nothing but the young one", || {
        ((left(&host, &user), left(&host, &other)) == (1, 0)).then_some(())
    });
    assert_eq!(
        (total(), other.stats()["total"].as_i64()),
        (2_541, Some(40))
    );
}
