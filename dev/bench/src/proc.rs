//! What the kernel says of processes: CPU time and memory of a process with all its children, and what the machine is.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

/// `sysconf(_SC_CLK_TCK)` is 100 on every Linux that Rust runs on.
const TICKS_PER_SECOND: u64 = 100;

/// A process as /proc/PID/stat tells of it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stat {
    parent: u32,
    ticks: u64,
}

/// The machine that was measured on.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Machine {
    pub(crate) cpu: String,
    pub(crate) cores: usize,
    pub(crate) memory_gib: f64,
    pub(crate) kernel: String,
}

/// CPU time so far of `root` and of everything below it that still runs.
pub(crate) fn cpu(root: u32) -> Duration {
    let all = processes();
    let ticks: u64 = tree(&all, root)
        .iter()
        .filter_map(|id| Some(all.get(id)?.ticks))
        .sum();
    Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND)
}

/// Memory in MB of `root` and of everything below it; a page that several share is counted once.
pub(crate) fn memory_mb(root: u32) -> f64 {
    let all = processes();
    let bytes: u64 = tree(&all, root).iter().map(|id| memory_kib(*id)).sum();
    bytes as f64 * 1024.0 / 1_000_000.0
}

fn memory_kib(id: u32) -> u64 {
    let rollup = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).unwrap_or_default();
    field_kib(&rollup, "Pss").unwrap_or_else(|| {
        let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        field_kib(&status, "VmRSS").unwrap_or(0)
    })
}

/// The machine that this runs on.
pub(crate) fn machine() -> Machine {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let kib = field_kib(&memory, "MemTotal").unwrap_or(0);
    Machine {
        cpu: cpu_model(&cpus),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        memory_gib: kib as f64 / f64::from(1 << 20),
        kernel: kernel.trim().to_owned(),
    }
}

fn cpu_model(cpuinfo: &str) -> String {
    let found = cpuinfo.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        (name.trim() == "model name").then(|| value.trim().to_owned())
    });
    found.unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

/// `Name:   123 kB`
fn field_kib(text: &str, name: &str) -> Option<u64> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.split_whitespace().next()?.parse().ok()
}

fn processes() -> BTreeMap<u32, Stat> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let id = entry.file_name().to_str()?.parse().ok()?;
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            Some((id, stat_of(&stat)?))
        })
        .collect()
}

/// `PID (NAME) STATE PPID ...`, where the name may have spaces and parentheses.
fn stat_of(text: &str) -> Option<Stat> {
    let (_, rest) = text.rsplit_once(") ")?;
    let mut fields = rest.split(' ').skip(1);
    let parent = fields.next()?.parse().ok()?;
    // utime is field 14, stime 15; the parent is 4.
    let mut times = fields.skip(9);
    let user: u64 = times.next()?.parse().ok()?;
    let system: u64 = times.next()?.parse().ok()?;
    Some(Stat {
        parent,
        ticks: user + system,
    })
}

/// `root` and all that descend from it.
fn tree(all: &BTreeMap<u32, Stat>, root: u32) -> Vec<u32> {
    let mut found = vec![root];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        next += 1;
        let children = all.iter().filter(|(_, stat)| stat.parent == parent);
        found.extend(children.map(|(id, _)| *id));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stat_line_is_read_whatever_the_program_is_called() {
        let line =
            "42 (a) b (c)) S 7 42 42 0 -1 4194560 3000 5 1 0 120 30 9 9 20 0 8 0 100 1000 50";
        let expected = Stat {
            parent: 7,
            ticks: 150,
        };
        assert_eq!(stat_of(line), Some(expected));
        assert_eq!(stat_of("42 (a"), None);
    }

    #[test]
    fn a_tree_has_grandchildren_and_no_strangers() {
        let stat = |parent| Stat { parent, ticks: 0 };
        let all = BTreeMap::from([(1, stat(0)), (2, stat(1)), (3, stat(2)), (4, stat(0))]);
        assert_eq!(tree(&all, 1), [1, 2, 3]);
        assert_eq!(tree(&all, 3), [3]);
    }

    #[test]
    fn fields_of_memory_are_found_by_their_whole_name() {
        let text = "Rss:  10 kB\nPss_Dirty:   3 kB\nPss:             1234 kB\n";
        assert_eq!(field_kib(text, "Pss"), Some(1234));
        assert_eq!(field_kib(text, "VmRSS"), None);
    }

    #[test]
    fn the_model_of_the_processor_is_named() {
        let text = "processor\t: 0\nmodel\t\t: 1\nmodel name\t: Fast CPU @ 3 GHz\n";
        assert_eq!(cpu_model(text), "Fast CPU @ 3 GHz");
        assert_eq!(cpu_model(""), std::env::consts::ARCH);
    }

    #[test]
    fn work_of_this_process_is_seen() {
        let before = cpu(std::process::id());
        let mut x = 1_u64;
        while cpu(std::process::id()) < before + Duration::from_millis(30) {
            x = x.wrapping_mul(3);
        }
        assert!(x != 0 && memory_mb(std::process::id()) > 0.5);
    }
}
