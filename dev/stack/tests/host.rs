//! How a [`Host`] fails to start. That it starts and serves, the end-to-end tests show.

use stack::{Host, HostOptions};
use std::net::TcpListener;

#[test]
fn a_taken_port_is_a_clear_error() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let options = HostOptions {
        root: folder.path().into(),
        wasi: None,
        program: None,
        listen: Some(taken.local_addr().unwrap()),
        state_dir: folder.path().join("state"),
        runtime_config: None,
        variables: Vec::new(),
        log: folder.path().join("log"),
    };
    let error = Host::start(&options).unwrap_err().to_string();
    assert!(
        error.starts_with(&format!("cannot listen on {}", taken.local_addr().unwrap())),
        "{error}"
    );
}
