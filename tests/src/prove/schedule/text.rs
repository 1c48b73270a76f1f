//! A schedule as text, one line for each step and fault: what a failing seed prints.

use std::fmt::{Display, Formatter, Result};
use std::time::Duration;

use super::{Due, Edit, Fault, NewTask, Op, Schedule, Step, Target};

impl Display for Schedule {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        writeln!(f, "seed {}", self.seed)?;
        let mut faults = self.faults.iter().peekable();
        for step in &self.steps {
            while let Some(fault) = faults.next_if(|fault| fault.at <= step.at) {
                writeln!(f, "{fault}")?;
            }
            writeln!(f, "{step}")?;
        }
        faults.try_for_each(|fault| writeln!(f, "{fault}"))
    }
}

impl Display for Step {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let (user, session, host) = (self.user(), self.session, self.host);
        let at = millis(self.at);
        write!(
            f,
            "{at} user {user} session {session} host {host}: {}",
            self.op
        )
    }
}

impl Display for Fault {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let target = match self.target {
            Target::Daprd(n) => format!("daprd {n}"),
            Target::Broker => "broker 2".to_owned(),
            Target::Postgres => "postgres".to_owned(),
            Target::Host(n) => format!("host {n}"),
        };
        let (at, until) = (millis(self.at), millis(self.until));
        write!(f, "{at} FAULT {:?} {target} until {until}", self.harm)
    }
}

impl Display for Op {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Create(task) => write!(f, "create {task}"),
            Self::Edit(pick, edit) => write!(f, "edit {pick} {edit}"),
            Self::Complete(pick) => write!(f, "complete {pick}"),
            Self::Reopen(pick) => write!(f, "reopen {pick}"),
            Self::Delete(pick) => write!(f, "delete {pick}"),
            Self::Restore(pick) => write!(f, "restore {pick}"),
            Self::List => write!(f, "list"),
            Self::Notifications => write!(f, "notifications"),
            Self::Again(count, order, way) => write!(f, "again {count} by {way:?} order {order}"),
            Self::Poison(topic) => write!(f, "poison in {topic}"),
        }
    }
}

impl Display for NewTask {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "due {} remind {:?}", self.due, self.remind_before)?;
        let Some(recurs) = &self.recurs else {
            return Ok(());
        };
        let (interval, every, policy, zone) =
            (recurs.interval, recurs.every, recurs.policy, recurs.zone);
        write!(f, " {interval} every {every} {policy} in {zone}")?;
        recurs
            .count
            .map_or(Ok(()), |count| write!(f, " {count} times"))
    }
}

impl Display for Edit {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Title => write!(f, "title"),
            Self::Due(due) => write!(f, "due {due}"),
            Self::RemindBefore(minutes) => write!(f, "remind {minutes:?}"),
            Self::Priority(priority) => write!(f, "priority {priority}"),
            Self::Every(every) => write!(f, "every {every}"),
        }
    }
}

impl Display for Due {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Never => write!(f, "never"),
            Self::In(time) => write!(f, "in {} ms", time.as_millis()),
            Self::On(day) => write!(f, "{day}"),
        }
    }
}

fn millis(time: Duration) -> String {
    format!("{:>5} ms", time.as_millis())
}
