//! A user's events are replayed in the order in which they were committed, however their failures came.

use e2e::{Answer, Bus, SOON, Sidecar, User, eventually, id_of};
use serde_json::{Value, json};

use crate::bulk::bulk;
use crate::shared::{deliver_record, give_up, start};

#[test]
fn they_leave_in_the_order_of_the_outbox() {
    let sidecar = Sidecar::start(Answer::Accept);
    let host = start("dead-letters-order", &Bus::Dapr(sidecar.url()), &[]);
    let user = User::new(host.client());
    let task = user.create(&json!({"title": "x"}));
    for title in ["a", "b", "c"] {
        user.patch(id_of(&task), &json!({"title": title}))
            .expect(200);
    }
    let mine = || sidecar.published_for(&user.id);
    let first: Vec<Value> = eventually(SOON, "all four", || {
        Some(mine()).filter(|all| all.len() == 4)
    })
    .into_iter()
    .map(|one| one.event)
    .collect();
    // The second topic partition was slower, and one failed again: not in their order.
    for (offset, n) in [2, 0, 3, 1].into_iter().enumerate() {
        let offset = u32::try_from(offset).expect("small");
        deliver_record(&user.client, offset, first[n].to_string().as_bytes()).expect(200);
    }
    give_up(&host);
    let report = bulk(&user.client, &json!({"user_id": user.id})).expect(200);
    assert_eq!(report.json()["replayed"], 4);
    let again = eventually(SOON, "all four again", || {
        Some(mine()).filter(|all| all.len() == 8)
    });
    let ids = |all: &[Value]| -> Vec<Value> { all.iter().map(|one| one["id"].clone()).collect() };
    let again: Vec<Value> = again.into_iter().skip(4).map(|one| one.event).collect();
    assert_eq!(ids(&again), ids(&first));
}
