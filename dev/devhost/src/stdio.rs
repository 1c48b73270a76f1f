//! What components print. Both of their streams go to the host's stderr, as in Spin, whole lines at a time: requests run
//! side by side, and a line of one must not be torn by another's.

use std::io::Write as _;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

/// A line longer than this is passed on in pieces.
const LONGEST_LINE: usize = 64 * 1024;

/// One output stream of one instance. Clones write to the same line.
#[derive(Clone, Default)]
pub(crate) struct Lines(Arc<Mutex<Pending>>);

#[derive(Default)]
struct Pending(Vec<u8>);

impl Pending {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
        let end = match self.0.iter().rposition(|&byte| byte == b'\n') {
            Some(newline) => newline + 1,
            None if self.0.len() > LONGEST_LINE => self.0.len(),
            None => return,
        };
        let lines: Vec<u8> = self.0.drain(..end).collect();
        print(&lines);
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if !self.0.is_empty() {
            self.0.push(b'\n');
            print(&self.0);
        }
    }
}

/// One `write` per batch of lines. A closed stderr is nobody's error: a component must not fail for its log.
fn print(lines: &[u8]) {
    let _ = std::io::stderr().lock().write_all(lines);
}

impl Lines {
    fn push(&self, bytes: &[u8]) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write(bytes);
    }
}

impl IsTerminal for Lines {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Lines {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl OutputStream for Lines {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.push(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(LONGEST_LINE)
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Lines {
    async fn ready(&mut self) {}
}

impl AsyncWrite for Lines {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        self.push(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
