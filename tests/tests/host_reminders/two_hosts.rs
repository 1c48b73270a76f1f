//! Two hosts on one database, and readers of both at once: each reminder fires once.

use chrono::{DateTime, TimeDelta, Utc};
use e2e::{Client, LocalHost, User, at_once, deliver, eventually, root, soon_after};
use serde_json::Value;
use stack::{Host, HostOptions};

/// Another host with the database of the first. It ends with this value.
#[track_caller]
fn start_beside(first: &LocalHost) -> Host {
    let root = root();
    let outbox = first.outbox();
    let state_dir = outbox.file().parent().expect("a folder").to_owned();
    let options = HostOptions {
        listen: None,
        log: state_dir.join("second-host.log"),
        state_dir,
        runtime_config: Some(root.join("runtime-config.toml")),
        root,
        wasi: None,
        program: None,
        variables: Vec::new(),
    };
    Host::start(&options).unwrap_or_else(|error| panic!("no second host: {error:#}"))
}

#[test]
fn each_reminder_fires_once() {
    let first = LocalHost::start("reminders-two");
    let second = start_beside(&first);
    let hosts = [first.client(), Client::new(&second.url(""))];
    let user = User::new(hosts[0].clone());
    let reminded: Vec<(Value, DateTime<Utc>)> = (0..10)
        .map(|_| user.create_reminded_in(TimeDelta::seconds(4)))
        .collect();
    let path = format!("/api/{}/notifications?limit=200", user.id);
    // Readers and jobs on both hosts, as fast as they can, until all are there.
    at_once(8, |n| {
        let host = &hosts[n % 2];
        eventually(soon_after(reminded[9].1), "ten notifications", || {
            if n < 4 {
                deliver(host, "/jobs/trigger-reminders", b"").expect(200);
            }
            let list = host.get(&path).expect(200).json();
            let items = list["items"].as_array().expect("items").len();
            assert!(items <= 10, "{list}");
            (items == 10).then_some(())
        });
    });
    for (task, _) in &reminded {
        assert_eq!(user.events_of(task, "reminder.triggered").len(), 1);
        assert_eq!(user.notifications_of(task).len(), 1);
    }
    for word in ["panicked", "wasm trap", "database is locked"] {
        assert!(!first.log().contains(word), "the log has {word:?}");
    }
}
