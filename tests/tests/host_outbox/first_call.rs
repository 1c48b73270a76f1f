//! Of several events of a user in one call Kafka may take a later one and not an earlier one. So a call has several only of a
//! user with a long backlog, and nobody tries with several whether the bus works.

use e2e::{Answer, Bus, LocalHost, Sidecar, User, deliver, id_of};
use serde_json::json;

use crate::bus_failure::wait_waking_the_relay;

/// A long backlog.
const CHANGES: usize = 40;

#[test]
fn a_bus_that_was_away_gets_one_event_of_a_user_until_it_has_taken_one() {
    for away in [Answer::Hang, Answer::Refuse, Answer::Status(503)] {
        let sidecar = Sidecar::start(away.clone());
        let host = LocalHost::start_with("bus-first-call", &Bus::Dapr(sidecar.url()));
        let user = User::new(host.client());
        let task = user.create(&json!({"title": "x"}));
        for n in 1..CHANGES {
            user.patch(id_of(&task), &json!({"title": format!("title {n}")}))
                .expect(200);
        }
        deliver(&user.client, "/jobs/relay-outbox", b"");
        wait_waking_the_relay(&host, "two calls that fail", || {
            sidecar.calls_with(&user.id).len() >= 2
        });
        sidecar.answer(Answer::Accept);
        wait_waking_the_relay(&host, "the outbox is empty", || {
            host.outbox().pending().is_empty()
        });
        let taken = sidecar.published_for(&user.id);
        assert_eq!(taken[0].event["data"]["version"], 1);
        let calls = sidecar.calls_with(&user.id);
        let calls: Vec<usize> = calls.into_iter().filter(|events| *events > 0).collect();
        let several = calls.iter().position(|events| *events > 1);
        let several = several.expect("a call with several events, once the bus takes them");
        // Each event is in one of these, except what was taken before.
        let together: usize = calls[several..].iter().sum();
        assert!(together < CHANGES, "{away:?}: {calls:?}");
    }
}

#[test]
fn a_short_backlog_leaves_one_by_one() {
    let sidecar = Sidecar::start(Answer::Hang);
    let host = LocalHost::start_with("bus-one-by-one", &Bus::Dapr(sidecar.url()));
    let user = User::new(host.client());
    let task = user.create(&json!({"title": "x"}));
    for n in 1..10 {
        user.patch(id_of(&task), &json!({"title": format!("title {n}")}))
            .expect(200);
    }
    sidecar.answer(Answer::Accept);
    wait_waking_the_relay(&host, "the outbox is empty", || {
        host.outbox().pending().is_empty()
    });
    let calls = sidecar.calls_with(&user.id);
    assert!(calls.iter().all(|events| *events <= 1), "{calls:?}");
}
