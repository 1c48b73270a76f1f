//! A load of task changes by several users at a modest rate, going on while something is done to the stack.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::ledger::{Ledger, UserLedger};
use crate::client::Client;
use crate::reply::Reply;
use crate::user::{User, id_of};

/// Users of a load, each in a thread of its own.
const USERS: usize = 4;

/// Between two calls of a user: two cores carry the whole stack.
const PAUSE: Duration = Duration::from_millis(60);

/// Accepted changes before something is done to the stack, and after it.
const BEFORE: usize = 60;
const AFTER: usize = 100;

/// How far the load has come.
#[derive(Debug, Default)]
pub struct Progress {
    accepted: AtomicUsize,
    refused: AtomicUsize,
    stop: AtomicBool,
}

impl Progress {
    /// Returns when so many more changes were accepted.
    #[track_caller]
    pub fn wait_for_accepted(&self, more: usize) {
        self.wait(&self.accepted, more, "accepted");
    }

    /// Returns when so many more calls were refused.
    #[track_caller]
    pub fn wait_for_refused(&self, more: usize) {
        self.wait(&self.refused, more, "refused");
    }

    /// Lets the load go on for so long: how long a fault lasts is part of a test.
    pub fn go_on_for(&self, time: Duration) {
        thread::sleep(time);
    }

    #[track_caller]
    fn wait(&self, counter: &AtomicUsize, more: usize, what: &str) {
        let until = counter.load(Ordering::Relaxed) + more;
        crate::eventually(
            Duration::from_secs(60),
            &format!("{more} more {what}"),
            || (counter.load(Ordering::Relaxed) >= until).then_some(()),
        );
    }
}

/// Runs `fault` while users of all these hosts in turn create, update and complete recurring tasks; what they were told.
#[track_caller]
pub fn under_load(urls: &[String], fault: impl FnOnce(&Progress)) -> Ledger {
    let progress = Progress::default();
    let clients: Vec<Client> = urls.iter().map(|url| Client::new(url)).collect();
    thread::scope(|scope| {
        // Also when the fault panics, so that the scope ends.
        let stop = StopAtEnd(&progress.stop);
        let threads: Vec<_> = (0..USERS)
            .map(|_| scope.spawn(|| one_user(&clients, &progress)))
            .collect();
        progress.wait_for_accepted(BEFORE);
        fault(&progress);
        progress.wait_for_accepted(AFTER);
        drop(stop);
        let users = threads
            .into_iter()
            .map(|thread| thread.join().expect("a user"));
        Ledger {
            users: users.collect(),
        }
    })
}

struct StopAtEnd<'a>(&'a AtomicBool);

impl Drop for StopAtEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// One user's calls, one after the other.
fn one_user(clients: &[Client], progress: &Progress) -> UserLedger {
    let id = User::new(clients[0].clone()).id;
    let mut ledger = UserLedger::new(id.clone());
    let mut open: Vec<String> = Vec::new();
    let mut step = 0_usize;
    while !progress.stop.load(Ordering::Relaxed) {
        let client = clients[step % clients.len()].clone();
        let user = User {
            id: id.clone(),
            client,
        };
        let accepted = change(&user, step / clients.len(), &mut open, &mut ledger);
        let counter = if accepted {
            &progress.accepted
        } else {
            &progress.refused
        };
        counter.fetch_add(1, Ordering::Relaxed);
        step += 1;
        thread::sleep(PAUSE);
    }
    ledger
}

/// The next call of the user: of four, one creates, two update, one completes. Whether it was accepted.
fn change(user: &User, step: usize, open: &mut Vec<String>, ledger: &mut UserLedger) -> bool {
    let begun = Instant::now();
    let title = format!("water the plants, step {step}, {begun:?}");
    let (kind, target, answer) = match (step % 4, open.last(), open.first()) {
        (1 | 2, Some(task), _) => ("task.updated", Some(task.clone()), {
            let call = user.call("PATCH", &format!("/{task}"));
            sent(call.json(&json!({"title": short(&title)})))
        }),
        (3, _, Some(task)) => ("task.completed", Some(task.clone()), {
            sent(user.call("POST", &format!("/{task}/complete")))
        }),
        _ => ("task.created", None, {
            let body = json!({"title": short(&title), "is_recurring": true, "recurring_interval": "daily",
                              "due_date": "2026-01-01T09:00:00Z"});
            sent(user.call("POST", "").json(&body))
        }),
    };
    let unknown = answer.is_err();
    let task: Option<Value> = ledger.note(kind, answer, begun.elapsed());
    match (kind, target, &task) {
        ("task.created", _, Some(task)) => open.push(id_of(task).to_owned()),
        ("task.completed", Some(target), Some(_)) => open.retain(|task| *task != target),
        // Whether it was done nobody knows: leave the task alone.
        (_, Some(target), None) if unknown => open.retain(|task| *task != target),
        _ => {}
    }
    task.is_some()
}

fn short(title: &str) -> String {
    title.chars().take(200).collect()
}

fn sent(call: crate::client::Call<'_>) -> Result<Reply, String> {
    call.try_send().map_err(|error| error.to_string())
}
