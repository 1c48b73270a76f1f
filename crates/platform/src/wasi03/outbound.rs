//! `wasi:http/client@0.3`.

use super::clock::sleep;
use super::wire::{self, Writing};
use crate::entry::{Request, Response};
use crate::outbound::{SendError, address, refused};
use futures::future::{Either, pending, select};
use http::StatusCode;
use std::future::Future;
use std::pin::{Pin, pin};
use std::time::Duration;
use wasip3::http::client;
use wasip3::http::types as w;
pub(crate) use wasip3::http::types::Request as Outgoing;
use wasip3::wit_bindgen::{FutureReader, StreamReader};
use wasip3::wit_future;

/// Like [`crate::send`], and calls `meanwhile` each time that `every` has passed without an answer.
///
/// # Errors
/// [`SendError`]; an answer of any status is not an error.
pub async fn send_while(
    request: Request,
    timeout: Duration,
    every: Duration,
    meanwhile: impl AsyncFn(),
) -> Result<Response, SendError> {
    let mut call = pin!(call(request));
    let mut deadline = pin!(sleep(timeout));
    loop {
        match first(call.as_mut(), deadline.as_mut(), every).await {
            First::Answer(answer) => return answer,
            First::Deadline => return Err(SendError::Timeout(timeout)),
            First::Pause => meanwhile().await,
        }
    }
}

/// What came first.
enum First {
    Answer(Result<Response, SendError>),
    Deadline,
    Pause,
}

async fn first(
    call: Pin<&mut impl Future<Output = Result<Response, SendError>>>,
    deadline: Pin<&mut impl Future<Output = ()>>,
    every: Duration,
) -> First {
    let pause = pin!(sleep(every));
    match select(call, select(deadline, pause)).await {
        Either::Left((answer, _)) => First::Answer(answer),
        Either::Right((Either::Left(_), _)) => First::Deadline,
        Either::Right((Either::Right(_), _)) => First::Pause,
    }
}

/// Sends the request and reads the whole answer. Dropped, it is cancelled, and the host lets go of the connection.
async fn call(request: Request) -> Result<Response, SendError> {
    let (parts, bytes) = request.into_parts();
    if bytes.is_empty() {
        let request = outgoing_request(&parts, None, wire::no_trailers())?;
        return answer(request).await;
    }
    let (mut body, contents, trailers) = Writing::new();
    let request = outgoing_request(&parts, Some(contents), trailers)?;
    let writing = async {
        // A body that cannot be written whole shows in the answer, or in its absence.
        body.write(bytes).await;
        drop(body);
        pending().await
    };
    match select(pin!(answer(request)), pin!(writing)).await {
        Either::Left((answer, _)) => answer,
        Either::Right((never, _)) => never,
    }
}

async fn answer(request: w::Request) -> Result<Response, SendError> {
    let answer = client::send(request).await.map_err(refused)?;
    let broken = || SendError::Unreachable("response broken".to_owned());
    let mut response = Response::new(Vec::new());
    *response.status_mut() =
        StatusCode::from_u16(answer.get_status_code()).map_err(|_| broken())?;
    *response.headers_mut() = wire::headers_in(&answer.get_headers());
    let (_read, reading) = wit_future::new(|| Ok(()));
    let (mut stream, end) = w::Response::consume_body(answer, reading);
    *response.body_mut() = wire::read_all(&mut stream, end)
        .await
        .map_err(|_| broken())?;
    Ok(response)
}

fn outgoing_request(
    parts: &http::request::Parts,
    contents: Option<StreamReader<u8>>,
    trailers: FutureReader<wire::End>,
) -> Result<Outgoing, SendError> {
    let headers = wire::headers_out(&parts.headers);
    let (request, _sent) = Outgoing::new(headers, contents, trailers, None);
    address(&request, parts)?;
    Ok(request)
}
