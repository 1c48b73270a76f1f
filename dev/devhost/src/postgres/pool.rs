//! The pools of connections, one per address.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod};
use tokio_postgres::Config;

use super::tls::AskOnly;

/// Connections per address and process.
const POOL_SIZE: usize = 64;

/// A connection that an instance holds; dropped, it goes back to its pool when the last statement has ended.
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct Connection(pub(super) Arc<Object>);

/// The pools of the process, by address. One is created when it is first asked for.
#[derive(Default)]
pub(crate) struct Pools(Mutex<HashMap<String, Pool>>);

impl Pools {
    /// A connection to `address`, a URL or `key=value` pairs.
    pub(super) async fn get(&self, address: &str) -> anyhow::Result<Object> {
        let pool = self
            .pool(address)
            .context("establishing PostgreSQL connection pool")?;
        Ok(pool.get().await?)
    }

    fn pool(&self, address: &str) -> anyhow::Result<Pool> {
        let mut pools = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pool) = pools.get(address) {
            return Ok(pool.clone());
        }
        let config = address
            .parse::<Config>()
            .context("parsing Postgres connection string")?;
        let recycling = ManagerConfig {
            recycling_method: RecyclingMethod::Clean,
        };
        let manager = Manager::from_config(config, AskOnly, recycling);
        let pool = Pool::builder(manager)
            .max_size(POOL_SIZE)
            .build()
            .context("building Postgres connection pool")?;
        pools.insert(address.to_owned(), pool.clone());
        Ok(pool)
    }
}
