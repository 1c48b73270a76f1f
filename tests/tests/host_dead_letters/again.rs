//! A record that comes again after its replay is a duplicate; a failure of the replay is another record, and opens the dead
//! letter again.

use e2e::{assert_acknowledged, id_of};
use serde_json::{Value, json};

use crate::shared::{
    deliver_record, harmless, host, letter, replay, user, wait_for_alerts, wait_for_letter,
};

/// Delivers the event as the record at this offset; what became of it.
#[track_caller]
fn outcome(event: &Value, offset: u32) -> Value {
    let reply = deliver_record(&host().client(), offset, event.to_string().as_bytes());
    assert_acknowledged(&reply, "SUCCESS");
    reply.json()["outcome"].clone()
}

#[test]
fn a_record_that_comes_again_after_the_replay_is_a_duplicate() {
    let (client, event) = (host().client(), harmless(&user()));
    let id = id_of(&event);
    assert_eq!(outcome(&event, 7), "kept");
    assert_eq!(outcome(&event, 7), "duplicate");
    replay(&client, id).expect(200);
    for _ in 0..3 {
        assert_eq!(outcome(&event, 7), "duplicate");
    }
    let kept = letter(&client, "replayed", id).expect("it is still replayed");
    assert_eq!(kept["failed_again"], 0);
    wait_for_alerts(host(), id, 1);
}

#[test]
fn another_record_after_the_replay_opens_it_again() {
    let (client, event) = (host().client(), harmless(&user()));
    let id = id_of(&event);
    for round in 1..=3_u32 {
        assert_eq!(outcome(&event, 10 * round), "kept");
        assert_eq!(wait_for_letter(&client, id)["failed_again"], round - 1);
        wait_for_alerts(host(), id, round as usize);
        replay(&client, id).expect(200);
        // None of the earlier ones opens it, in whatever order they come.
        for earlier in (1..=round).rev() {
            assert_eq!(outcome(&event, 10 * earlier), "duplicate");
        }
    }
    assert!(letter(&client, "replayed", id).is_some());
    wait_for_alerts(host(), id, 3);
}

#[test]
fn a_second_record_of_an_open_one_does_not_open_it_after_the_replay() {
    let (client, event) = (host().client(), harmless(&user()));
    assert_eq!(outcome(&event, 7), "kept");
    // Published twice, as may happen at any time.
    assert_eq!(outcome(&event, 8), "duplicate");
    replay(&client, id_of(&event)).expect(200);
    assert_eq!(outcome(&event, 8), "duplicate");
    assert_eq!(outcome(&event, 7), "duplicate");
    assert!(letter(&client, "replayed", id_of(&event)).is_some());
    wait_for_alerts(host(), id_of(&event), 1);
}

#[test]
fn many_records_are_not_all_remembered_and_the_last_ones_are() {
    let (client, event) = (host().client(), harmless(&user()));
    for offset in 0..90 {
        outcome(&event, 1_000_000 + offset);
    }
    replay(&client, id_of(&event)).expect(200);
    for offset in 30..90 {
        assert_eq!(outcome(&event, 1_000_000 + offset), "duplicate");
    }
    let records = host().outbox().number(
        "SELECT length(records) FROM dead_letters WHERE id = ?1",
        &[&id_of(&event)],
    );
    assert_eq!(records, 2000);
    assert_eq!(outcome(&event, 1_000_000), "kept");
}

#[test]
fn what_is_not_published_yet_when_it_comes_again_is_a_duplicate_too() {
    let (client, event) = (host().client(), harmless(&user()));
    assert_eq!(outcome(&event, 1), "kept");
    let replayed = replay(&client, id_of(&event)).expect(200).json();
    assert_eq!(replayed["event"], json!(event));
    assert_eq!(outcome(&event, 1), "duplicate");
}
