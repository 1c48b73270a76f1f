//! Running a program that refuses to be root, when we are root: as Debian's `postgres` user, or `nobody`.

use anyhow::Context;
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::Command;

const USERS: [&str; 2] = ["postgres", "nobody"];

/// `program`, as another user when this process is root.
///
/// That user keeps one right of root, to pass through folders that only root may enter: the data may lie in a home or a
/// temporary folder.
pub(crate) fn command(program: &Path) -> Command {
    let Some((uid, gid)) = user() else {
        return Command::new(program);
    };
    let mut command = Command::new("setpriv");
    let words = format!("--pdeathsig KILL --reuid {uid} --regid {gid} --clear-groups");
    command.args(words.split(' '));
    if let Some(right) = right_to_pass() {
        command
            .arg(format!("--inh-caps=+{right}"))
            .arg(format!("--ambient-caps=+{right}"));
    }
    command.arg("--").arg(program);
    command
}

/// Makes `folder`, its own and nobody else's, for a program started by [`command`].
pub(crate) fn create_folder(folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    if let Some((uid, gid)) = user() {
        chown(folder, Some(uid), Some(gid))?;
    }
    Ok(())
}

/// User and group to become; `None` when this process is not root.
fn user() -> Option<(u32, u32)> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").ok()?;
    USERS
        .iter()
        .find_map(|name| users.lines().find_map(|line| ids(line, name)))
}

/// The ids in a line of /etc/passwd (`name:password:uid:gid:...`), when it is that of `name`.
fn ids(line: &str, name: &str) -> Option<(u32, u32)> {
    let mut fields = line.split(':');
    if fields.next()? != name {
        return None;
    }
    let uid = fields.nth(1)?.parse().ok()?;
    Some((uid, fields.next()?.parse().ok()?))
}

/// The lesser of the two capabilities that let a process pass any folder, of those that this process may hand on.
fn right_to_pass() -> Option<&'static str> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let bounds = status
        .lines()
        .find_map(|line| line.strip_prefix("CapBnd:"))?;
    let bounds = u64::from_str_radix(bounds.trim(), 16).ok()?;
    // The bits are those of linux/capability.h.
    [(2, "dac_read_search"), (1, "dac_override")]
        .into_iter()
        .find(|(bit, _)| bounds >> bit & 1 == 1)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_from_the_line_of_that_user_only() {
        let line = "postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash";
        assert_eq!(ids(line, "postgres"), Some((101, 104)));
        assert_eq!(ids(line, "post"), None);
        assert_eq!(ids("broken", "broken"), None);
    }
}
