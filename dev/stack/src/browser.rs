//! A browser for the tests of the page: Debian's Chromium, driven through its chromedriver.

use crate::process::GivenUp;
use crate::service::Service;
use crate::{apt_install, free_port, get_status, on_path};
use anyhow::Context;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const START_DEADLINE: Duration = Duration::from_secs(60);

/// The file of chromedriver, which finds the browser that belongs to it. Installs Debian's packages when it is not there.
///
/// # Errors
/// When it cannot be installed.
pub fn ensure_browser(given_up: GivenUp<'_>) -> anyhow::Result<PathBuf> {
    if let Some(found) = on_path("chromedriver") {
        return Ok(found);
    }
    let packages = ["chromium", "chromium-driver", "fonts-liberation"];
    apt_install(&packages, given_up)?;
    on_path("chromedriver")
        .context("the package chromium-driver is installed, but chromedriver is not on the PATH")
}

/// A chromedriver. It ends when this value is dropped, and its browsers with it.
#[derive(Debug)]
pub struct Chromedriver {
    port: u16,
    _service: Service,
}

impl Chromedriver {
    /// Starts it and waits until it answers. Its output goes to `log`.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(program: &Path, log: &Path) -> anyhow::Result<Self> {
        let port = free_port();
        let mut command = Command::new(program);
        command.arg(format!("--port={port}"));
        let mut service = Service::new("chromedriver", log.to_owned());
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let answers = || get_status(address, "/status").is_some();
        service.start(command, START_DEADLINE, answers)?;
        Ok(Self {
            port,
            _service: service,
        })
    }

    /// Where WebDriver's clients find it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}
