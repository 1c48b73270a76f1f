//! The database that all tests of this binary share: filled, analysed, and its log read one call at a time.

use std::fs;
use std::sync::{Mutex, MutexGuard, OnceLock};

use e2e::{Client, Database, LocalHost, Reply, report};

use crate::explain::{self, Plan};

/// The user with 100,000 tasks.
pub(crate) const USER: &str = "big";

/// Every statement from now on is explained into the log; counting is on and clocks per node are off, which would double
/// the time of a statement.
const EXPLAIN: &str = "
    ALTER DATABASE todo SET session_preload_libraries = 'auto_explain';
    ALTER DATABASE todo SET auto_explain.log_min_duration = 0;
    ALTER DATABASE todo SET auto_explain.log_format = 'json';
    ALTER DATABASE todo SET auto_explain.log_analyze = on;
    ALTER DATABASE todo SET auto_explain.log_buffers = on;
    ALTER DATABASE todo SET auto_explain.log_timing = off;";

pub(crate) struct World {
    host: LocalHost,
}

/// The one world. While a test has it, no other makes calls.
pub(crate) fn world() -> MutexGuard<'static, World> {
    static WORLD: OnceLock<Mutex<World>> = OnceLock::new();
    WORLD
        .get_or_init(|| Mutex::new(World::start()))
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl World {
    fn start() -> Self {
        let host = LocalHost::start_on_postgres("pg_plans");
        let begun = std::time::Instant::now();
        for part in include_str!("seed.sql").split("\n\n") {
            host.database().sql(part);
        }
        report(&format!("filled within {:.0?}", begun.elapsed()));
        host.database().sql(EXPLAIN);
        Self { host }
    }

    pub(crate) fn client(&self) -> Client {
        self.host.client()
    }

    pub(crate) fn database(&self) -> &Database {
        self.host.database()
    }

    /// Makes a call that must succeed, and returns the plan of the first statement whose text has `part`.
    #[track_caller]
    pub(crate) fn plan(&self, method: &str, path: &str, part: &str) -> (Plan, Reply) {
        let log = self.database().log();
        let start = fs::metadata(log).expect("the log").len();
        let reply = self.client().call(method, path).send().expect(200);
        let plan = e2e::eventually(e2e::SOON, &format!("{part} of {path}"), || {
            let all = fs::read(log).expect("the log");
            let new = String::from_utf8_lossy(&all[usize::try_from(start).expect("a length")..])
                .into_owned();
            // A line that is not yet whole is looked at again.
            let whole = new.rfind("\n2").map_or("", |end| &new[..end]);
            let whole = if new.ends_with("}\n") { &new } else { whole };
            explain::read(whole)
                .into_iter()
                .find(|plan| plan.sql.contains(part))
        });
        (plan, reply)
    }
}
