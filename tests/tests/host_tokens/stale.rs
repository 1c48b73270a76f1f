//! Keys that the provider does not confirm any more: how long they are good for, and what that costs.

use e2e::{KeyServer, LocalHost, SOON, assert_problem, eventually};

use crate::shared::{
    ago_on_postgres, assert_invalid, fetched_ago, host_with, key, list, on_postgres, token,
};

#[test]
fn keys_that_nobody_confirms_for_a_day_verify_nothing_until_the_provider_is_back() {
    let server = KeyServer::start(&[key("ed25519")]);
    let host = host_with("tokens-stale", &server, &[]);
    let client = host.client();
    list(&client, &token("ed25519")).expect(200);

    // The provider is away for almost a day, and is asked once a minute.
    server.answer(503, "");
    fetched_ago(&host, "1438 minutes");
    for _ in 0..5 {
        list(&client, &token("ed25519")).expect(200);
    }
    eventually(SOON, "the provider to be asked once", || {
        (server.calls() == 2).then_some(())
    });

    // For longer: an outage, for which nobody's token is at fault, and it is asked more often.
    fetched_ago(&host, "1441 minutes");
    for _ in 0..3 {
        let refused = list(&client, &token("ed25519"));
        assert_problem(&refused, 503);
        refused.must_header("retry-after");
    }
    assert_eq!(server.calls(), 3);

    // Back again, with a key less.
    server.rotate(&[key("p256")]);
    fetched_ago(&host, "1441 minutes");
    list(&client, &token("p256")).expect(200);
    assert_invalid(&list(&client, &token("ed25519")));
    assert_eq!(server.calls(), 4);
}

/// The first call after a quiet day waits for the answer, and does not fail.
#[test]
fn keys_of_yesterday_are_asked_for_before_they_are_used() {
    let server = KeyServer::start(&[key("ed25519"), key("rsa")]);
    let host = host_with("tokens-quiet", &server, &[]);
    let client = host.client();
    list(&client, &token("rsa")).expect(200);
    server.rotate(&[key("ed25519")]);
    fetched_ago(&host, "1800 minutes");
    assert_invalid(&list(&client, &token("rsa")));
    list(&client, &token("ed25519")).expect(200);
    assert_eq!(server.calls(), 2);
}

#[test]
fn they_are_good_for_as_long_on_postgres() {
    let server = KeyServer::start(&[key("ed25519")]);
    let host = on_postgres("tokens-stale-postgres", &server);
    let client = host.client();
    list(&client, &token("ed25519")).expect(200);
    server.answer(503, "");
    ago_on_postgres(&host, "23 hours");
    list(&client, &token("ed25519")).expect(200);
    eventually(SOON, "the provider to be asked", || {
        (server.calls() == 2).then_some(())
    });
    ago_on_postgres(&host, "25 hours");
    for _ in 0..2 {
        assert_problem(&list(&client, &token("ed25519")), 503);
    }
    assert_eq!(server.calls(), 3);
}

/// Makes the host's connections log their statements. Those that are open already do not.
fn log_statements(host: &LocalHost) {
    let database = host.database();
    database.log_statements();
    eventually(SOON, "a connection", || {
        (list(&host.client(), &token("ed25519")).status() == 200).then_some(())
    });
}

#[test]
fn a_call_reads_the_keys_by_one_statement_and_asking_is_two_more_once_a_minute() {
    let server = KeyServer::start(&[key("ed25519")]);
    let host = on_postgres("tokens-statements", &server);
    let client = host.client();
    list(&client, &token("ed25519")).expect(200);
    log_statements(&host);
    // Read, claimed, kept or given up.
    let statements = || {
        let log = std::fs::read_to_string(host.database().log()).expect("the log");
        [
            "FROM jwks WHERE",
            "INSERT INTO jwks",
            "UPDATE jwks SET keys",
            "UPDATE jwks SET awaited",
        ]
        .map(|part| log.matches(part).count())
    };
    let since = |before: [usize; 4]| {
        let now = statements();
        [0, 1, 2, 3].map(|part| now[part] - before[part])
    };

    let before = statements();
    for _ in 0..10 {
        list(&client, &token("ed25519")).expect(200);
    }
    assert_eq!(since(before), [10, 0, 0, 0]);

    server.answer(503, "");
    ago_on_postgres(&host, "2 hours");
    let before = statements();
    list(&client, &token("ed25519")).expect(200);
    eventually(SOON, "the provider to be given up", || {
        (since(before) == [1, 1, 0, 1]).then_some(())
    });
    for _ in 0..10 {
        list(&client, &token("ed25519")).expect(200);
    }
    assert_eq!(since(before), [11, 1, 0, 1]);
    assert_eq!(server.calls(), 2);
}
