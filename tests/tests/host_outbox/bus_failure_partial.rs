//! A bus that refuses some events: the others pass.

use std::time::Duration;

use e2e::{Answer, Bus, LocalHost, Sidecar, User, deliver, eventually};
use serde_json::json;
use stack::free_port;

#[test]
fn an_event_that_is_refused_does_not_hold_up_those_of_others() {
    let port = free_port();
    let host = LocalHost::start_with("bus-partial", &Bus::Dapr(Sidecar::url(port)));
    let client = host.client();
    let (poison, others) = (
        User::new(client.clone()),
        [User::new(client.clone()), User::new(client.clone())],
    );
    let sidecar = Sidecar::start(port, Answer::RefuseKey(poison.id.clone()));
    poison.create(&json!({"title": "refused"}));
    for n in 0..10 {
        others[n % 2].create(&json!({"title": "x"}));
        poison.create(&json!({"title": "refused too"}));
    }
    let mut looks = 0;
    eventually(
        Duration::from_secs(20),
        "the others' events are published",
        || {
            looks += 1;
            if looks % 50 == 0 {
                deliver(&client, "/jobs/relay-outbox", b"");
            }
            others
                .iter()
                .all(|user| sidecar.published_for(&user.id).len() >= 5)
                .then_some(())
        },
    );
    assert_eq!(sidecar.published_for(&poison.id).len(), 0);
    let waiting = host.outbox().of_user(&poison.id);
    assert_eq!(waiting.len(), 11, "refused events are kept");
}
