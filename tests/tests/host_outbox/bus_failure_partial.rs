//! A bus that refuses some events: the others pass.

use e2e::{Answer, Bus, LocalHost, SOON, Sidecar, User, deliver, eventually};
use serde_json::json;

#[test]
fn an_event_that_is_refused_does_not_hold_up_those_of_others() {
    let sidecar = Sidecar::start(Answer::Refuse);
    let host = LocalHost::start_with("bus-partial", &Bus::Dapr(sidecar.url()));
    let client = host.client();
    let (poison, others) = (
        User::new(client.clone()),
        [User::new(client.clone()), User::new(client.clone())],
    );
    sidecar.answer(Answer::RefuseKey(poison.id.clone()));
    poison.create(&json!({"title": "refused"}));
    for n in 0..10 {
        others[n % 2].create(&json!({"title": "x"}));
        poison.create(&json!({"title": "refused too"}));
    }
    eventually(SOON, "the others' events are published", || {
        deliver(&client, "/jobs/relay-outbox", b"").expect(200);
        others
            .iter()
            .all(|user| sidecar.published_for(&user.id).len() >= 5)
            .then_some(())
    });
    assert_eq!(sidecar.published_for(&poison.id).len(), 0);
    let waiting = host.outbox().of_user(&poison.id);
    assert_eq!(waiting.len(), 11, "refused events are kept");
}
