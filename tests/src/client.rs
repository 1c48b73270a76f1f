//! One HTTP exchange: what to send, and sending it. What came back is `Reply`'s.

use std::time::Duration;

use serde_json::Value;
use ureq::http::Request;
use ureq::{Agent, AsSendBody};

use crate::contract;
use crate::reply::Reply;
use crate::target::dapr_token;

/// What Dapr sends on the machine routes, where the host under test wants it.
fn token_of_sidecar(path: &str) -> Vec<(String, String)> {
    let machine = ["/api/events/", "/jobs/", "/dapr/"];
    let token = dapr_token().filter(|_| machine.iter().any(|start| path.starts_with(start)));
    let header = token.map(|token| ("dapr-api-token".to_owned(), token));
    header.into_iter().collect()
}

/// A host's address with a connection pool. Cheap to clone, usable from many threads.
#[derive(Clone, Debug)]
pub struct Client {
    base: String,
    agent: Agent,
}

impl Client {
    /// A client of the host at `base`, such as `http://127.0.0.1:3000`.
    pub fn new(base: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .allow_non_standard_methods(true)
            .timeout_global(Some(Duration::from_secs(30)))
            .max_idle_connections(64)
            .max_idle_connections_per_host(64)
            .build();
        Self {
            base: base.trim_end_matches('/').to_owned(),
            agent: config.into(),
        }
    }

    /// The address, without a slash at its end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// A call still to be sent; `path` is sent as it is, so percent-encode what needs it.
    pub fn call(&self, method: &str, path: &str) -> Call<'_> {
        Call {
            client: self,
            method: method.to_owned(),
            path: path.to_owned(),
            headers: token_of_sidecar(path),
            body: None,
        }
    }

    /// GET `path`.
    #[track_caller]
    pub fn get(&self, path: &str) -> Reply {
        self.call("GET", path).send()
    }

    /// POST `path` with a JSON body.
    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.call("POST", path).json(body).send()
    }
}

/// One request, built step by step.
#[derive(Debug)]
pub struct Call<'a> {
    client: &'a Client,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Call<'_> {
    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A JSON body with its content type.
    pub fn json(self, body: &Value) -> Self {
        self.raw("application/json", body.to_string().as_bytes())
    }

    /// Any body with any content type.
    pub fn raw(mut self, content_type: &str, body: &[u8]) -> Self {
        self.body = Some(body.to_vec());
        self.header("content-type", content_type)
    }

    /// Sends it; a connection that fails ends the test.
    #[track_caller]
    pub fn send(self) -> Reply {
        let what = format!("{} {}", self.method, self.path);
        match self.try_send() {
            Ok(reply) => reply,
            Err(error) => panic!("{what}: no answer: {error}"),
        }
    }

    /// Sends it; `Err` when there was no answer, as when the host is being killed. An answer that is not in the contract
    /// ends the test.
    #[track_caller]
    pub fn try_send(self) -> Result<Reply, ureq::Error> {
        let mut request = Request::builder()
            .method(self.method.as_str())
            .uri(format!("{}{}", self.client.base, self.path));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let sent = format!(
            "{} {} {:?} {}",
            self.method,
            self.path,
            self.headers,
            String::from_utf8_lossy(self.body.as_deref().unwrap_or_default())
        );
        let reply = match self.body {
            Some(body) => run(&self.client.agent, request.body(body)?, sent),
            None if matches!(self.method.as_str(), "POST" | "PUT" | "PATCH") => run(
                &self.client.agent,
                request.header("content-length", "0").body(Vec::new())?,
                sent,
            ),
            None => run(&self.client.agent, request.body(())?, sent),
        }?;
        if let Err(error) = contract::check(&self.method, &self.path, &reply) {
            panic!("not as docs/openapi.json says: {error}\n{}", reply.show());
        }
        Ok(reply)
    }
}

fn run<B: AsSendBody>(
    agent: &Agent,
    request: Request<B>,
    sent: String,
) -> Result<Reply, ureq::Error> {
    let (parts, mut body) = agent.run(request)?.into_parts();
    let body = body.read_to_vec()?;
    Ok(Reply::new(sent, parts.status.as_u16(), parts.headers, body))
}
