//! A body that is sent piece by piece, while the component goes on.

use super::Out;
use super::clock::sleep;
use super::wire::{self, Writing};
use crate::entry::{Response, STALLED};
use futures::future::{Either, select};
use std::pin::pin;

/// The body of an answer whose head has been sent.
pub struct Body(Writing);

impl Body {
    /// Sends the head of an answer; its own body is left out.
    pub(crate) fn start(out: Out, response: Response) -> Result<Self, String> {
        wire::start_response(out, response).map(Self)
    }

    /// Sends a piece at once. `false` when the client has gone, or does not read.
    pub async fn send(&mut self, piece: &[u8]) -> bool {
        let written = pin!(self.0.write(piece.to_vec()));
        match select(written, pin!(sleep(STALLED))).await {
            Either::Left((whole, _)) => whole,
            Either::Right(_) => false,
        }
    }

    /// Ends it as a body that is whole.
    pub(crate) fn finish(self) {}
}
