//! A connection that all requests of an instance share, statement by statement. One of an instance's own for each request would
//! leave an instance waiting for the pool of the host while its neighbours rest on what they keep, and they for it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::thread::LocalKey;
use std::time::{Duration, Instant};

/// The connections of the instance, one for each address.
pub(crate) type Connections<C> = RefCell<Vec<Connection<C>>>;

/// A connection that requests use.
pub(crate) struct Connection<C> {
    address: Rc<str>,
    connection: Rc<C>,
    used: Rc<Cell<Instant>>,
}

impl<C> Clone for Connection<C> {
    fn clone(&self) -> Self {
        Self {
            address: self.address.clone(),
            connection: self.connection.clone(),
            used: self.used.clone(),
        }
    }
}

/// The use of it by one request.
pub(crate) struct Shared<C: 'static> {
    connection: Connection<C>,
    all: &'static LocalKey<Connections<C>>,
}

impl<C> Shared<C> {
    /// One that was just opened. It becomes the instance's, unless another request was faster.
    pub(crate) fn new(
        all: &'static LocalKey<Connections<C>>,
        address: &str,
        connection: C,
    ) -> Self {
        let connection = Connection {
            address: address.into(),
            connection: Rc::new(connection),
            used: Rc::new(Cell::new(Instant::now())),
        };
        all.with_borrow_mut(|all| {
            if all.iter().all(|known| *known.address != *address) {
                all.push(connection.clone());
            }
        });
        Self { connection, all }
    }

    /// The instance's connection to this address. One that nobody has used for as long as `stale` is closed instead.
    pub(crate) fn again(
        all: &'static LocalKey<Connections<C>>,
        address: &str,
        stale: Duration,
    ) -> Option<Self> {
        let connection = all.with_borrow_mut(|all| {
            all.retain(|known| {
                Rc::strong_count(&known.connection) > 1 || known.used.get().elapsed() < stale
            });
            all.iter().find(|known| *known.address == *address).cloned()
        })?;
        Some(Self { connection, all })
    }

    /// Runs a statement. `in_order` says of its result whether the connection can take another one.
    pub(crate) async fn run<T>(
        &self,
        statement: impl AsyncFnOnce(&C) -> T,
        in_order: impl FnOnce(&T) -> bool,
    ) -> T {
        let result = statement(&self.connection.connection).await;
        self.connection.used.set(Instant::now());
        if !in_order(&result) {
            // Those who have it find out for themselves.
            self.all.with_borrow_mut(|all| {
                all.retain(|known| !Rc::ptr_eq(&known.connection, &self.connection.connection));
            });
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::executor::block_on;

    thread_local! {
        static ALL: Connections<u32> = const { RefCell::new(Vec::new()) };
    }

    fn again(address: &str, stale: Duration) -> Option<u32> {
        let shared = Shared::again(&ALL, address, stale)?;
        Some(*shared.connection.connection)
    }

    #[test]
    fn requests_share_the_first_connection_to_an_address() {
        let one = Shared::new(&ALL, "a", 1);
        let other = Shared::new(&ALL, "a", 2);
        assert_eq!(again("a", Duration::MAX), Some(1));
        assert_eq!(again("b", Duration::MAX), None, "another address");
        drop((one, other));
        assert_eq!(again("a", Duration::MAX), Some(1), "it is kept");
    }

    #[test]
    fn one_that_nobody_has_used_for_long_is_closed() {
        let one = Shared::new(&ALL, "a", 1);
        assert_eq!(again("a", Duration::ZERO), Some(1), "it is in use");
        drop(one);
        assert_eq!(again("a", Duration::ZERO), None);
        assert_eq!(again("a", Duration::MAX), None);
    }

    #[test]
    fn one_that_broke_is_nobodys_any_more() {
        let one = Shared::new(&ALL, "a", 1);
        block_on(one.run(async |_| (), |()| true));
        assert_eq!(again("a", Duration::MAX), Some(1));
        block_on(one.run(async |_| (), |()| false));
        assert_eq!(again("a", Duration::MAX), None);
    }
}
