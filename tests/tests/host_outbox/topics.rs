//! One topic, or one event, that the sidecar does not take: the others pass, and who is at fault alone has an attempt less.

use e2e::{Answer, Bus, LocalHost, SOON, Sidecar, User, eventually};
use serde_json::json;

use crate::bus_failure::wait_waking_the_relay;
use crate::shared::add_event;

/// A host with a database and this sidecar, and a user of it.
fn start(name: &str, answer: Answer) -> (LocalHost, Sidecar, User) {
    let sidecar = Sidecar::start(answer);
    let host = LocalHost::start_with(name, &Bus::Dapr(sidecar.url()));
    let user = User::new(host.client());
    // The first call makes the database.
    assert!(user.list("status=all").is_empty());
    (host, sidecar, user)
}

fn count(host: &LocalHost, condition: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM outbox WHERE {condition}");
    host.outbox().number(&sql, &[])
}

#[track_caller]
fn wait_for_line(host: &LocalHost, parts: [&str; 2]) {
    eventually(SOON, &format!("a log line with {parts:?}"), || {
        let log = host.log();
        let mut lines = log.lines();
        lines.find_map(|line| parts.iter().all(|part| line.contains(part)).then_some(()))
    });
}

#[test]
fn a_forbidden_topic_keeps_its_events_and_does_not_hold_up_the_other() {
    let (host, sidecar, user) = start("topic-forbidden", Answer::ForbidTopic("reminders".into()));
    // More than one batch, and before everything else.
    for n in 0..150 {
        add_event(
            &host,
            &format!("other-{}", n % 30),
            "reminder.scheduled",
            10,
        );
    }
    user.create(&json!({"title": "x"}));
    wait_waking_the_relay(&host, "the task's event", || {
        sidecar.published_for(&user.id).len() == 1
    });
    let untouched = "type = 'reminder.scheduled' AND published_at IS NULL AND dead_at IS NULL \
                     AND attempts = 0";
    assert_eq!(count(&host, untouched), 150);
    wait_for_line(&host, ["reminders", "ERR_PUBSUB_FORBIDDEN"]);

    sidecar.answer(Answer::Accept);
    wait_waking_the_relay(&host, "the reminders' events", || {
        host.outbox().pending().is_empty()
    });
    let other = sidecar.published_for("other-7");
    let got: Vec<_> = other.iter().map(|one| one.event["id"].as_str()).collect();
    let rows = host.outbox().of_user("other-7");
    let want: Vec<_> = rows.iter().map(|row| Some(row.event_id.as_str())).collect();
    assert_eq!(got, want, "not every event once and in order");
}

#[test]
fn events_that_are_too_large_together_go_one_after_the_other() {
    let (host, sidecar, _) = start("call-too-large", Answer::Limit(1_500_000));
    for n in 0..4 {
        add_event(&host, &format!("user-{n}"), "task.updated", 900_000);
    }
    wait_waking_the_relay(&host, "an empty outbox", || {
        host.outbox().pending().is_empty()
    });
    assert_eq!(sidecar.published().len(), 4);
}

#[test]
fn an_event_for_which_a_whole_call_is_refused_is_found_and_refused_alone() {
    let (host, sidecar, _) = start("one-is-bad", Answer::Limit(5_000));
    for n in 0..10 {
        let bytes = if n == 4 { 6_000 } else { 400 };
        add_event(&host, &format!("user-{n}"), "task.updated", bytes);
    }
    wait_waking_the_relay(&host, "the other events", || sidecar.published().len() == 9);
    eventually(SOON, "a refusal of the bad one", || {
        (count(
            &host,
            "attempts >= 1 AND last_error LIKE '%stream too large%'",
        ) == 1)
            .then_some(())
    });
    assert_eq!(count(&host, "attempts >= 1 AND user_id = 'user-4'"), 1);
    assert_eq!(count(&host, "published_at IS NULL"), 1);
}

#[test]
fn who_answers_ok_as_dapr_does_not_has_published_nothing() {
    let (host, sidecar, user) = start("not-dapr", Answer::Status(200));
    user.create(&json!({"title": "x"}));
    wait_for_line(&host, ["200", "dapr_url"]);
    // The next one starts after the first is settled.
    wait_waking_the_relay(&host, "another call", || sidecar.calls() >= 2);
    assert_eq!(count(&host, "published_at IS NULL AND attempts = 0"), 1);
    sidecar.answer(Answer::Accept);
    wait_waking_the_relay(&host, "the event", || {
        sidecar.published_for(&user.id).len() == 1
    });
}

#[test]
fn both_topics_away_use_up_no_attempts() {
    let (host, sidecar, user) = start("both-away", Answer::Status(404));
    add_event(&host, "other", "reminder.triggered", 10);
    user.create(&json!({"title": "x"}));
    wait_waking_the_relay(&host, "some calls", || sidecar.calls() >= 6);
    assert_eq!(count(&host, "attempts = 0 AND published_at IS NULL"), 2);
}
