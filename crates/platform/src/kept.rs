//! Connections that an instance keeps from one request to the next, each for one request at a time.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::thread::LocalKey;

/// How many an instance keeps.
const MOST: usize = 4;

/// The connections that no request uses now.
pub(crate) type Idle<C> = RefCell<Vec<Rc<C>>>;

/// A connection in use. It is kept when it is dropped, unless the end of one of its statements was not seen.
pub(crate) struct Kept<C: 'static> {
    connection: Rc<C>,
    /// Statements of which the end was not seen: they failed, or the caller gave up.
    unfinished: Cell<u32>,
    idle: &'static LocalKey<Idle<C>>,
}

impl<C> Kept<C> {
    /// One that was just opened.
    pub(crate) fn new(idle: &'static LocalKey<Idle<C>>, connection: C) -> Self {
        Self::of(idle, Rc::new(connection))
    }

    fn of(idle: &'static LocalKey<Idle<C>>, connection: Rc<C>) -> Self {
        Self {
            connection,
            unfinished: Cell::new(0),
            idle,
        }
    }

    /// The one that was used last.
    pub(crate) fn again(idle: &'static LocalKey<Idle<C>>) -> Option<Self> {
        let connection = idle.with_borrow_mut(Vec::pop)?;
        Some(Self::of(idle, connection))
    }

    /// Runs a statement. `ended` says of its result whether the connection can be kept.
    pub(crate) async fn run<T>(
        &self,
        statement: impl AsyncFnOnce(&C) -> T,
        ended: impl FnOnce(&T) -> bool,
    ) -> T {
        self.unfinished.set(self.unfinished.get() + 1);
        let result = statement(&self.connection).await;
        if ended(&result) {
            self.unfinished.set(self.unfinished.get() - 1);
        }
        result
    }
}

impl<C> Drop for Kept<C> {
    fn drop(&mut self) {
        if self.unfinished.get() > 0 {
            return;
        }
        self.idle.with_borrow_mut(|idle| {
            if idle.len() < MOST {
                idle.push(self.connection.clone());
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::executor::block_on;
    use futures::future::{FutureExt, pending};

    thread_local! {
        static IDLE: Idle<u32> = const { RefCell::new(Vec::new()) };
    }

    fn kept() -> Vec<u32> {
        IDLE.with_borrow(|idle| idle.iter().map(|connection| **connection).collect())
    }

    fn new(connection: u32) -> Kept<u32> {
        Kept::new(&IDLE, connection)
    }

    #[test]
    fn the_last_one_is_used_again_by_one_request_at_a_time() {
        let (one, two) = (new(1), new(2));
        assert!(Kept::again(&IDLE).is_none(), "both are in use");
        drop(one);
        drop(two);
        let last = Kept::again(&IDLE).unwrap();
        assert_eq!((*last.connection, kept()), (2, vec![1]));
    }

    #[test]
    fn only_so_many_are_kept() {
        drop((0..10).map(new).collect::<Vec<_>>());
        assert_eq!(kept().len(), MOST);
    }

    #[test]
    fn one_is_not_kept_when_a_statement_failed_or_was_given_up() {
        let fine = new(1);
        block_on(fine.run(async |_| (), |()| true));
        let failed = new(2);
        block_on(failed.run(async |_| (), |()| false));
        block_on(failed.run(async |_| (), |()| true));
        let given_up = new(3);
        let waiting = given_up.run(async |_| pending::<()>().await, |()| true);
        assert!(waiting.now_or_never().is_none());
        drop((fine, failed, given_up));
        assert_eq!(kept(), [1]);
    }
}
