//! The command line. Same names as `spin up`, so that a script can use either.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;

/// Runs this repository's `spin.toml` where the Spin CLI is not installed.
#[derive(Debug, Parser)]
#[command(name = "devhost", version)]
pub(crate) struct Cli {
    /// May be left out: it is the only command.
    #[arg(value_parser = ["up"], hide_possible_values = true, value_name = "up")]
    command: Option<String>,

    /// The application's manifest.
    #[arg(
        short = 'f',
        long = "from",
        alias = "file",
        default_value = "spin.toml"
    )]
    pub(crate) from: PathBuf,

    /// The address to serve on; port 0 picks a free one.
    #[arg(long, default_value = "127.0.0.1:3000")]
    pub(crate) listen: SocketAddr,

    /// Settings of this machine: variable providers and databases.
    #[arg(long)]
    pub(crate) runtime_config_file: Option<PathBuf>,

    /// Where the default SQLite database lies. Default: `.spin` beside the manifest.
    #[arg(long)]
    pub(crate) state_dir: Option<PathBuf>,

    /// An application variable, `key=value`; wins over every other source. May be repeated.
    #[arg(long = "variable", value_name = "KEY=VALUE", value_parser = parse_variable)]
    pub(crate) variables: Vec<(String, String)>,
}

fn parse_variable(argument: &str) -> Result<(String, String), String> {
    let (key, value) = argument.split_once('=').ok_or("expected KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_may_be_left_out() {
        for arguments in [vec!["devhost"], vec!["devhost", "up"]] {
            let cli = Cli::parse_from(arguments);
            assert_eq!(cli.from, PathBuf::from("spin.toml"));
            assert_eq!(cli.listen, "127.0.0.1:3000".parse().unwrap());
        }
    }

    #[test]
    fn another_command_is_refused() {
        assert!(Cli::try_parse_from(["devhost", "build"]).is_err());
    }

    #[test]
    fn a_variable_keeps_equal_signs_of_its_value() {
        let cli = Cli::parse_from(["devhost", "up", "--variable", "url=a?b=c"]);
        assert_eq!(cli.variables, [("url".to_owned(), "a?b=c".to_owned())]);
    }
}
