//! What belongs to one request, where an instance serves several side by side: its span, and what its line in the log says of
//! an event. Both are statics, so they are changed each time that the work of a request goes on.

use crate::trace::Span;
use crate::{request_log, trace};
use futures::future::LocalBoxFuture;
use std::future::Future;
use std::mem::swap;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The whole work on one request.
pub(crate) struct PerRequest {
    work: LocalBoxFuture<'static, ()>,
    // Of this request while others are worked on, of no request while it is itself.
    span: Span,
    event: String,
}

impl PerRequest {
    pub(crate) fn new(work: impl Future<Output = ()> + 'static) -> Self {
        Self {
            work: Box::pin(work),
            span: Span::default(),
            event: String::new(),
        }
    }

    fn change(&mut self) {
        swap(&mut self.span, &mut trace::current());
        swap(&mut self.event, &mut request_log::current());
    }
}

impl Future for PerRequest {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.change();
        let done = self.work.as_mut().poll(context);
        self.change();
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::executor::block_on;
    use futures::future::join;
    use std::cell::RefCell;
    use std::rc::Rc;

    /// Lets the other one go on.
    async fn pause() {
        let mut paused = false;
        futures::future::poll_fn(|context| {
            context.waker().wake_by_ref();
            if std::mem::replace(&mut paused, true) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }

    /// A request of this trace that delivers this event, and what it knows of both at every step.
    async fn request(trace: String, event: &'static str, seen: Rc<RefCell<Vec<(String, String)>>>) {
        trace::continue_from(&trace);
        pause().await;
        request_log::event(event, "task.created");
        for _ in 0..3 {
            let known = (trace::traceparent(), request_log::current().clone());
            seen.borrow_mut().push(known);
            pause().await;
        }
    }

    #[test]
    fn two_requests_side_by_side_keep_their_own_span_and_event() {
        let seen = [0, 1].map(|_| Rc::new(RefCell::new(Vec::new())));
        let [a, b] = ["a", "b"].map(|digit| digit.repeat(32));
        let parent = |trace: &str| format!("00-{trace}-b7ad6b7169203331-01");
        let one = PerRequest::new(request(parent(&a), "event-a", seen[0].clone()));
        let other = PerRequest::new(request(parent(&b), "event-b", seen[1].clone()));
        block_on(join(one, other));
        for (seen, trace, event) in [(&seen[0], a, "event-a"), (&seen[1], b, "event-b")] {
            assert_eq!(seen.borrow().len(), 3);
            for (span, line) in seen.borrow().iter() {
                assert!(span.contains(&trace), "{span} is not of {trace}");
                assert_eq!(line.matches("event_id").count(), 1, "{line}");
                assert!(line.contains(event), "{line} is not of {event}");
            }
        }
        assert_eq!(trace::current().trace, "", "a span is left behind");
        assert_eq!(request_log::current().as_str(), "");
    }
}
