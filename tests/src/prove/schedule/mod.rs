//! What a seed does: calls of users, faults, deliveries that come again, each with its moment. The same seed gives the same
//! schedule; what the calls find when they come depends on the machine.

mod generate;
mod text;

pub use generate::generate;

use std::time::Duration;

use domain::event::Topic;

/// Users of a schedule.
pub const USERS: usize = 5;

/// Who call, each one call at a time: some users have two sessions.
pub const SESSIONS: usize = 7;

/// Hosts of the stack, each with its sidecar.
pub const HOSTS: usize = 2;

/// All of a seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// What it was made from.
    pub seed: u64,
    /// By time.
    pub steps: Vec<Step>,
    /// By time.
    pub faults: Vec<Fault>,
}

/// One thing that is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Not before this, and not before the session's last one has ended.
    pub at: Duration,
    /// Who does it.
    pub session: usize,
    /// Where.
    pub host: usize,
    /// What.
    pub op: Op,
}

impl Step {
    /// The user of the session.
    pub fn user(&self) -> usize {
        self.session % USERS
    }
}

/// What a session does. A `pick` chooses among what the user has then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// A new task.
    Create(NewTask),
    /// Other values in one of the user's tasks.
    Edit(u32, Edit),
    /// An open task is completed.
    Complete(u32),
    /// A completed task is reopened.
    Reopen(u32),
    /// A task is deleted.
    Delete(u32),
    /// A deleted task is brought back.
    Restore(u32),
    /// The user's tasks are listed, so that the session learns of next occurrences.
    List,
    /// The notifications are read, which fires what is due.
    Notifications,
    /// Up to this many of the user's last records come again, in an order drawn from the number.
    Again(usize, u64, Way),
    /// An event that no component can take.
    Poison(Topic),
}

/// How something is delivered once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Published once more, so that it is in the topic twice.
    Broker,
    /// Handed to a host past the sidecar, while the sidecar may be at the same event.
    Direct,
}

/// When a task is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Not at all.
    Never,
    /// So long after the call: its reminder comes within the run.
    In(Duration),
    /// A fixed day of the calendar, in the past or in the future.
    On(&'static str),
}

/// A new task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTask {
    /// When it is due.
    pub due: Due,
    /// Minutes from the reminder to the due date.
    pub remind_before: Option<u32>,
    /// How it recurs.
    pub recurs: Option<Recurs>,
}

/// A series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurs {
    /// `daily` and so on.
    pub interval: &'static str,
    /// Every so many intervals.
    pub every: u32,
    /// `each` and so on.
    pub policy: &'static str,
    /// After how many occurrences it ends.
    pub count: Option<u32>,
    /// Whose clock it keeps.
    pub zone: &'static str,
}

/// Other values of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Another title.
    Title,
    /// Another due date.
    Due(Due),
    /// Another reminder, or none.
    RemindBefore(Option<u32>),
    /// Another priority.
    Priority(&'static str),
    /// Another distance between the occurrences.
    Every(u32),
}

/// What is done to the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// When it begins.
    pub at: Duration,
    /// When it is undone.
    pub until: Duration,
    /// To whom.
    pub target: Target,
    /// What.
    pub harm: Harm,
}

/// Who suffers a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A sidecar.
    Daprd(usize),
    /// The second of two brokers.
    Broker,
    /// The database server.
    Postgres,
    /// A host.
    Host(usize),
}

/// What a fault does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Harm {
    /// Frozen: it keeps its connections and answers nothing.
    Pause,
    /// Killed, and started again.
    Kill,
    /// Ended in good order, and started again.
    Stop,
}

/// Who may suffer, as `--faults` names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum FaultKind {
    /// The sidecars.
    Daprd,
    /// The second broker.
    Broker,
    /// The database server.
    Postgres,
    /// The hosts.
    Host,
}

impl FaultKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Daprd, Self::Broker, Self::Postgres, Self::Host];
}
