//! GET /api/:user_id/events/stream: the events of a user as they are committed, each once, also for a client that is cut off.

use std::time::Duration;

use e2e::{
    EventsStream, Frame, Random, SOON, User, assert_problem, at_once, eventually, id_of, user,
};
use serde_json::{Value, json};

const WRITERS: usize = 4;
const EACH: usize = 30;

/// The ids of all events of the user, oldest first.
fn history(user: &User) -> Vec<String> {
    let page: Value = user
        .client
        .get(&format!("/api/{}/events?limit=200", user.id))
        .expect(200)
        .json();
    let items = page["items"].as_array().unwrap().iter().rev();
    items.map(|event| id_of(event).to_owned()).collect()
}

#[test]
fn what_is_committed_after_the_beginning_comes_and_nothing_before_it() {
    let user = user();
    user.create(&json!({"title": "before"}));
    let mut stream = EventsStream::open(&user, "", None);
    assert!(
        stream.head().starts_with("HTTP/1.0 200"),
        "{}",
        stream.head()
    );
    for line in ["content-type: text/event-stream", "cache-control: no-store"] {
        assert!(stream.head().contains(line), "{}", stream.head());
    }
    assert!(matches!(stream.next_frame(), Some(Frame::Ready(_))));
    let task = user.create_recurring("weekly", "2031-01-31T09:00:00Z");
    let (_, event) = stream.next_event().unwrap();
    assert_eq!(event["type"], "task.created");
    assert_eq!(event["subject"], task["id"]);
    user.complete(id_of(&task));
    let mut types = Vec::new();
    while !types.contains(&json!(["task.created", "handler"])) {
        let (_, event) = stream.next_event().unwrap();
        e2e::contract::assert_event(&event);
        types.push(json!([event["type"], event["source"]]));
    }
    assert!(
        types.contains(&json!(["task.completed", "todo-backend"])),
        "{types:?}"
    );
}

/// Several write at once, so that commits come in another order than their numbers; the reader is cut off again and again.
#[test]
fn nothing_is_missed_and_nothing_comes_twice_after_being_cut_off() {
    let user = user();
    let mut random = Random::new(11);
    let first = EventsStream::open(&user, "", None).next_frame().unwrap();
    let mut last = first.id().unwrap().to_owned();
    let mut seen: Vec<String> = Vec::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            at_once(WRITERS, |writer| {
                for n in 0..EACH {
                    user.create(&json!({"title": format!("{writer}-{n}")}));
                }
            });
        });
        let mut cuts = 0;
        while seen.len() < WRITERS * EACH {
            let mut stream = EventsStream::open(&user, "", Some(&last));
            // Also cut off before anything has come.
            for _ in 0..random.below(12) {
                let Some((id, event)) = stream.next_event() else {
                    break;
                };
                last = id;
                seen.push(id_of(&event).to_owned());
                if seen.len() == WRITERS * EACH {
                    break;
                }
            }
            cuts += 1;
            assert!(cuts < 1000, "{} of {}", seen.len(), WRITERS * EACH);
        }
    });
    assert_eq!(seen, history(&user));
}

#[test]
fn a_user_sees_nothing_of_others() {
    let (user, other) = (user(), user());
    let mut stream = EventsStream::open(&user, "?seconds=3", None);
    stream.next_frame();
    other.create(&json!({"title": "x"}));
    assert_eq!(stream.next_event(), None);
}

#[test]
fn it_ends_in_time_and_says_meanwhile_that_it_is_there() {
    let user = user();
    let begun = std::time::Instant::now();
    let mut stream = EventsStream::open(&user, "?seconds=17", None);
    stream.next_frame();
    assert_eq!(stream.next_frame(), Some(Frame::Heartbeat));
    assert!(
        begun.elapsed() > Duration::from_secs(14),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(stream.next_frame(), None);
    assert!(
        begun.elapsed() > Duration::from_secs(16),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn what_it_cannot_be_asked_is_refused() {
    let user = user();
    let path = format!("/api/{}/events/stream", user.id);
    for query in ["?seconds=0", "?seconds=301", "?limit=1"] {
        assert_problem(&user.client.get(&format!("{path}{query}")), 400);
    }
    for id in ["1", "!", "bm9uc2Vuc2U"] {
        let call = user.client.call("GET", &path).header("last-event-id", id);
        assert_problem(&call.send(), 400);
    }
    assert_problem(&user.client.call("POST", &path).send(), 405);
    let head = user.client.call("HEAD", &path).send().expect(200);
    assert_eq!(head.must_header("content-type"), "text/event-stream");
    eventually(
        SOON,
        "an empty id is none, as before the first event",
        || {
            let mut stream = EventsStream::open(&user, "?seconds=1", Some(""));
            matches!(stream.next_frame(), Some(Frame::Ready(_))).then_some(())
        },
    );
}
