//! The whole stack for the `stack_*` binaries: one per test process, used by one test at a time, whole at the start of each.
//!
//! Starting and stopping its processes belongs to the crate `stack`; what a test does to them, to the tests.

mod events;
mod ledger;
mod load;
mod verdict;

pub use events::{KafkaEvent, first_occurrences};
pub use ledger::{Change, Ledger, Refusal, quantile};
pub use load::{Progress, under_load};
pub use verdict::Verdict;

use std::fs;
use std::io::Write;
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use stack::{DATABASE, FullStack, FullStackOptions, Ports};

use crate::checkout::root;
use crate::client::{Call, Client};
use crate::folder;
use crate::user::User;
use crate::wait::{SOON, eventually};

/// The bearer token of `/ops` on every stack of the tests.
const OPS_TOKEN: &str = "operator-of-the-tests";

/// Long enough for a broker that was away, on a machine that is busy with other work.
const START_AGAIN: Duration = Duration::from_secs(90);

const PUBLISHED_ABOUT_TASKS: &str =
    "SELECT count(*) FROM outbox WHERE published_at IS NOT NULL AND type LIKE 'task.%'";
const PUBLISHED_ABOUT_REMINDERS: &str =
    "SELECT count(*) FROM outbox WHERE published_at IS NOT NULL AND type LIKE 'reminder.%'";

/// No record for so long, and a topic has been read to its end, unless it must have more: a busy machine takes longer.
const QUIET: Duration = Duration::from_secs(4);
const QUIET_AT_MOST: Duration = Duration::from_secs(64);

/// The stack, until the value is dropped this test's alone.
pub struct Stack(MutexGuard<'static, Option<Result<FullStack, String>>>);

impl Stack {
    /// The stack of this test process, which the first caller starts; whole, with one replica.
    #[track_caller]
    pub fn get() -> Self {
        Self::with_brokers(1)
    }

    /// The same with several Kafka brokers, for a test process that uses no other.
    #[track_caller]
    pub fn with_brokers(brokers: u32) -> Self {
        // A stack that did not start is not tried again by every test.
        static STACK: Mutex<Option<Result<FullStack, String>>> = Mutex::new(None);
        let mut slot = STACK.lock().unwrap_or_else(PoisonError::into_inner);
        match slot.as_mut() {
            None => *slot = Some(start_stack(brokers).map_err(|error| format!("{error:#}"))),
            Some(Ok(stack)) => heal(stack),
            Some(Err(_)) => {}
        }
        if let Some(Err(error)) = slot.as_ref() {
            panic!("no stack to test: {error}");
        }
        Self(slot)
    }

    /// A client of the first replica.
    pub fn client(&self) -> Client {
        self.client_of(0)
    }

    /// A client of one replica.
    pub fn client_of(&self, replica: usize) -> Client {
        Client::new(&self.url_of(replica))
    }

    /// The addresses of all replicas.
    pub fn urls(&self) -> Vec<String> {
        (0..self.replicas.len()).map(|n| self.url_of(n)).collect()
    }

    fn url_of(&self, replica: usize) -> String {
        format!("http://{}", self.replicas[replica].address())
    }

    /// A new user of the first replica.
    pub fn user(&self) -> User {
        User::new(self.client())
    }

    /// Everything that the first replica's host and its components have logged.
    pub fn host_log(&self) -> String {
        let log = self.folder().join("replica-1/host.log");
        fs::read_to_string(log).unwrap_or_default()
    }

    /// What the application's database answers: one line per row, `|` between columns.
    #[track_caller]
    pub fn sql(&self, sql: &str) -> String {
        self.postgres.query(DATABASE, sql).expect("the query")
    }

    /// The one number that a query answers.
    #[track_caller]
    pub fn count(&self, sql: &str) -> u64 {
        self.sql(sql).trim().parse().expect("a number")
    }

    /// Everything in a topic, read by Kafka's own consumer.
    #[track_caller]
    pub fn events(&self, topic: &str) -> Vec<KafkaEvent> {
        let at_least = self.count(match topic {
            "tasks" => PUBLISHED_ABOUT_TASKS,
            "reminders" => PUBLISHED_ABOUT_REMINDERS,
            _ => "SELECT count(*) FROM dead_letters",
        });
        let mut quiet = QUIET;
        loop {
            let records = self.kafka.tools().read_all(topic, quiet);
            let records = records.expect("the topic");
            if records.len() as u64 >= at_least {
                return records.into_iter().map(KafkaEvent::new).collect();
            }
            assert!(
                quiet < QUIET_AT_MOST,
                "{topic} has {} records, {at_least} were published",
                records.len()
            );
            quiet *= 2;
        }
    }

    /// Puts records (key, value) into a topic by Kafka's own producer.
    #[track_caller]
    pub fn produce(&self, topic: &str, records: &[(&str, &str)]) {
        self.kafka
            .tools()
            .produce(topic, records)
            .expect("the producer");
    }

    /// Waits for the alert about this dead letter in the logs of all hosts, where only one may be.
    #[track_caller]
    pub fn wait_for_alert(&self, id: &str) -> String {
        let alerts = || -> Vec<String> {
            let logs = self.replicas.iter();
            let logs =
                logs.map(|replica| fs::read_to_string(replica.host_log()).unwrap_or_default());
            let logs: String = logs.collect();
            let alerts = logs
                .lines()
                .filter(|line| line.contains("DLQ ALERT") && line.contains(id));
            alerts.map(str::to_owned).collect()
        };
        let mut found = eventually(SOON, &format!("an alert about {id}"), || {
            Some(alerts()).filter(|found| !found.is_empty())
        });
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }
}

impl Deref for Stack {
    type Target = FullStack;

    fn deref(&self) -> &FullStack {
        match self.0.as_ref() {
            Some(Ok(stack)) => stack,
            _ => unreachable!("checked by get"),
        }
    }
}

impl DerefMut for Stack {
    fn deref_mut(&mut self) -> &mut FullStack {
        match self.0.as_mut() {
            Some(Ok(stack)) => stack,
            _ => unreachable!("checked by get"),
        }
    }
}

/// A call that an operator makes.
pub fn as_operator<'a>(client: &'a Client, method: &str, path: &str) -> Call<'a> {
    client
        .call(method, path)
        .header("authorization", &format!("Bearer {OPS_TOKEN}"))
}

