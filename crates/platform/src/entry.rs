//! The entry point: reads the request whole, calls the handler, sends the response, then runs the work after it.

use crate::request_log::Entry;
use crate::stream::Body;
use crate::{trace, wire};
use futures::future::{FutureExt, LocalBoxFuture};
use http::header::{CACHE_CONTROL, ETAG, HeaderValue};
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};
use wasi::http::types::{IncomingRequest, ResponseOutparam};

/// A request with its whole body.
pub type Request = http::Request<Vec<u8>>;
/// A response with its whole body.
pub type Response = http::Response<Vec<u8>>;

/// The largest body that is read, in bytes. A longer one is answered 413 before any handler sees it.
pub const MAX_BODY: usize = 2 * 1024 * 1024;

/// A response, and what is left to do once the client has it.
pub struct Reply {
    response: Response,
    /// Sends the response in place of what sends one that is whole.
    send: Option<Send>,
    after: Option<LocalBoxFuture<'static, ()>>,
}

type Send =
    Box<dyn FnOnce(ResponseOutparam, Response) -> LocalBoxFuture<'static, Result<(), String>>>;

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

/// Serves one request; called by [`crate::component!`] with the component's name. `finish` looks at the request, also at one
/// that no handler gets to see, and returns what is to be done with its answer.
pub fn serve<F, Fut, G, H>(
    component: &'static str,
    request: IncomingRequest,
    out: ResponseOutparam,
    handler: F,
    finish: G,
) where
    F: FnOnce(Request) -> Fut,
    Fut: Future<Output = Reply>,
    G: FnOnce(&Request) -> H,
    H: FnOnce(&mut Response),
{
    crate::log::set_component(component);
    run(async move {
        let (request, readable) = wire::read_request(request);
        trace::start(&request);
        let mut entry = Entry::of(&request);
        let finish = finish(&request);
        let mut reply = match readable {
            Ok(()) => handler(request).await,
            Err(status) => Reply::from(wire::bare(status)),
        };
        finish(&mut reply.response);
        may_be_cached(&mut reply.response);
        let status = reply.response.status();
        entry.answered(status);
        let sent = match reply.send {
            None => wire::write_response(out, reply.response),
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
    });
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

/// Every WASI 0.2 call under our futures blocks until it is done, so a future that yields would never be woken; polling
/// it again is all there is to do.
fn run(future: impl Future<Output = ()>) {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    while future.as_mut().poll(&mut context).is_pending() {}
}
