//! Every answer is good HTTP, as httplint judges it by dev/checks/answers.py: those of each route, to each method that it has
//! and to one that it has not, to whom it knows and whom it does not, to what it can read and what it cannot.

use std::collections::BTreeSet;

use e2e::{Event, contract, id_of, new_id, routes};
use serde_json::{Value, json};

use crate::shared::{APP_TOKEN, OPS_TOKEN, USER, checks, host, new_task, run, token, told};

const JSON: (&str, &str) = ("content-type", "application/json");

/// The calls whose answers are judged.
struct Calls {
    token: String,
    all: Vec<Value>,
}

impl Calls {
    fn add(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&str>) {
        let headers: Value = headers.iter().copied().collect();
        let call = json!({"method": method, "path": path, "headers": headers, "body": body});
        self.all.push(call);
    }

    /// The same by whom the path wants to hear from.
    fn known(&mut self, method: &str, path: &str, more: &[(&str, &str)], body: Option<&str>) {
        let user = format!("Bearer {}", self.token);
        let operator = format!("Bearer {OPS_TOKEN}");
        let who = if is_of_machines(path) {
            ("dapr-api-token", APP_TOKEN)
        } else if path.starts_with("/ops/") {
            ("authorization", operator.as_str())
        } else {
            ("authorization", user.as_str())
        };
        self.add(method, path, &[&[who], more].concat(), body);
    }

    /// What can go wrong with a call, and what it answers to a body that says little.
    fn every_way(&mut self, method: &str, path: &str) {
        self.add(method, path, &[], None);
        self.known("BREW", path, &[], None);
        self.known("OPTIONS", path, &[], None);
        if method == "GET" {
            self.known("GET", path, &[], None);
            self.known("HEAD", path, &[], None);
            let more = if path.contains('?') { '&' } else { '?' };
            self.known("GET", &format!("{path}{more}limit=0&state=x"), &[], None);
        } else {
            for body in ["", "{\"title", "{\"title\": 1}", "[]"] {
                self.known(method, path, &[JSON], Some(body));
            }
            self.known(method, path, &[("content-type", "text/csv")], Some("a,b"));
        }
    }

    /// A task's life, call by call, about a task that is there.
    fn life(&mut self, task: &Value) {
        let of = |tail: &str| format!("/api/{USER}/tasks{tail}");
        let one = of(&format!("/{}", id_of(task)));
        let key = ("idempotency-key", "a-key");
        for title in ["x", "x", "y"] {
            let body = json!({"title": title}).to_string();
            self.known("POST", &of(""), &[JSON, key], Some(&body));
        }
        let batch = json!({"operations": [{"op": "create", "task": {"title": "x"}}, {"op": "delete", "task_id": new_id()}]});
        self.known("POST", &of("/batch"), &[JSON], Some(&batch.to_string()));
        self.known("GET", &one, &[("if-none-match", "\"1\"")], None);
        self.known("GET", "/openapi.json", &[("if-none-match", "*")], None);
        let change = Some("{\"title\": \"z\"}");
        self.known("PATCH", &one, &[JSON, ("if-match", "\"9\"")], change);
        self.known("PATCH", &one, &[JSON, ("if-match", "\"1\"")], change);
        self.known("PUT", &one, &[JSON], change);
        self.known("POST", &format!("{one}/complete"), &[], None);
        self.known("DELETE", &one, &[], None);
        self.known("GET", &one, &[], None);
        self.known("POST", &format!("{one}/restore"), &[], None);
        let long = format!("{{\"title\": \"{}\"}}", "x".repeat(1_100_000));
        self.known("POST", &of(""), &[JSON], Some(&long));
        self.known("GET", "/api/bob/tasks", &[], None);
        for path in ["/nowhere", "/", "/docs", "/console/app.js", "/console/x"] {
            self.known("GET", path, &[], None);
        }
        let event = Event::of("task.created", task).json.to_string();
        for body in [&event, "{}"] {
            self.known("POST", "/api/events/tasks", &[JSON], Some(body));
        }
    }
}

fn is_of_machines(path: &str) -> bool {
    let machine = ["/api/events/", "/jobs/", "/dapr/"];
    machine.iter().any(|start| path.starts_with(start))
}

/// All calls of the contract, and those of the sidecar.
fn operations(id: &str) -> Vec<(String, String)> {
    let operations = contract::operations().into_iter();
    let mut all: Vec<_> = operations
        .map(|one| {
            let path = one.path.replace("{user_id}", USER).replace("{id}", id);
            // As short as a stream can be.
            let path = path.replace("/stream", "/stream?seconds=1");
            // Her tasks are still to be read.
            (one.method, path.replace("/ops/users/zoe", "/ops/users/bob"))
        })
        .collect();
    let machine = routes().into_iter().filter(|route| is_of_machines(route));
    all.extend(machine.map(|route| {
        let method = if route.starts_with("/dapr/") {
            "GET"
        } else {
            "POST"
        };
        (method.to_owned(), route)
    }));
    all
}

/// What httplint says of the answers to these calls: for each, its status and the notes.
fn judged(address: &str, calls: &[Value]) -> Vec<Value> {
    let lines: Vec<String> = calls.iter().map(Value::to_string).collect();
    let mut answers = checks().python();
    let output = run(answers.args(["-m", "answers", address]), &lines.join("\n"));
    assert!(output.status.success(), "{}", told(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    let judged = text.lines().map(|line| serde_json::from_str(line).unwrap());
    judged.collect()
}

#[test]
fn httplint_finds_nothing_wrong_with_any_answer() {
    let host = host("lint");
    let client = host.client();
    let mut calls = Calls {
        token: token(),
        all: Vec::new(),
    };
    let daily = json!({"title": "x", "due_date": "2031-01-31T09:00:00Z", "is_recurring": true,
                       "recurring_interval": "daily"});
    let task = new_task(&client, &calls.token, &daily);
    for (method, path) in operations(id_of(&task)) {
        calls.every_way(&method, &path);
    }
    let last = new_task(&client, &calls.token, &daily);
    calls.life(&last);
    let judged = judged(client.base(), &calls.all);
    assert_eq!(judged.len(), calls.all.len());
    let mut statuses = BTreeSet::new();
    let mut wrong = Vec::new();
    for (call, answer) in calls.all.iter().zip(&judged) {
        statuses.insert(answer["status"].as_u64().unwrap());
        let notes = answer["notes"].as_array().unwrap();
        wrong.extend(notes.iter().map(|note| format!("{note} {answer} {call}")));
    }
    println!("{} answers: {statuses:?}", judged.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let all = [
        200, 201, 204, 304, 400, 401, 403, 404, 405, 412, 413, 415, 422,
    ];
    assert_eq!(statuses, BTreeSet::from(all));
}
