//! What came back from one call, with what was sent beside it, so that a failing check shows both.

use serde_json::Value;
use ureq::http::HeaderMap;

/// An answer of the host.
#[derive(Clone, Debug)]
pub struct Reply {
    sent: String,
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Reply {
    pub(crate) fn new(sent: String, status: u16, headers: HeaderMap, body: Vec<u8>) -> Self {
        Self {
            sent,
            status,
            headers,
            body,
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Passes the reply on when it has this status, and fails with the whole exchange otherwise.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert!(self.status == status, "expected {status}\n{}", self.show());
        self
    }

    /// One header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// One header as text, which must be there.
    #[track_caller]
    pub fn must_header(&self, name: &str) -> &str {
        self.header(name)
            .unwrap_or_else(|| panic!("no {name} header\n{}", self.show()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON, which it must be.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("not JSON: {error}\n{}", self.show()))
    }

    /// The exchange in readable form, for a failure message. Long bodies are cut.
    pub fn show(&self) -> String {
        let cut = |text: &str| text.chars().take(1500).collect::<String>();
        format!(
            "request:  {}\nresponse: {} {:?}\n          {}",
            cut(&self.sent),
            self.status,
            self.headers,
            cut(&self.text())
        )
    }
}
