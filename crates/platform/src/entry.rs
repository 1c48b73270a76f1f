//! What happens to every request: it is read whole, the handler is called, the response sent, then the work after it runs.

use crate::host::stream::Body;
use crate::host::{Out, wait, wire};
use crate::request_log::Entry;
use crate::trace;
use futures::future::{FutureExt, LocalBoxFuture};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue};
use std::future::Future;
use std::time::Duration;

/// A request with its whole body.
pub type Request = http::Request<Vec<u8>>;
/// A response with its whole body.
pub type Response = http::Response<Vec<u8>>;

/// The largest body that is read, in bytes. A longer one is answered 413 before any handler sees it.
pub const MAX_BODY: usize = 2 * 1024 * 1024;

/// How much is read of a body that is too large, in bytes. Many a client looks for the answer only when it has sent everything, and
/// would find the connection closed.
pub(crate) const DISCARDED: usize = 16 * 1024 * 1024;

/// The client reads nothing and its connection takes no more: after this time it counts as gone.
pub(crate) const STALLED: Duration = Duration::from_secs(10);

/// A response, and what is left to do once the client has it.
pub struct Reply {
    response: Response,
    /// Sends the response in place of what sends one that is whole.
    send: Option<Send>,
    after: Option<LocalBoxFuture<'static, ()>>,
}

type Send = Box<dyn FnOnce(Out, Response) -> LocalBoxFuture<'static, Result<(), String>>>;

impl Reply {
    /// An answer whose body `write` sends piece by piece, as long as it takes, once the head is sent.
    #[must_use]
    pub fn streaming<F>(head: Response, write: impl FnOnce(Body) -> F + 'static) -> Self
    where
        F: Future<Output = Body> + 'static,
    {
        // All of it here, so that components without a stream do not have its code.
        let send = |out, head| {
            async {
                let body = Body::start(out, head)?;
                write(body).await.finish();
                Ok(())
            }
            .boxed_local()
        };
        Self {
            response: head,
            send: Some(Box::new(send)),
            after: None,
        }
    }

    /// Adds work that starts when the response is sent. It dies with the host: keep what matters in the database.
    #[must_use]
    pub fn then(mut self, work: impl Future<Output = ()> + 'static) -> Self {
        self.after = Some(work.boxed_local());
        self
    }
}

impl From<Response> for Reply {
    fn from(response: Response) -> Self {
        Self {
            response,
            send: None,
            after: None,
        }
    }
}

/// Answers one request. `finish` looks at the request, also at one that no handler gets to see,
/// and returns what is to be done with its answer.
pub(crate) async fn answer<F, Fut, G, H>(request: wire::Incoming, out: Out, handler: F, finish: G)
where
    F: FnOnce(Request) -> Fut,
    Fut: Future<Output = Reply>,
    G: FnOnce(&Request) -> H,
    H: FnOnce(&mut Response),
{
    let (request, readable) = wait!(wire::read_request(request));
    trace::start(&request);
    let mut entry = Entry::of(&request);
    let finish = finish(&request);
    let mut reply = match readable {
        Ok(()) => handler(request).await,
        Err(status) => Reply::from(bare(status)),
    };
    finish(&mut reply.response);
    may_be_cached(&mut reply.response);
    let status = reply.response.status();
    entry.answered(status);
    let sent = match reply.send {
        None => wait!(wire::write_response(out, reply.response)),
        Some(send) => send(out, reply.response).await,
    };
    if let Err(error) = sent {
        crate::log::warn(format!("response not sent whole: {error}"));
    }
    // After the response, for which the client waits.
    entry.write(status);
    if let Some(work) = reply.after {
        work.await;
    }
}

/// Without a word on it, a cache may keep an answer for as long as it likes (RFC 9111, section 4.2.2). It may keep one with an
/// ETag, and has to ask each time whether that is still the answer. A component that says something itself knows better.
fn may_be_cached(response: &mut Response) {
    let word = if response.headers().contains_key(ETAG) {
        "no-cache"
    } else {
        "no-store"
    };
    let word = HeaderValue::from_static(word);
    response.headers_mut().entry(CACHE_CONTROL).or_insert(word);
}

/// A response without a handler's help, in the same problem+json shape as all others.
fn bare(status: StatusCode) -> Response {
    let title = status.canonical_reason().unwrap_or("Error");
    let detail = match status {
        StatusCode::PAYLOAD_TOO_LARGE => "the body is too large",
        _ => "the request cannot be read",
    };
    let body = format!(
        r#"{{"type":"about:blank","title":"{title}","status":{},"detail":"{detail}"}}"#,
        status.as_u16()
    );
    let mut response = Response::new(body.into_bytes());
    *response.status_mut() = status;
    let problem = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(CONTENT_TYPE, problem);
    response
}
