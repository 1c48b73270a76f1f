//! What the steps of `cargo xtask test` did: counted from what the tests print, told at the end.

use std::time::Duration;

/// The tests of one step.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) ignored: u64,
}

impl Counts {
    /// Adds what a line such as `test result: ok. 3 passed; 0 failed; 1 ignored; ...` says; other lines say nothing.
    pub(crate) fn read(&mut self, line: &str) {
        let Some(result) = line.strip_prefix("test result: ") else {
            return;
        };
        for part in result.split(['.', ';']) {
            let mut words = part.split_whitespace();
            let count = words
                .next()
                .and_then(|word| word.parse::<u64>().ok())
                .unwrap_or(0);
            match words.next() {
                Some("passed") => self.passed += count,
                Some("failed") => self.failed += count,
                Some("ignored") => self.ignored += count,
                _ => {}
            }
        }
    }
}

/// One step, done.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) title: &'static str,
    pub(crate) counts: Counts,
    /// Why it failed; `None` when it did not.
    pub(crate) failure: Option<String>,
    pub(crate) time: Duration,
}

/// Prints a line for each step. An error names those that failed.
pub(crate) fn tell(steps: &[Step]) -> anyhow::Result<()> {
    println!("\n== Summary\n");
    for step in steps {
        let Counts {
            passed,
            failed,
            ignored,
        } = step.counts;
        let verdict = step.failure.as_deref().unwrap_or("ok");
        println!(
            "{:<24} {passed:>5} passed {failed:>3} failed {ignored:>3} ignored {:>5} s  {verdict}",
            step.title,
            step.time.as_secs()
        );
    }
    println!();
    let failed: Vec<&str> = steps
        .iter()
        .filter(|step| step.failure.is_some())
        .map(|step| step.title)
        .collect();
    if !failed.is_empty() {
        anyhow::bail!("failed: {}", failed.join(", "));
    }
    if steps.iter().map(|step| step.counts.passed).sum::<u64>() == 0 {
        anyhow::bail!("no test ran");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(passed: u64, failure: Option<&str>) -> Step {
        let counts = Counts {
            passed,
            ..Counts::default()
        };
        Step {
            title: "a step",
            counts,
            failure: failure.map(str::to_owned),
            time: Duration::ZERO,
        }
    }

    #[test]
    fn results_of_several_binaries_add_up() {
        let mut counts = Counts::default();
        counts.read("test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.03s");
        counts.read("test a::b ... ok");
        counts.read("test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 9 filtered out; finished in 1.03s");
        assert_eq!(
            counts,
            Counts {
                passed: 7,
                failed: 2,
                ignored: 1
            }
        );
    }

    #[test]
    fn a_failed_step_fails_the_run() {
        assert!(tell(&[step(3, None), step(9, Some("FAILED"))]).is_err());
        assert!(tell(&[step(3, None)]).is_ok());
    }

    #[test]
    fn a_run_without_any_test_is_no_success() {
        assert!(tell(&[step(0, None)]).is_err());
    }
}
