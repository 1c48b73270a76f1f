//! Many dead letters replayed by one call: which ones, how many at a time, and what is left out.

use e2e::{Client, Reply, assert_problem, at_once, error_fields, id_of};
use serde_json::{Value, json};

use crate::shared::{
    deliver_dead, deliver_record, harmless, host, letter, letters, ops, poison, replay, user,
    wait_for_letter,
};

/// Asks for a bulk replay.
#[track_caller]
pub(crate) fn bulk(client: &Client, body: &Value) -> Reply {
    ops(client, "POST", "/replay").json(body).send()
}

/// So many dead letters of a new user, oldest first; their user.
fn open_letters(count: usize) -> (String, Vec<Value>) {
    let user = user();
    let kept = (0..count).map(|_| {
        let event = harmless(&user);
        deliver_dead(&host().client(), "tasks", event.to_string().as_bytes()).expect(200);
        wait_for_letter(&host().client(), id_of(&event))
    });
    (user.id.clone(), kept.collect())
}

fn open_ids(user: &str) -> Vec<String> {
    let mut open = letters(&host().client(), "open");
    open.retain(|letter| letter["user_id"] == user);
    open.iter().map(|letter| id_of(letter).to_owned()).collect()
}

#[test]
fn a_dry_run_counts_and_changes_nothing() {
    let (user, kept) = open_letters(3);
    let report = bulk(&host().client(), &json!({"user_id": user, "dry_run": true}));
    let want = json!({"dry_run": true, "replayed": 0, "remaining": 3, "failed_too_often": 0, "unpublishable": 0});
    assert_eq!(report.expect(200).json(), want);
    assert_eq!(open_ids(&user).len(), kept.len());
}

#[test]
fn the_oldest_are_replayed_up_to_the_limit_and_the_rest_by_the_next_call() {
    let client = host().client();
    let (user, kept) = open_letters(5);
    let step = |limit: usize| {
        let body = json!({"user_id": user, "limit": limit});
        let report = bulk(&client, &body).expect(200).json();
        (report["replayed"].clone(), report["remaining"].clone())
    };
    assert_eq!(step(2), (json!(2), json!(3)));
    let mut left: Vec<&str> = kept[2..].iter().map(id_of).collect();
    left.reverse();
    assert_eq!(open_ids(&user), left);
    assert_eq!(step(1000), (json!(3), json!(0)));
    assert_eq!(step(1000), (json!(0), json!(0)));
    for one in &kept {
        assert!(letter(&client, "replayed", id_of(one)).is_some());
    }
    let rows = host().outbox().of_user(&user);
    let published: Vec<&str> = rows.iter().map(|row| row.event_id.as_str()).collect();
    let want: Vec<&str> = kept.iter().map(id_of).collect();
    assert_eq!(published, want);
}

#[test]
fn type_time_and_ids_choose() {
    let client = host().client();
    let (user, kept) = open_letters(4);
    let other = json!({"user_id": user, "type": "task.created"});
    assert_eq!(bulk(&client, &other).expect(200).json()["remaining"], 0);
    let count = |mut body: Value| {
        body["user_id"] = json!(user);
        body["dry_run"] = json!(true);
        bulk(&client, &body).expect(200).json()["remaining"].clone()
    };
    let second = &kept[1]["received_at"];
    assert_eq!(count(json!({"type": "task.archived"})), 4);
    assert_eq!(count(json!({"after": second})), 3);
    assert_eq!(count(json!({"before": second})), 1);
    assert_eq!(
        count(json!({"after": second, "before": kept[3]["received_at"]})),
        2
    );
    assert_eq!(count(json!({"ids": [kept[0]["id"], "nothing"]})), 1);
    // Null is not asked for.
    assert_eq!(count(json!({"ids": null, "after": null})), 4);

    let ids = json!({"ids": [kept[0]["id"], kept[2]["id"]]});
    assert_eq!(bulk(&client, &ids).expect(200).json()["replayed"], 2);
    assert_eq!(open_ids(&user), [id_of(&kept[3]), id_of(&kept[1])]);
}

#[test]
fn one_that_failed_again_three_times_stays() {
    let (client, user) = (host().client(), user());
    let event = harmless(&user);
    let body = json!({"user_id": user.id});
    let fail = |offset| {
        deliver_record(&client, offset, event.to_string().as_bytes()).expect(200);
    };
    for offset in 0..3 {
        fail(offset);
        assert_eq!(bulk(&client, &body).expect(200).json()["replayed"], 1);
    }
    fail(3);
    let want = json!({"dry_run": false, "replayed": 0, "remaining": 0, "failed_too_often": 1, "unpublishable": 0});
    assert_eq!(bulk(&client, &body).expect(200).json(), want);
    assert_eq!(
        letter(&client, "open", id_of(&event)).expect("it stays")["failed_again"],
        3
    );
    // The operator can still replay this one by itself.
    replay(&client, id_of(&event)).expect(200);
}

#[test]
fn a_loop_of_calls_over_poison_comes_to_an_end() {
    let (client, user) = (host().client(), user());
    let event = poison(&user);
    deliver_dead(&client, "tasks", event.to_string().as_bytes()).expect(200);
    let body = json!({"user_id": user.id});
    let mut replayed = 0;
    let report = loop {
        let report = bulk(&client, &body).expect(200).json();
        if report["failed_too_often"] == 1 {
            break report;
        }
        replayed += report["replayed"].as_i64().expect("a number");
        wait_for_letter(&client, id_of(&event));
    };
    assert_eq!((replayed, &report["remaining"]), (3, &json!(0)));
}

#[test]
fn what_is_no_event_is_counted_and_stays() {
    let client = host().client();
    let text = format!("no event {}", e2e::new_id());
    deliver_dead(&client, "tasks", text.as_bytes()).expect(200);
    let mut open = letters(&client, "open");
    open.retain(|letter| letter["type"] == "");
    let ids: Vec<&Value> = open.iter().map(|letter| &letter["id"]).collect();
    let report = bulk(&client, &json!({"ids": ids})).expect(200).json();
    assert_eq!(
        (&report["replayed"], &report["remaining"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(report["unpublishable"], ids.len());
}

#[test]
fn ten_calls_at_once_replay_each_once() {
    let (user, kept) = open_letters(6);
    let replayed = at_once(10, |_| {
        let report = bulk(&host().client(), &json!({"user_id": user}))
            .expect(200)
            .json();
        report["replayed"].as_u64().expect("a number")
    });
    assert_eq!(replayed.iter().sum::<u64>(), kept.len() as u64);
}

#[test]
fn every_field_that_makes_no_sense_is_refused() {
    let client = host().client();
    let body = json!({"type": 7, "user_id": "a b", "after": "yesterday", "before": "2026-01-01", "ids": [],
                      "dry_run": "yes", "limit": 1001, "state": "open"});
    let fields = [
        "after", "before", "dry_run", "ids", "limit", "state", "type", "user_id",
    ];
    let reply = bulk(&client, &body);
    assert_problem(&reply, 422);
    assert!(error_fields(&reply).iter().eq(fields), "{}", reply.show());
    for body in [
        json!({"type": "a\u{0}b"}),
        json!({"ids": ["a\u{0}b"]}),
        json!({"ids": vec!["x"; 1001]}),
        json!({"limit": 0}),
        json!({"limit": 1.5}),
        json!({"user_id": ""}),
    ] {
        assert_problem(&bulk(&client, &body), 422);
    }
    assert_problem(&ops(&client, "POST", "/replay").send(), 415);
    assert_problem(&bulk(&client, &json!([])), 400);
}
