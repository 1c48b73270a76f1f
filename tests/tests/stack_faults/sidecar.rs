//! daprd stopped, hung and killed: no call of a user notices, and no event is lost.

use std::time::Duration;

use e2e::{Stack, Verdict, under_load};

use crate::START_AGAIN;

const AWAY: Duration = Duration::from_secs(6);
const HUNG: Duration = Duration::from_secs(10);

#[test]
fn daprd_stopped() {
    let mut stack = Stack::get();
    let ledger = under_load(&stack.urls(), |load| {
        assert!(stack.replicas[0].daprd().stop(), "it had to be killed");
        load.go_on_for(AWAY);
        stack.replicas[0].start_daprd(START_AGAIN).expect("daprd");
    });
    ledger.assert_nothing_refused();
    Verdict::of(&stack, "daprd stopped", &ledger);
}

#[test]
fn daprd_killed() {
    let mut stack = Stack::get();
    let ledger = under_load(&stack.urls(), |load| {
        stack.replicas[0].daprd().kill();
        load.go_on_for(AWAY);
        stack.replicas[0].start_daprd(START_AGAIN).expect("daprd");
    });
    ledger.assert_nothing_refused();
    Verdict::of(&stack, "daprd killed", &ledger);
}

#[test]
fn daprd_hung() {
    let mut stack = Stack::get();
    let ledger = under_load(&stack.urls(), |load| {
        let daprd = stack.replicas[0].daprd().process().expect("it runs");
        daprd.pause();
        load.go_on_for(HUNG);
        daprd.resume();
    });
    ledger.assert_nothing_refused();
    Verdict::of(&stack, "daprd hung for 10 s", &ledger);
}
