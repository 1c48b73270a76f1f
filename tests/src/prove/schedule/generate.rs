//! A schedule from a seed.

use std::time::Duration;

use domain::event::Topic;

use super::{
    Due, Edit, Fault, FaultKind, HOSTS, Harm, NewTask, Op, Recurs, SESSIONS, Schedule, Step,
    Target, USERS, Way,
};
use crate::random::Random;

/// How long the calls go on, in milliseconds.
const SPAN: u64 = 4500;

/// How many calls there are, at least, and how many more there may be.
const STEPS: (u64, u64) = (70, 30);

/// The schedule of `seed`, with faults of these kinds only; none when there are no kinds.
pub fn generate(seed: u64, kinds: &[FaultKind]) -> Schedule {
    // Neighbouring seeds must not begin alike.
    let mut random = Random::new(seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
    let mut steps = first_tasks(&mut random);
    for _ in 0..STEPS.0 + random.below(STEPS.1) {
        steps.push(Step {
            at: millis(300 + random.below(SPAN - 300)),
            session: random.below(SESSIONS as u64) as usize,
            host: random.below(HOSTS as u64) as usize,
            op: op(&mut random),
        });
    }
    steps.sort_by_key(|step| step.at);
    let mut faults = faults(&mut random, kinds);
    faults.sort_by_key(|fault| fault.at);
    Schedule {
        seed,
        steps,
        faults,
    }
}

/// Every user begins with a series and another task: few tasks, so that calls meet.
fn first_tasks(random: &mut Random) -> Vec<Step> {
    let mut steps = Vec::new();
    for user in 0..USERS {
        for series in [true, false] {
            steps.push(Step {
                at: millis(random.below(200)),
                session: user,
                host: random.below(HOSTS as u64) as usize,
                op: Op::Create(new_task(random, series)),
            });
        }
    }
    steps
}

fn op(random: &mut Random) -> Op {
    let pick = random.next_u64() as u32;
    match random.below(100) {
        0..8 => {
            let series = random.below(2) == 0;
            Op::Create(new_task(random, series))
        }
        8..24 => Op::Edit(pick, edit(random)),
        24..48 => Op::Complete(pick),
        48..64 => Op::Reopen(pick),
        64..73 => Op::Delete(pick),
        73..80 => Op::Restore(pick),
        80..88 => Op::List,
        88..92 => Op::Notifications,
        92..95 => Op::Again(again(random), random.next_u64(), Way::Broker),
        95..98 => Op::Again(again(random), random.next_u64(), Way::Direct),
        _ => Op::Poison(one(random, Topic::ALL)),
    }
}

fn again(random: &mut Random) -> usize {
    2 + random.below(6) as usize
}

fn new_task(random: &mut Random, series: bool) -> NewTask {
    let due = due(random, series);
    let recurs = series.then(|| Recurs {
        interval: one(random, &["daily", "weekly", "monthly", "yearly"]),
        every: 1 + random.below(3) as u32,
        policy: one(random, &["each", "each", "skip_missed", "from_completion"]),
        count: (random.below(4) == 0).then(|| 2 + random.below(4) as u32),
        zone: one(
            random,
            &["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"],
        ),
    });
    NewTask {
        due,
        remind_before: remind_before(random, due),
        recurs,
    }
}

fn due(random: &mut Random, series: bool) -> Due {
    match random.below(10) {
        0..5 => Due::In(millis(300 + random.below(5000))),
        5 if !series => Due::Never,
        _ => Due::On(one(
            random,
            &[
                "2026-01-31T09:00:00Z",
                "2036-02-29T07:30:00Z",
                "2036-03-29T01:30:00Z",
                "2035-10-30T00:30:00Z",
                "2037-12-31T23:00:00Z",
            ],
        )),
    }
}

fn remind_before(random: &mut Random, due: Due) -> Option<u32> {
    match (due, random.below(8)) {
        (_, 0) => None,
        (Due::In(_), _) => Some(0),
        (_, other) => Some(60 * other as u32),
    }
}

fn edit(random: &mut Random) -> Edit {
    match random.below(10) {
        0..4 => Edit::Title,
        4..7 => Edit::Due(due(random, true)),
        7 => Edit::RemindBefore((random.below(2) == 0).then_some(0)),
        8 => Edit::Priority(one(random, &["low", "medium", "high"])),
        _ => Edit::Every(1 + random.below(4) as u32),
    }
}

/// One to three, each at another time of the run.
fn faults(random: &mut Random, kinds: &[FaultKind]) -> Vec<Fault> {
    if kinds.is_empty() {
        return Vec::new();
    }
    // In one order, however they were named.
    let kinds: Vec<FaultKind> = FaultKind::ALL
        .into_iter()
        .filter(|kind| kinds.contains(kind))
        .collect();
    let count = 1 + random.below(3);
    (0..count)
        .map(|n| {
            let at = 400 + n * 1300 + random.below(1000);
            let kind = one(random, &kinds);
            let (target, harms) = target(random, kind);
            Fault {
                at: millis(at),
                until: millis(at + 300 + random.below(1500)),
                target,
                harm: one(random, harms),
            }
        })
        .collect()
}

fn target(random: &mut Random, kind: FaultKind) -> (Target, &'static [Harm]) {
    let which = random.below(HOSTS as u64) as usize;
    match kind {
        FaultKind::Daprd => (Target::Daprd(which), &[Harm::Pause, Harm::Kill, Harm::Stop]),
        FaultKind::Broker => (Target::Broker, &[Harm::Pause, Harm::Kill, Harm::Stop]),
        // Its server processes are not of its group: they cannot be paused with it.
        FaultKind::Postgres => (Target::Postgres, &[Harm::Kill, Harm::Stop]),
        FaultKind::Host => (Target::Host(which), &[Harm::Kill]),
    }
}

fn one<T: Copy>(random: &mut Random, of: &[T]) -> T {
    of[random.below(of.len() as u64) as usize]
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_its_schedule_and_another_seed_has_another() {
        let one = generate(7, &FaultKind::ALL);
        assert_eq!(one, generate(7, &FaultKind::ALL));
        let mut backwards = FaultKind::ALL;
        backwards.reverse();
        assert_eq!(one, generate(7, &backwards));
        assert_ne!(one.to_string(), generate(8, &FaultKind::ALL).to_string());
    }

    #[test]
    fn steps_are_in_the_order_of_their_time_and_within_the_span() {
        for seed in 0..50 {
            let schedule = generate(seed, &FaultKind::ALL);
            let times: Vec<_> = schedule.steps.iter().map(|step| step.at).collect();
            assert!(times.is_sorted(), "seed {seed}");
            assert!((80..=110).contains(&times.len()), "seed {seed}");
            assert!(times.iter().all(|at| *at < millis(SPAN)), "seed {seed}");
            assert!((1..=3).contains(&schedule.faults.len()), "seed {seed}");
        }
    }

    #[test]
    fn only_the_chosen_kinds_of_faults_come_and_none_without_a_kind() {
        for seed in 0..50 {
            let schedule = generate(seed, &[FaultKind::Postgres]);
            let postgres = |fault: &Fault| fault.target == Target::Postgres;
            assert!(schedule.faults.iter().all(postgres), "seed {seed}");
            assert_eq!(generate(seed, &[]).faults, []);
        }
    }

    #[test]
    fn the_choice_of_faults_does_not_change_the_calls() {
        assert_eq!(generate(3, &[]).steps, generate(3, &FaultKind::ALL).steps);
    }
}
