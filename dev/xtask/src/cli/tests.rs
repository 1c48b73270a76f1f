//! What the command line takes.

use super::*;
use clap::CommandFactory;

#[test]
fn the_command_line_is_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn run_listens_on_the_documented_address() {
    let cli = Cli::parse_from(["xtask", "run"]);
    assert!(
        matches!(cli.command, Command::Run(args) if args.listen.to_string() == "127.0.0.1:3000")
    );
}

#[test]
fn run_passes_variables_on() {
    let of = |text| Cli::try_parse_from(["xtask", "run", "--variable", text]);
    let cli = of("jwt_secret=a=b").unwrap();
    let expected = ("jwt_secret".to_owned(), "a=b".to_owned());
    assert!(matches!(cli.command, Command::Run(args) if args.variables == [expected]));
    for wrong in ["auth", "=jwt"] {
        assert!(of(wrong).unwrap_err().to_string().contains("auth=jwt"));
    }
}

#[test]
fn run_listens_on_a_name_of_this_machine_and_says_what_else_it_takes() {
    assert_eq!(
        address("localhost:3001").unwrap().to_string(),
        "127.0.0.1:3001"
    );
    assert_eq!(address("[::1]:3001").unwrap().to_string(), "[::1]:3001");
    for wrong in ["3001", ":3001", "127.0.0.1", "localhost", "127.0.0.1:99999"] {
        assert!(
            address(wrong).unwrap_err().contains("127.0.0.1:3000"),
            "{wrong}"
        );
    }
}
