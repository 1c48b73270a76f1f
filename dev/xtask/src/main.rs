//! `cargo xtask`: the developer's commands. Each command is a module; this one only calls them.

mod bench;
mod build;
mod cli;
mod cluster;
mod cmd;
mod components;
mod full;
mod lint;
mod manifest;
mod migrate;
mod package;
mod paths;
mod prove;
mod rules;
mod run;
mod setup;
mod sizes;
mod summary;
mod test;
mod token;
mod toolchain;
mod variant;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let result = cmd::watch_signals().and_then(|()| match cli.command {
        cli::Command::Setup => setup::all(),
        cli::Command::Build(args) => build::build(&args),
        cli::Command::Package(args) => package::package(&args),
        cli::Command::Run(args) if args.full => full::run(&args),
        cli::Command::Run(args) => run::run(&args),
        cli::Command::Test(args) => test::test(&args),
        cli::Command::Cluster(args) => cluster::cluster(&args),
        cli::Command::Prove(args) => prove::prove(&args),
        cli::Command::Bench(args) => bench::bench(&args),
        cli::Command::Lint => lint::lint(),
        cli::Command::Migrate(args) => migrate::migrate(&args),
        cli::Command::Token(args) => token::token(&args),
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if cmd::interrupted() => {
            eprintln!("stopped: {error:#}");
            ExitCode::from(130)
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
