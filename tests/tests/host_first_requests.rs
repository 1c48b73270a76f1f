//! The first requests to a host without a database: whichever comes first makes the schema, and none of them is refused or
//! leaves a change without its event.

use e2e::{Bus, LocalHost, User, at_once};
use serde_json::json;

#[test]
fn first_requests_at_once_are_all_accepted_with_their_events() {
    // An empty file each time: the race is over after the first request.
    for round in 0..5 {
        let host = LocalHost::start_with(&format!("first-{round}"), &Bus::Local);
        let users: Vec<User> = (0..16).map(|_| User::new(host.client())).collect();
        at_once(users.len(), |i| users[i].create(&json!({"title": "x"})));
        for user in &users {
            assert_eq!(host.outbox().of_user(&user.id).len(), 1);
        }
    }
}
