//! What the clients of a load were told: the accepted changes, user by user in their order, and what was refused.

use std::time::Duration;

use serde_json::Value;

use crate::reply::Reply;

/// A change that was answered with 2xx.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The task.
    pub task: String,
    /// Its version after the change.
    pub version: u64,
    /// The type of the event that the change makes.
    pub kind: &'static str,
}

/// A call that was not accepted.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The status; `None` when there was no answer.
    pub status: Option<u16>,
    /// Whether it was a problem document with `Retry-After`.
    pub says_when_to_retry: bool,
    /// The exchange, or why there was none.
    pub text: String,
}

/// One user's part.
#[derive(Clone, Debug)]
pub struct UserLedger {
    /// The user.
    pub user: String,
    /// In the order of the answers; a user has one call at a time.
    pub accepted: Vec<Change>,
    /// What was not accepted.
    pub refused: Vec<Refusal>,
    /// How long each accepted call took.
    pub times: Vec<Duration>,
}

impl UserLedger {
    pub(crate) fn new(user: String) -> Self {
        Self {
            user,
            accepted: Vec::new(),
            refused: Vec::new(),
            times: Vec::new(),
        }
    }

    /// Notes an answer; the task when it was accepted.
    pub(crate) fn note(
        &mut self,
        kind: &'static str,
        answer: Result<Reply, String>,
        time: Duration,
    ) -> Option<Value> {
        let reply = match answer {
            Ok(reply) => reply,
            Err(text) => {
                self.refused.push(Refusal {
                    status: None,
                    says_when_to_retry: false,
                    text,
                });
                return None;
            }
        };
        if reply.status() >= 300 {
            let problem = reply
                .header("content-type")
                .is_some_and(|kind| kind.starts_with("application/problem+json"));
            self.refused.push(Refusal {
                status: Some(reply.status()),
                says_when_to_retry: problem && reply.header("retry-after").is_some(),
                text: reply.show(),
            });
            return None;
        }
        let task = reply.json();
        self.accepted.push(Change {
            task: task["id"].as_str().unwrap_or_default().to_owned(),
            version: task["version"].as_u64().unwrap_or_default(),
            kind,
        });
        self.times.push(time);
        Some(task)
    }
}

/// All users' parts.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// One for each user.
    pub users: Vec<UserLedger>,
}

impl Ledger {
    /// How many changes were accepted.
    pub fn accepted(&self) -> usize {
        self.users.iter().map(|user| user.accepted.len()).sum()
    }

    /// How many of them completed a task.
    pub fn completed(&self) -> usize {
        let changes = self.users.iter().flat_map(|user| &user.accepted);
        changes
            .filter(|change| change.kind == "task.completed")
            .count()
    }

    /// Every call that was not accepted.
    pub fn refusals(&self) -> impl Iterator<Item = &Refusal> {
        self.users.iter().flat_map(|user| &user.refused)
    }

    /// The time that this share of the accepted calls stayed under; 0.5 is the median.
    pub fn quantile(&self, share: f64) -> Duration {
        let times = self.users.iter().flat_map(|user| user.times.clone());
        quantile(times.collect(), share)
    }

    /// Fails unless every call was accepted.
    #[track_caller]
    pub fn assert_nothing_refused(&self) {
        let first = self.refusals().next();
        assert!(
            first.is_none(),
            "{} calls failed, the first:\n{}",
            self.refusals().count(),
            first
                .map(|refusal| refusal.text.clone())
                .unwrap_or_default()
        );
    }
}

/// The time that this share of `times` stayed under; 0.5 is the median. Zero when there are none.
pub fn quantile(mut times: Vec<Duration>, share: f64) -> Duration {
    times.sort();
    let last = times.len().saturating_sub(1);
    let index = (share * last as f64).round() as usize;
    times.get(index).copied().unwrap_or_default()
}