/// Says something that is seen also when the test passes: the test program captures `println!`.
pub fn report(text: &str) {
    let _ = writeln!(std::io::stderr(), "    {text}");
}

/// Starts the stack of this program, with one replica and so many brokers.
pub(crate) fn start_stack(brokers: u32) -> anyhow::Result<FullStack> {
    let begun = Instant::now();
    let stack = FullStack::start(
        FullStackOptions {
            wasi: None,
            root: root(),
            program: None,
            folder: folder::empty(&folder::program())?,
            listen: None,
            ports: Ports::default(),
            ops_token: OPS_TOKEN.into(),
            brokers,
            durable: false,
        },
        || false,
    )?;
    report(&format!("the stack is up after {:.1?}", begun.elapsed()));
    Ok(stack)
}

/// Makes whole what an earlier test broke, or left broken when it failed.
fn heal(stack: &mut FullStack) {
    for mut replica in stack.replicas.drain(1..) {
        replica.stop();
    }
    for process in [stack.postgres.process(), stack.kafka.process()] {
        process.into_iter().for_each(stack::Process::resume);
    }
    if !stack.postgres.is_running() {
        stack.postgres.start_again().expect("PostgreSQL");
    }
    if !stack.kafka.is_running() {
        stack.kafka.start_again().expect("Kafka");
    }
    let replica = &mut stack.replicas[0];
    if !replica.host_is_running() {
        replica.start_host().expect("the host");
    }
    if let Some(process) = replica.daprd().process() {
        process.resume();
    }
    if !replica.daprd().is_running() {
        replica.start_daprd(START_AGAIN).expect("daprd");
    }
}
