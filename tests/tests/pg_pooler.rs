//! Four hosts and bursts of 150 calls each: more connections than PostgreSQL has, behind the pooler of the manifests.

use std::thread;
use std::time::{Duration, Instant};

use e2e::{
    Answer, Bus, LocalHost, Pooled, SOON, Sidecar, User, assert_problem, eventually, report,
};
use serde_json::json;

const HOSTS: usize = 4;
const CALLS_PER_HOST: usize = 150;
const BURSTS: usize = 5;

/// `default_pool_size` of the one pooler that runs here.
const SERVER_CONNECTIONS: usize = 40;

/// A call must not hang while the database is away: `query_wait_timeout`, and what the host needs.
const QUICK: Duration = Duration::from_secs(8);

/// A burst on every host at once; the status of each answer.
fn burst(users: &[User]) -> Vec<u16> {
    thread::scope(|scope| {
        let calls = users
            .iter()
            .flat_map(|user| (0..CALLS_PER_HOST).map(move |n| (user, n)));
        let calls: Vec<_> = calls
            .map(|(user, n)| {
                scope.spawn(move || user.post(&json!({"title": format!("task {n}")})).status())
            })
            .collect();
        calls
            .into_iter()
            .map(|call| call.join().expect("a call"))
            .collect()
    })
}

#[test]
fn four_hosts_in_bursts_leave_postgres_connections_for_others() {
    let sidecar = Sidecar::start(Answer::Accept);
    let bus = Bus::Dapr(sidecar.url());
    let mut pooled = Pooled::start("pg_pooler");
    let hosts: Vec<LocalHost> = (0..HOSTS)
        .map(|n| pooled.host(&format!("pg_pooler-{n}"), &bus))
        .collect();
    let users: Vec<User> = hosts.iter().map(|host| User::new(host.client())).collect();

    let begun = Instant::now();
    for _ in 0..BURSTS {
        let answers = burst(&users);
        let refused = answers.iter().filter(|status| **status != 201).count();
        assert_eq!(refused, 0, "of {} calls", answers.len());
    }
    // Past the pooler, as a person with psql.
    let open = pooled
        .database
        .sql("SELECT count(*) FROM pg_stat_activity WHERE datname = 'todo'");
    let open: usize = open.parse().expect("a number");
    report(&format!(
        "{} calls through the pooler in {:.1?}, none refused; PostgreSQL has {open} connections",
        HOSTS * CALLS_PER_HOST * BURSTS,
        begun.elapsed()
    ));
    assert!(open <= SERVER_CONNECTIONS + 1, "{open} connections");
    let kept = pooled.database.sql("SELECT count(*) FROM tasks");
    assert_eq!(kept, (HOSTS * CALLS_PER_HOST * BURSTS).to_string());
    // The statements of the drain, with its lease, go the same way.
    eventually(SOON, "a published event of each user", || {
        users
            .iter()
            .all(|user| !sidecar.published_for(&user.id).is_empty())
            .then_some(())
    });

    refused_quickly_while_postgres_is_away(&mut pooled, &users[0]);
}

fn refused_quickly_while_postgres_is_away(pooled: &mut Pooled, user: &User) {
    pooled.database.server().stop().expect("PostgreSQL");
    for _ in 0..3 {
        let begun = Instant::now();
        assert_problem(&user.post(&json!({"title": "while it is away"})), 503);
        let took = begun.elapsed();
        assert!(took < QUICK, "{took:?}");
    }
    pooled.database.server().start_again().expect("PostgreSQL");
    let back = Instant::now();
    eventually(QUICK, "a call that is accepted again", || {
        (user.post(&json!({"title": "afterwards"})).status() == 201).then_some(())
    });
    report(&format!(
        "accepted again {:.1?} after PostgreSQL was back",
        back.elapsed()
    ));
}
