//! What a page looks like: the window, the colour scheme, pictures, and what the browser has to complain about.

use std::env;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::Browser;

/// What it is like where somebody looks at the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// A window on a desk.
    Light,
    /// The same with a dark scheme.
    Dark,
    /// A phone.
    Phone,
}

impl Browser {
    #[track_caller]
    fn devtools(&self, method: &str, parameters: Value) {
        let call = self.driver().cdp();
        self.run(method, async { call.send_raw(method, parameters).await });
    }

    /// Changes the window and the colour scheme.
    #[track_caller]
    pub fn set_look(&self, look: Look) {
        let (width, height) = if look == Look::Phone {
            (390, 844)
        } else {
            (1200, 860)
        };
        let scale = if look == Look::Phone { 2 } else { 1 };
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": scale, "mobile": look == Look::Phone});
        self.devtools("Emulation.setDeviceMetricsOverride", metrics);
        let scheme = if look == Look::Dark { "dark" } else { "light" };
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.devtools("Emulation.setEmulatedMedia", features);
    }

    /// The clock of the browser's zone.
    #[track_caller]
    pub fn set_zone(&self, zone: &str) {
        self.devtools("Emulation.setTimezoneOverride", json!({"timezoneId": zone}));
    }

    /// What the browser has to complain about: errors of scripts, refusals by the content security policy. Answers with an error
    /// status are among them, too; those in `expected` are left out.
    #[track_caller]
    pub fn complaints(&self, expected: &[&str]) -> Vec<String> {
        let log = self.run("the log", self.driver().browser_log());
        let lines = log.into_iter().map(|entry| entry.message);
        lines
            .filter(|line| !expected.iter().any(|part| line.contains(part)))
            .collect()
    }

    /// A picture of what can be seen, in `target/screenshots`, to be looked at.
    #[track_caller]
    pub fn screenshot(&self, name: &str) -> PathBuf {
        let file = screenshots().join(format!("{name}.png"));
        // What moves comes to rest first.
        self.eval("await Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {})));");
        self.run("a screenshot", self.driver().screenshot(&file));
        file
    }
}

/// Beside the test programs' folder.
pub(super) fn screenshots() -> PathBuf {
    let program = env::current_exe().unwrap_or_default();
    let target = program.ancestors().nth(3).unwrap_or(Path::new("."));
    let folder = target.join("screenshots");
    std::fs::create_dir_all(&folder).expect("a folder for screenshots");
    folder
}
