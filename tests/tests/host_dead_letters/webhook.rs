//! The webhook gets each alert as JSON; when it fails, the event is kept all the same.

use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant};

use e2e::{Bus, LocalHost, SOON, User, Webhook, eventually, id_of};
use serde_json::json;

use crate::shared::{deliver_dead, poison, start, wait_for_alerts, wait_for_letter};

fn start_with(name: &str, url: &str) -> LocalHost {
    let path = format!("{url}/alerts?from=todo");
    let variables = [
        ("alert_webhook_url", path.as_str()),
        ("alert_webhook_host", url),
    ];
    start(name, &Bus::Local, &variables)
}

#[track_caller]
fn wait_for_line(host: &LocalHost, text: &str) {
    eventually(SOON, &format!("a line with {text}"), || {
        host.log().contains(text).then_some(())
    });
}

#[test]
fn it_gets_each_alert_once_as_json() {
    let webhook = Webhook::start(204);
    let host = start_with("dead-letters-webhook", &webhook.url());
    let event = poison(&User::new(host.client()));
    for _ in 0..3 {
        deliver_dead(&host.client(), "tasks", event.to_string().as_bytes()).expect(200);
    }
    let next = poison(&User::new(host.client()));
    deliver_dead(&host.client(), "tasks", next.to_string().as_bytes()).expect(200);
    eventually(SOON, "both alerts", || {
        (webhook.alerts().len() >= 2).then_some(())
    });
    let alerts = webhook.alerts();
    assert_eq!(alerts.len(), 2, "{alerts:?}");
    let alert = alerts.iter().find(|alert| alert.json["id"] == event["id"]);
    let alert = alert.expect("the first alert");
    assert_eq!(alert.target, "/alerts?from=todo");
    assert!(
        alert.content_type.starts_with("application/json"),
        "{alert:?}"
    );
    let want = json!({
        "alert": "DLQ ALERT", "id": event["id"], "type": "task.completed", "topic": "tasks",
        "reason": "data.task_id is missing or mistyped", "action": "manual review required",
    });
    assert_eq!(alert.json, want);
}

#[test]
fn when_it_answers_with_an_error_the_event_is_kept() {
    let webhook = Webhook::start(500);
    let host = start_with("dead-letters-webhook-500", &webhook.url());
    let event = poison(&User::new(host.client()));
    deliver_dead(&host.client(), "tasks", event.to_string().as_bytes()).expect(200);
    wait_for_letter(&host.client(), id_of(&event));
    wait_for_alerts(&host, id_of(&event), 1);
    eventually(SOON, "the call", || {
        (!webhook.alerts().is_empty()).then_some(())
    });
    wait_for_line(&host, "alert webhook answered 500");
}

#[test]
fn when_nobody_listens_the_event_is_kept() {
    // No program is given this port.
    let host = start_with("dead-letters-webhook-gone", "http://127.0.0.1:1");
    let event = poison(&User::new(host.client()));
    deliver_dead(&host.client(), "tasks", event.to_string().as_bytes()).expect(200);
    wait_for_letter(&host.client(), id_of(&event));
    wait_for_alerts(&host, id_of(&event), 1);
    wait_for_line(&host, "alert webhook not reached");
}

#[test]
fn when_it_hangs_the_event_is_kept_at_once() {
    // Connections are taken by the system, and nobody ever answers.
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let url = format!("http://{}", silent.local_addr().expect("it is bound"));
    let host = start_with("dead-letters-webhook-hangs", &url);
    let event = poison(&User::new(host.client()));
    let begun = Instant::now();
    deliver_dead(&host.client(), "tasks", event.to_string().as_bytes()).expect(200);
    // The component gives the webhook 5 s, which are not the sidecar's.
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(4), "{took:?}");
    wait_for_letter(&host.client(), id_of(&event));
    wait_for_alerts(&host, id_of(&event), 1);
    wait_for_line(&host, "alert webhook not reached");
}
