//! A host killed, and two hosts at once on one database.

use e2e::{SOON, Stack, Verdict, eventually, report, under_load};

#[test]
fn the_host_killed() {
    let mut stack = Stack::get();
    let ledger = under_load(&stack.urls(), |load| {
        for _ in 0..2 {
            load.wait_for_accepted(20);
            stack.replicas[0].kill_host();
            load.wait_for_refused(4);
            stack.replicas[0].start_host().expect("the host");
        }
    });
    for refusal in ledger.refusals() {
        assert_eq!(refusal.status, None, "{}", refusal.text);
    }
    Verdict::of(&stack, "the host killed twice", &ledger);
}

#[test]
fn two_hosts_at_once() {
    let mut stack = Stack::get();
    stack.add_replica().expect("a second replica");
    let ledger = under_load(&stack.urls(), |load| load.wait_for_accepted(300));
    ledger.assert_nothing_refused();
    Verdict::of(&stack, "two hosts at once", &ledger);

    // The second one goes in good order, and what it consumed goes on at the first.
    let mut second = stack.replicas.remove(1);
    second.stop();
    let ledger = under_load(&stack.urls(), |load| load.wait_for_accepted(20));
    ledger.assert_nothing_refused();
    Verdict::of(&stack, "one of two hosts stopped before", &ledger);
}

#[test]
fn one_of_two_hosts_killed_with_its_sidecar() {
    let mut stack = Stack::get();
    stack.add_replica().expect("a second replica");
    let first = stack.urls()[..1].to_vec();
    let ledger = under_load(&first, |load| {
        load.wait_for_accepted(20);
        stack.replicas.truncate(1);
        load.wait_for_accepted(40);
    });
    ledger.assert_nothing_refused();
    Verdict::of(&stack, "the other host and its sidecar killed", &ledger);
    let lease = eventually(SOON, "a free lease", || {
        let held = "SELECT count(*) FROM outbox_shards WHERE expires_at > now() AT TIME ZONE 'utc'";
        (stack.count(held) == 0).then_some("free")
    });
    report(&format!("the outbox lease is {lease}"));
}
