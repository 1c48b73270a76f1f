//! Connections that an instance keeps from one request to the next. A connection belongs to one request at a time: statements of
//! several would wait for one another on it, and all of them fail when it breaks.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::thread::LocalKey;
use std::time::{Duration, Instant};

/// How many an instance keeps. Each is one of the 64 that Spin opens for a component, for as long as the instance lives.
const MOST: usize = 4;

/// The connections that no request uses now, each with its address and since when.
pub(crate) type Idle<C> = RefCell<Vec<(String, Rc<C>, Instant)>>;

/// A connection in use. It is kept when it is dropped, unless the end of one of its statements was not seen.
pub(crate) struct Kept<C: 'static> {
    connection: Rc<C>,
    address: String,
    /// Statements of which the end was not seen: the connection broke, or the caller gave up.
    unfinished: Cell<u32>,
    idle: &'static LocalKey<Idle<C>>,
}

impl<C> Kept<C> {
    /// One that was just opened.
    pub(crate) fn new(idle: &'static LocalKey<Idle<C>>, address: &str, connection: C) -> Self {
        Self::of(idle, address.to_owned(), Rc::new(connection))
    }

    fn of(idle: &'static LocalKey<Idle<C>>, address: String, connection: Rc<C>) -> Self {
        Self {
            connection,
            address,
            unfinished: Cell::new(0),
            idle,
        }
    }

    /// The one to this address that was used last. Those that nobody has used for as long as `stale` are dropped.
    pub(crate) fn again(
        idle: &'static LocalKey<Idle<C>>,
        address: &str,
        stale: Duration,
    ) -> Option<Self> {
        let found = idle.with_borrow_mut(|all| {
            all.retain(|(.., since)| since.elapsed() < stale);
            let place = all.iter().rposition(|(of, ..)| of == address)?;
            Some(all.remove(place))
        });
        let (address, connection, _) = found?;
        Some(Self::of(idle, address, connection))
    }

    /// Runs a statement. `ended` says of its result whether the connection can take another one.
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
        let address = std::mem::take(&mut self.address);
        self.idle.with_borrow_mut(|all| {
            if all.len() < MOST {
                all.push((address, self.connection.clone(), Instant::now()));
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
        IDLE.with_borrow(|all| all.iter().map(|(_, connection, _)| **connection).collect())
    }

    fn again(address: &str) -> Option<Kept<u32>> {
        Kept::again(&IDLE, address, Duration::MAX)
    }

    fn new(connection: u32) -> Kept<u32> {
        Kept::new(&IDLE, "a", connection)
    }

    #[test]
    fn the_last_one_to_an_address_is_used_again_by_one_request_at_a_time() {
        let (one, two) = (new(1), new(2));
        assert!(again("a").is_none(), "both are in use");
        drop(one);
        drop(two);
        assert!(again("b").is_none(), "another address");
        let last = again("a").unwrap();
        assert_eq!((*last.connection, kept()), (2, vec![1]));
    }

    #[test]
    fn one_that_nobody_has_used_for_long_is_dropped() {
        drop(new(1));
        assert!(Kept::again(&IDLE, "a", Duration::ZERO).is_none());
        assert_eq!(kept().len(), 0);
    }

    #[test]
    fn only_so_many_are_kept() {
        drop((0..10).map(new).collect::<Vec<_>>());
        assert_eq!(kept().len(), MOST);
    }

    #[test]
    fn one_is_not_kept_when_a_statement_broke_it_or_was_given_up() {
        let fine = new(1);
        block_on(fine.run(async |_| (), |()| true));
        let broken = new(2);
        block_on(broken.run(async |_| (), |()| false));
        block_on(broken.run(async |_| (), |()| true));
        let given_up = new(3);
        let waiting = given_up.run(async |_| pending::<()>().await, |()| true);
        assert!(waiting.now_or_never().is_none());
        drop((fine, broken, given_up));
        assert_eq!(kept(), [1]);
    }
}
