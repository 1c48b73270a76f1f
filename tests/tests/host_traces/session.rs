//! A user who calls, with and without a trace.

use e2e::tokens::{SECRET, claims_of, signed};
use e2e::trace::caller;
use e2e::{Bus, Client, LocalHost, Random, Reply, id_of};
use serde_json::{Value, json};

/// What a caller says of its trace: `traceparent`, and trace and span where it is valid.
pub(crate) type Caller = (Option<String>, Option<(String, String)>);

/// A host where every part has something to do: tokens are verified, and the sidecar's routes want theirs.
pub(crate) fn start(name: &str) -> LocalHost {
    let variables = [("jwt_secret", SECRET), ("app_api_token", "the sidecar's")];
    LocalHost::start_closed(name, &Bus::Local, &variables)
}

pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) user: String,
    pub(crate) token: String,
    random: Random,
    pub(crate) callers: Vec<Caller>,
}

impl Session {
    pub(crate) fn new(host: &LocalHost, number: u64) -> Self {
        let user = format!("user{number}");
        Self {
            client: host.client(),
            token: signed("secret", None, &claims_of(&user)),
            user,
            random: Random::new(number),
            callers: Vec::new(),
        }
    }

    /// Makes a call: half of them without a trace, some with a broken one.
    pub(crate) fn call(&mut self, method: &str, tail: &str, body: Option<Value>) -> Reply {
        let flags = ["00", "01"][usize::try_from(self.random.below(2)).unwrap()];
        let (traceparent, trace, span) = caller(&mut self.random, flags);
        let (header, valid) = match self.random.below(6) {
            0..=2 => (None, None),
            3 => (Some(traceparent.to_uppercase() + "-"), None),
            _ => (Some(traceparent), Some((trace, span))),
        };
        let path = format!("/api/{}{tail}", self.user);
        let mut call = self.client.call(method, &path);
        call = call.header("authorization", &format!("Bearer {}", self.token));
        if let Some(header) = &header {
            call = call.header("traceparent", header);
        }
        self.callers.push((header, valid));
        body.iter().fold(call, |call, body| call.json(body)).send()
    }

    /// One round: what makes events, what only reads, what is refused.
    pub(crate) fn round(&mut self, number: u64) {
        let recurring = json!({"title": "secret title", "is_recurring": true, "recurring_interval": "daily",
                               "due_date": format!("20{}-01-01T09:00:00Z", 27 + number)});
        let task = self
            .call("POST", "/tasks", Some(recurring))
            .expect(201)
            .json();
        let one = format!("/tasks/{}", id_of(&task));
        self.call("PATCH", &one, Some(json!({"priority": "high"})))
            .expect(200);
        self.call("POST", &format!("{one}/complete"), None)
            .expect(200);
        match number % 4 {
            0 => self.call("DELETE", &one, None).expect(204),
            1 => self.call("GET", "/notifications", None).expect(200),
            2 => self.call("GET", "/events?limit=1", None).expect(200),
            _ => self
                .call("POST", "/tasks", Some(json!({"title": ""})))
                .expect(422),
        };
        match number % 3 {
            0 => self.call("GET", "/tasks?q=secret-text", None).expect(200),
            1 => self.call("GET", "/tasks/secret-id", None).expect(404),
            _ => self.call("PATCH", "/stats", None).expect(405),
        };
    }
}
