//! A stand-in for a backend with a fault: it passes calls on to a host, and changes the question or the answer on the way.

use ureq::Agent;
use ureq::http::Request as HttpRequest;

use crate::stand_in::{Request, Response, Server};

/// A call on its way to the host.
#[derive(Debug)]
pub struct Question(Request);

impl Question {
    /// Whether it is this method on a path with that end.
    pub fn is(&self, method: &str, end: &str) -> bool {
        let path = self.0.target.split('?').next().unwrap_or_default();
        self.0.method == method && path.ends_with(end)
    }

    /// Makes it a call of another method.
    pub fn set_method(&mut self, method: &str) {
        method.clone_into(&mut self.0.method);
    }

    /// Leaves a header out; `name` is in lower case.
    pub fn drop_header(&mut self, name: &str) {
        self.0.headers.retain(|(header, _)| header != name);
    }

    /// Changes path and query.
    pub fn replace_in_target(&mut self, what: &str, with: &str) {
        self.0.target = self.0.target.replace(what, with);
    }

    /// Changes the body.
    pub fn replace_in_body(&mut self, what: &str, with: &str) {
        let body = String::from_utf8_lossy(&self.0.body).replace(what, with);
        self.0.body = body.into_bytes();
    }
}

/// An answer on its way back.
#[derive(Debug)]
pub struct Answered(Response);

impl Answered {
    /// The status.
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// Makes it another status.
    pub fn set_status(&mut self, status: u16) {
        self.0.status = status;
    }

    /// Leaves a header out; `name` is in lower case.
    pub fn drop_header(&mut self, name: &str) {
        self.0.headers.retain(|(header, _)| header != name);
    }

    /// Adds a header.
    pub fn add_header(&mut self, name: &str, value: &str) {
        self.0.headers.push((name.to_owned(), value.to_owned()));
    }

    /// Changes the body.
    pub fn replace_in_body(&mut self, what: &str, with: &str) {
        self.0.body = self.0.body.replace(what, with);
    }
}

/// A server on 127.0.0.1, on a port of its own, until this value is dropped.
#[derive(Debug)]
pub struct Spoiled(Server);

impl Spoiled {
    /// Passes calls on to the host at `base`; `question` changes them before, `answer` what is answered.
    #[track_caller]
    pub fn start(base: &str, question: fn(&mut Question), answer: fn(&mut Answered)) -> Self {
        let base = base.to_owned();
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .allow_non_standard_methods(true);
        let agent = Agent::from(config.build());
        Self(Server::start(0, move |request| {
            let mut asked = Question(request.clone());
            question(&mut asked);
            let mut answered = Answered(pass_on(&agent, &base, asked.0)?);
            answer(&mut answered);
            Some(answered.0)
        }))
    }

    /// A server that says to everything that all is well.
    #[track_caller]
    pub fn pleased() -> Self {
        Self(Server::start(0, |_| Some((200, "{}".to_owned()))))
    }

    /// Where it is, without a path.
    pub fn url(&self) -> String {
        self.0.url()
    }
}

/// What describes the connection and not the call.
const HOP_BY_HOP: [&str; 5] = [
    "connection",
    "content-length",
    "host",
    "keep-alive",
    "transfer-encoding",
];

fn pass_on(agent: &Agent, base: &str, asked: Request) -> Option<Response> {
    let mut request = HttpRequest::builder()
        .method(asked.method.as_str())
        .uri(format!("{base}{}", asked.target));
    for (name, value) in asked.headers {
        if !HOP_BY_HOP.contains(&name.as_str()) {
            request = request.header(name, value);
        }
    }
    let mut response = if asked.body.is_empty() {
        agent.run(request.body(()).ok()?).ok()?
    } else {
        agent.run(request.body(asked.body).ok()?).ok()?
    };
    let headers = response.headers().iter();
    let headers = headers.filter(|(name, _)| !HOP_BY_HOP.contains(&name.as_str()));
    let headers = headers
        .map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
        .collect::<Option<_>>()?;
    Some(Response {
        status: response.status().as_u16(),
        headers,
        body: response.body_mut().read_to_string().ok()?,
    })
}
