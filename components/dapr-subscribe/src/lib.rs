//! GET /dapr/subscribe: tells the sidecar which topic's events go to which route.

use domain::event::{EventType, Topic};
use events::topology::{self, DEAD_LETTER};
use http::{Method, StatusCode};
use platform::{Reply, Request, variables};
use serde_json::{Value, json};
use web::{Problem, access, path};

platform::component!(handle);

async fn handle(request: Request) -> Reply {
    answer(&request).unwrap_or_else(Reply::from)
}

fn answer(request: &Request) -> Result<Reply, Problem> {
    access::machine(request)?;
    if path::method(request) != Method::GET {
        return Err(Problem::method_not_allowed("GET, HEAD"));
    }
    let pubsub = variables::get("pubsub_name");
    let dead_letters = topology::dead_letter_topic();
    let subscriptions = json!([
        subscription(&pubsub, &dead_letters, Topic::Tasks),
        subscription(&pubsub, &dead_letters, Topic::Reminders),
        // Raw: a record that is no JSON at all would fail to parse here for ever.
        {
            "pubsubname": pubsub,
            "topic": dead_letters,
            "routes": {"default": DEAD_LETTER.path},
            "metadata": {"rawPayload": "true"},
        },
    ]);
    Ok(web::json(StatusCode::OK, &subscriptions).into())
}

/// Rules by event type, and the topic's own component for the rest.
fn subscription(pubsub: &str, dead_letters: &str, topic: Topic) -> Value {
    let types = EventType::ALL
        .iter()
        .copied()
        .filter(|kind| kind.topic() == topic);
    let rules: Vec<Value> = types
        .filter_map(|kind| Some((kind, topology::route_of_type(kind)?)))
        .map(|(kind, route)| json!({"match": format!("event.type == \"{}\"", kind.as_str()), "path": route.path}))
        .collect();
    json!({
        "pubsubname": pubsub,
        "topic": topology::topic_name(topic),
        "deadLetterTopic": dead_letters,
        "routes": {"rules": rules, "default": topology::route_of_topic(topic).path},
    })
}
