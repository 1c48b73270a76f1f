//! How big a component may be (README.md says why), and the table that says how big they are.

use crate::components::guest;
use stack::Wasi;

const LIMIT: u64 = 400_000;
const LARGE_LIMIT: u64 = 1_000_000;

/// Components with the time-zone database or signature checks inside.
const LARGE: [&str; 6] = [
    "tasks",
    "calendar-feed",
    "notifications",
    "history",
    "task-completed",
    "verify-token",
];

/// What the code of WASI 0.3 adds: waiting without holding up the other requests of an instance.
const MORE_FOR_WASI_03: u64 = 120_000;

/// The most bytes that a component may have.
fn limit(component: &str, wasi: Wasi) -> u64 {
    let limit = if LARGE.contains(&component) {
        LARGE_LIMIT
    } else {
        LIMIT
    };
    match wasi {
        Wasi::V02 => limit,
        Wasi::V03 => limit + MORE_FOR_WASI_03,
    }
}

/// Prints the sizes in KB (1,000 bytes). Returns the components over their limit.
pub(crate) fn report(sizes: &[(String, u64)], wasi: Wasi) -> Vec<String> {
    println!("\n{:<22} {:>8} {:>8}", "component", "KB", "limit");
    let mut over = Vec::new();
    for (name, size) in sizes {
        if name == guest(wasi) {
            println!("{name:<22} {:>8} {:>8}", size.div_ceil(1000), "-");
            continue;
        }
        let limit = limit(name, wasi);
        let verdict = if *size > limit { "  OVER" } else { "" };
        println!(
            "{name:<22} {:>8} {:>8}{verdict}",
            size.div_ceil(1000),
            limit / 1000
        );
        if *size > limit {
            over.push(name.clone());
        }
    }
    println!();
    over
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_over_its_own_limit_is_reported() {
        let sizes = [
            ("health", 400_001),
            ("history", 400_001),
            ("tasks", 1_000_001),
            ("task-events", 400_000),
        ];
        let sizes = sizes.map(|(name, size)| (name.to_owned(), size));
        assert_eq!(report(&sizes, Wasi::V02), ["health", "tasks"]);
    }
}
