//! Calls before anything is measured: a broker that has just started compiles for a while, and connections are opened.

use crate::ask::{Call, plan};
use crate::load::{self, Load};
use anyhow::Context;
use std::net::SocketAddr;
use std::time::Duration;

/// Creates tasks for so long; `pace` is calls per second, `None` as fast as it goes.
pub(crate) fn warm_up(
    address: SocketAddr,
    connections: usize,
    time: Duration,
    pace: Option<f64>,
) -> anyhow::Result<()> {
    let load = Load {
        address,
        connections,
        time,
        pace,
        most: usize::MAX,
    };
    // Creations need no task that is there.
    load::run(&load, &plan(Call::Create, &[], connections, "warm up"))
        .context("warming up")
        .map(drop)
}
