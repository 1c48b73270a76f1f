//! A few seeds of `cargo xtask prove`, and that the prover sees a guarantee that is switched off.

use std::sync::{Mutex, MutexGuard, PoisonError};

use e2e::prove::{FaultKind, Prover, Sabotage, prove_seeds};
use e2e::report;

/// A broken guarantee must be seen within so many seeds.
const WITHIN: u64 = 20;

/// The prover of this test process, which the first caller starts.
fn prover() -> MutexGuard<'static, Option<Prover>> {
    static PROVER: Mutex<Option<Prover>> = Mutex::new(None);
    let mut prover = PROVER.lock().unwrap_or_else(PoisonError::into_inner);
    if prover.is_none() {
        *prover = Some(Prover::start().expect("a stack to prove"));
    }
    prover
}

/// Seeds whose faults are of every kind between them.
#[test]
fn seeds_hold() {
    let mut prover = prover();
    let prover = prover.as_mut().expect("it was started");
    let tally = prove_seeds(prover, [203, 211, 209].into_iter(), &FaultKind::ALL, false);
    let tally = tally.expect("the stack goes on");
    assert!(tally.failed.is_empty(), "{:?}", tally.failed);
}

/// The others take longer: `cargo xtask prove --sabotage`.
const QUICK: [Sabotage; 4] = [
    Sabotage::PublishedUnsent,
    Sabotage::Overtaking,
    Sabotage::KeptOccurrences,
    Sabotage::UnwantedNotification,
];

#[test]
fn a_guarantee_that_is_switched_off_is_seen() {
    let mut prover = prover();
    let prover = prover.as_mut().expect("it was started");
    for sabotage in QUICK {
        prover.sql(&sabotage.sql()).expect("the sabotage");
        let tally = prove_seeds(prover, 1..=WITHIN, &[], true);
        prover
            .sql(sabotage.undo())
            .expect("the end of the sabotage");
        let tally = tally.expect("the stack goes on");
        report(&format!(
            "{sabotage:?}: after {} seeds {:?}",
            tally.seeds, tally.failed
        ));
        assert!(!tally.failed.is_empty(), "{sabotage:?} was not seen");
    }
}
