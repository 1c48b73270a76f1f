//! A body that is sent piece by piece, while the component goes on.

use super::{Out, wire};
use crate::entry::{Response, STALLED};
use wasi::http::types as w;
use wasi::io::poll::poll;
use wasi::io::streams::OutputStream;

/// The body of an answer whose head has been sent.
pub struct Body {
    // Dropped in this order, as the host wants it.
    stream: OutputStream,
    body: w::OutgoingBody,
}

impl Body {
    /// Sends the head of an answer; its own body is left out.
    pub(crate) fn start(out: Out, response: Response) -> Result<Self, String> {
        let body = wire::start_response(out, response)?;
        let stream = body.write().map_err(|()| "body".to_owned())?;
        Ok(Self { stream, body })
    }

    /// Sends a piece at once. `false` when the client has gone, or does not read.
    pub async fn send(&mut self, mut piece: &[u8]) -> bool {
        while !piece.is_empty() {
            let Ok(permit) = self.stream.check_write() else {
                return false;
            };
            if permit == 0 {
                if !self.wait() {
                    return false;
                }
                continue;
            }
            let permit = usize::try_from(permit).unwrap_or(usize::MAX);
            let (now, later) = piece.split_at(permit.min(piece.len()));
            if self.stream.write(now).is_err() {
                return false;
            }
            piece = later;
        }
        self.stream.flush().is_ok() && self.wait() && self.stream.check_write().is_ok()
    }

    /// Until the connection has taken what was sent.
    fn wait(&self) -> bool {
        let nanos = u64::try_from(STALLED.as_nanos()).unwrap_or(u64::MAX);
        let stalled = wasi::clocks::monotonic_clock::subscribe_duration(nanos);
        poll(&[&self.stream.subscribe(), &stalled]).contains(&0)
    }

    /// Ends it as a body that is whole.
    pub(crate) fn finish(self) {
        drop(self.stream);
        let _ = w::OutgoingBody::finish(self.body, None);
    }
}
