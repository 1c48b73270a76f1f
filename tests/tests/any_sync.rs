//! GET /api/:user_id/tasks?changed_since=: clients that were offline come to have what the server has.

use std::collections::BTreeMap;

use e2e::{Random, SOON, User, assert_problem, at_once, eventually, id_of, new_id, user};
use serde_json::{Value, json};

const HISTORIES: usize = 1000;
const AT_ONCE: usize = 4;
const STEPS: u64 = 12;

type Tasks = BTreeMap<String, Value>;

/// What a client does while it is offline, and sends later.
enum Change {
    Create(Value),
    Patch(String, u64, Value),
    Complete(String, u64, bool),
    Delete(String, u64),
}

/// A client with a copy of the tasks.
struct Client<'a> {
    user: &'a User,
    tasks: Tasks,
    token: String,
    unsent: Vec<Change>,
}

#[track_caller]
fn since(user: &User, token: &str) -> Value {
    user.call("GET", &format!("?changed_since={token}"))
        .send()
        .expect(200)
        .json()
}

fn all(user: &User) -> Tasks {
    let tasks = user.list("status=all&limit=200").into_iter();
    tasks.map(|task| (id_of(&task).to_owned(), task)).collect()
}

impl<'a> Client<'a> {
    fn new(user: &'a User) -> Self {
        let begun = since(user, "");
        assert_eq!(begun["items"], json!([]));
        Self {
            user,
            token: begun["changed_since"].as_str().unwrap().to_owned(),
            tasks: all(user),
            unsent: Vec::new(),
        }
    }

    /// Changes its copy, and notes what is to be sent.
    fn change(&mut self, random: &mut Random) {
        let known = self.tasks.len() as u64;
        if known == 0 || random.below(3) == 0 {
            let recurring = random.below(3) == 0;
            let task = json!({"title": format!("task {}", random.below(1000)), "due_date": "2031-01-31T09:00:00Z",
                "is_recurring": recurring, "recurring_interval": if recurring { json!("weekly") } else { Value::Null }});
            self.unsent.push(Change::Create(task));
            return;
        }
        let at = usize::try_from(random.below(known)).unwrap();
        let (id, task) = self.tasks.iter_mut().nth(at).unwrap();
        let (id, version) = (id.clone(), task["version"].as_u64().unwrap());
        let change = match random.below(4) {
            0 => {
                self.tasks.remove(&id);
                Change::Delete(id, version)
            }
            1 => Change::Complete(id, version, task["completed"] == false),
            _ => {
                task["title"] = json!(format!("changed {}", random.below(1000)));
                Change::Patch(id, version, json!({"title": task["title"]}))
            }
        };
        self.unsent.push(change);
    }

    /// Sends what it did, unless somebody else was faster, and takes what has changed.
    fn sync(&mut self) {
        for change in std::mem::take(&mut self.unsent) {
            let (call, version) = match &change {
                Change::Create(task) => {
                    let call = self.user.call("POST", "").json(task);
                    (call.header("idempotency-key", &new_id()), None)
                }
                Change::Patch(id, version, body) => (
                    self.user.call("PATCH", &format!("/{id}")).json(body),
                    Some(version),
                ),
                Change::Complete(id, version, completed) => {
                    let call = self.user.call("POST", &format!("/{id}/complete"));
                    (call.json(&json!({"completed": completed})), Some(version))
                }
                Change::Delete(id, version) => {
                    (self.user.call("DELETE", &format!("/{id}")), Some(version))
                }
            };
            let reply = match version {
                Some(version) => call.header("if-match", &format!("\"{version}\"")).send(),
                None => call.send(),
            };
            assert!(
                [200, 201, 204, 404, 412].contains(&reply.status()),
                "{}",
                reply.show()
            );
            // Refused: what is there now is taken in its place.
            if let (
                404 | 412,
                Change::Patch(id, ..) | Change::Complete(id, ..) | Change::Delete(id, _),
            ) = (reply.status(), &change)
            {
                let now = self.user.get(id);
                self.take(id, (now.status() == 200).then(|| now.json()));
            }
        }
        loop {
            let changes = since(self.user, &self.token);
            for item in changes["items"].as_array().unwrap() {
                let task = &item["task"];
                self.take(id_of(item), Some(task.clone()).filter(Value::is_object));
            }
            self.token = changes["changed_since"].as_str().unwrap().to_owned();
            if changes["more"] == false {
                return;
            }
        }
    }

