//! What a drain notes of an event that changed while it was on its way, and how a drain ends that cannot note anything.

use e2e::{Answer, Bus, LocalHost, SOON, Sidecar, TOO_LARGE, User, eventually};
use serde_json::json;
use stack::free_port;

use crate::bus_failure::wait_waking_the_relay;
use crate::shared::in_the_shard_of;

/// Two users with one event each, whose one call to the sidecar hangs.
struct OnTheWay {
    host: LocalHost,
    sidecar: Sidecar,
    first: User,
    second: User,
}

impl OnTheWay {
    #[track_caller]
    fn start(name: &str) -> Self {
        // Nothing listens until both events wait, so that they go in one call.
        let sidecar = Sidecar::start_on(free_port(), Answer::Refuse);
        let host = LocalHost::start_with(name, &Bus::Dapr(sidecar.url()));
        let port = sidecar.stop();
        let first = User::new(host.client());
        let second = in_the_shard_of(&first, || User::new(host.client()));
        for user in [&first, &second] {
            user.create(&json!({"title": "x"}));
        }
        let sidecar = Sidecar::start_on(port, Answer::Hang);
        wait_waking_the_relay(&host, "a call", || sidecar.calls() >= 1);
        Self {
            host,
            sidecar,
            first,
            second,
        }
    }

    #[track_caller]
    fn execute(&self, sql: &str) {
        assert_eq!(
            self.host.outbox().execute(sql, &[&self.first.id]),
            1,
            "{sql}"
        );
    }

    fn number(&self, sql: &str) -> i64 {
        self.host.outbox().number(sql, &[&self.first.id])
    }

    /// Lets the call end, with the first user's event refused for this reason; waits until the drain has ended too.
    #[track_caller]
    fn refuse_first(&self, reason: &str) {
        let answer = Answer::RefuseKeyBecause(self.first.id.clone(), reason.into());
        self.sidecar.answer(answer);
        eventually(SOON, "the other event", || {
            let rows = self.host.outbox().of_user(&self.second.id);
            rows.iter().all(|row| row.published).then_some(())
        });
        wait_for_a_free_lease(&self.host);
    }
}

#[track_caller]
fn wait_for_a_free_lease(host: &LocalHost) {
    let sql = "SELECT count(*) FROM outbox_shards WHERE owner <> ''";
    eventually(SOON, "a free lease", || {
        (host.outbox().number(sql, &[]) == 0).then_some(())
    });
}

#[test]
fn an_event_that_is_replayed_while_it_is_on_its_way_is_published_again() {
    let way = OnTheWay::start("replayed-on-the-way");
    way.execute(
        "INSERT INTO dead_letters (id, event_id, user_id, type, topic, event, reason) \
         SELECT event_id, event_id, user_id, type, 'tasks', event, 'not handled' FROM outbox WHERE user_id = ?1",
    );
    way.execute("UPDATE dead_letters SET replayed_at = received_at WHERE user_id = ?1");
    way.sidecar.answer(Answer::Accept);
    eventually(SOON, "the event a second time", || {
        (way.sidecar.published_for(&way.first.id).len() == 2).then_some(())
    });
    eventually(SOON, "an empty outbox", || {
        way.host.outbox().pending().is_empty().then_some(())
    });
    assert_eq!(way.sidecar.published_for(&way.second.id).len(), 1);
}

#[test]
fn an_event_that_another_drain_has_published_meanwhile_is_not_refused() {
    let way = OnTheWay::start("published-meanwhile");
    way.execute("UPDATE outbox SET published_at = created_at WHERE user_id = ?1");
    way.refuse_first(TOO_LARGE);
    let changed = "SELECT count(*) FROM outbox WHERE user_id = ?1 AND attempts > 0";
    assert_eq!(way.number(changed), 0);
}

#[test]
fn a_refusal_that_two_drains_saw_counts_once() {
    let way = OnTheWay::start("refused-meanwhile");
    way.execute("UPDATE outbox SET attempts = 9, last_error = 'by the other' WHERE user_id = ?1");
    way.execute(
        "INSERT INTO waiting_users (user_id, until, reason) VALUES (?1, '9999-12-31', 'by the other')",
    );
    way.refuse_first(TOO_LARGE);
    let kept = "SELECT count(*) FROM outbox WHERE user_id = ?1 AND attempts = 9 AND last_error = 'by the other'";
    assert_eq!(way.number(kept), 1);
}

#[test]
fn a_reason_is_stored_without_nul_and_not_endless() {
    let way = OnTheWay::start("reason");
    way.refuse_first(&format!("{TOO_LARGE} no\0where {}", "x".repeat(5_000)));
    let stored = "SELECT length(CAST(last_error AS BLOB)) FROM outbox WHERE user_id = ?1 \
                  AND last_error LIKE '%nowhere x%' AND attempts = 1";
    let length = way.number(stored);
    assert!((100..=1_000).contains(&length), "{length}");
}

#[test]
fn a_drain_that_ends_with_an_error_leaves_no_lease_behind() {
    let way = OnTheWay::start("drain-error");
    let sql = "CREATE TRIGGER broken BEFORE UPDATE OF published_at ON outbox BEGIN SELECT RAISE(ABORT, 'broken'); END";
    way.host.outbox().execute(sql, &[]);
    way.sidecar.answer(Answer::Accept);
    eventually(SOON, "the end of the drain", || {
        way.host.log().contains("drain stopped").then_some(())
    });
    wait_for_a_free_lease(&way.host);
    way.host.outbox().execute("DROP TRIGGER broken", &[]);
    wait_waking_the_relay(&way.host, "an empty outbox", || {
        way.host.outbox().pending().is_empty()
    });
}
