//! The faults of a schedule, done to the stack at their times, and undone.

use std::thread;
use std::time::Duration;

use anyhow::Context;
use stack::{FullStack, Process};

use crate::prove::schedule::{Fault, Harm, Target};

/// For a process to start again, on a machine that is busy with other work.
const START_AGAIN: Duration = Duration::from_secs(90);

/// Does and undoes the faults, each at its time or as soon as the one before allows; `elapsed` tells the time of the run.
pub(super) fn run(
    stack: &mut FullStack,
    faults: &[Fault],
    elapsed: impl Fn() -> Duration,
) -> anyhow::Result<()> {
    let mut moments: Vec<(Duration, bool, Fault)> = Vec::new();
    for fault in faults {
        moments.push((fault.at, true, *fault));
        moments.push((fault.until, false, *fault));
    }
    moments.sort_by_key(|(at, begins, _)| (*at, *begins));
    for (at, begins, fault) in moments {
        thread::sleep(at.saturating_sub(elapsed()));
        if begins {
            begin(stack, fault);
        } else {
            end(stack, fault.target)?;
        }
    }
    heal(stack)
}

fn begin(stack: &mut FullStack, fault: Fault) {
    match (fault.target, fault.harm) {
        (Target::Daprd(n), Harm::Pause) => pause(stack.replicas[n].daprd().process()),
        (Target::Daprd(n), Harm::Kill) => stack.replicas[n].daprd().kill(),
        (Target::Daprd(n), Harm::Stop) => drop(stack.replicas[n].daprd().stop()),
        (Target::Broker, harm) => {
            for broker in stack.kafka.more() {
                match harm {
                    Harm::Pause => pause(broker.process()),
                    Harm::Kill => broker.kill(),
                    Harm::Stop => drop(broker.stop()),
                }
            }
        }
        (Target::Postgres, Harm::Kill) => drop(stack.postgres.crash()),
        (Target::Postgres, _) => drop(stack.postgres.stop()),
        (Target::Host(n), _) => stack.replicas[n].kill_host(),
    }
}

fn pause(process: Option<&Process>) {
    process.into_iter().for_each(Process::pause);
}

fn resume(process: Option<&Process>) {
    process.into_iter().for_each(Process::resume);
}

/// Makes the target whole.
fn end(stack: &mut FullStack, target: Target) -> anyhow::Result<()> {
    match target {
        Target::Daprd(n) => {
            let replica = &mut stack.replicas[n];
            resume(replica.daprd().process());
            // Without its host it does not get ready.
            if !replica.daprd().is_running() && replica.host_is_running() {
                // Nor while a broker that it knows does not answer, whose own end would come only after this.
                end(stack, Target::Broker)?;
                let replica = &mut stack.replicas[n];
                replica.start_daprd(START_AGAIN).context("daprd")?;
            }
        }
        Target::Broker => {
            for broker in stack.kafka.more() {
                resume(broker.process());
                if !broker.is_running() {
                    broker.start_again().context("the second broker")?;
                }
            }
        }
        Target::Postgres if !stack.postgres.is_running() => {
            stack.postgres.start_again().context("PostgreSQL")?;
        }
        Target::Host(n) if !stack.replicas[n].host_is_running() => {
            stack.replicas[n].start_host().context("a host")?;
        }
        Target::Postgres | Target::Host(_) => {}
    }
    Ok(())
}

/// Makes everything whole, in the order of what needs what.
pub(super) fn heal(stack: &mut FullStack) -> anyhow::Result<()> {
    let hosts = (0..stack.replicas.len()).map(Target::Host);
    let sidecars = (0..stack.replicas.len()).map(Target::Daprd);
    let all = [Target::Postgres, Target::Broker]
        .into_iter()
        .chain(hosts)
        .chain(sidecars);
    all.collect::<Vec<_>>()
        .into_iter()
        .try_for_each(|target| end(stack, target))
}
