//! README.md and docs/ stay true: every command of a session is run as it stands there, and its output is what is shown; every
//! link and every path leads to a file.

mod paths;
mod session;
mod shown;

/// Where a newcomer starts, and what follows. docs/events.md has a test of its own, `any_automation`.
const WITH_SESSIONS: [&str; 2] = ["README.md", "docs/api.md"];

const ALL: [&str; 8] = [
    "README.md",
    "docs/api.md",
    "docs/configuration.md",
    "docs/deploy.md",
    "docs/runbook.md",
    "docs/scaling.md",
    "docs/ARCHITECTURE.md",
    "docs/events.md",
];