    fn take(&mut self, id: &str, task: Option<Value>) {
        match task {
            Some(task) => self.tasks.insert(id.to_owned(), task),
            None => self.tasks.remove(id),
        };
    }
}

/// Two clients, each offline for a while, change the tasks of one user.
fn history(seed: u64) {
    let (user, mut random) = (user(), Random::new(seed));
    let mut clients = [Client::new(&user), Client::new(&user)];
    for _ in 0..STEPS {
        let client = &mut clients[usize::try_from(random.below(2)).unwrap()];
        if random.below(4) == 0 {
            client.sync();
        } else {
            client.change(&mut random);
        }
    }
    // The first one has not heard of what the second one sends last, and events have effects.
    for client in &mut clients {
        client.sync();
    }
    eventually(SOON, &format!("both as the server, seed {seed}"), || {
        let there = all(&user);
        clients.iter_mut().for_each(Client::sync);
        let same = clients.iter().all(|client| client.tasks == there);
        (same && there == all(&user)).then_some(())
    });
}

#[test]
fn random_histories_of_offline_clients_end_as_the_server() {
    let each = HISTORIES / AT_ONCE;
    at_once(AT_ONCE, |n| {
        for m in 0..each {
            history((n * each + m) as u64);
        }
    });
}

#[test]
fn a_task_comes_once_as_it_is_now_in_the_order_of_its_last_change() {
    let user = user();
    user.create(&json!({"title": "before"}));
    let token = since(&user, "")["changed_since"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(since(&user, &token)["items"], json!([]));
    let [a, b, c] = ["a", "b", "c"].map(|title| user.create(&json!({"title": title})));
    let a = user
        .patch(id_of(&a), &json!({"priority": "high"}))
        .expect(200)
        .json();
    user.delete(id_of(&b)).expect(204);
    let changes = since(&user, &token);
    let expected = [(id_of(&c), &c), (id_of(&a), &a), (id_of(&b), &Value::Null)];
    let expected = expected.map(|(id, task)| json!({"id": id, "task": task}));
    assert_eq!(changes["items"], json!(expected));
    assert_eq!(changes["more"], false);
    let next = changes["changed_since"].as_str().unwrap();
    assert_eq!(since(&user, next)["items"], json!([]));
}

#[test]
fn many_changes_come_in_several_answers() {
    let user = user();
    let mut client = Client::new(&user);
    for _ in 0..130 {
        user.create(&json!({"title": "x"}));
    }
    let first = since(&user, &client.token);
    assert_eq!(first["more"], true);
    client.sync();
    assert_eq!(client.tasks.len(), 130);
}

#[test]
fn another_parameter_or_a_token_of_something_else_is_refused() {
    let user = user();
    user.create(&json!({"title": "a"}));
    user.create(&json!({"title": "b"}));
    let page: Value = user.call("GET", "?limit=1").send().expect(200).json();
    let cursor = page["next_cursor"].as_str().unwrap();
    for query in [
        "changed_since=x",
        "changed_since=&limit=1",
        "changed_since=&changed_since=",
        &format!("changed_since={cursor}"),
    ] {
        assert_problem(&user.call("GET", &format!("?{query}")).send(), 400);
    }
}

/// A token is a place and a time; this one is of 2020.
#[test]
fn a_token_older_than_the_events_is_gone() {
    let user = user();
    assert_problem(
        &user
            .call("GET", "?changed_since=WzEsMTU3NzgzNjgwMF0")
            .send(),
        410,
    );
}
