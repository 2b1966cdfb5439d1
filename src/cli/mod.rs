//! The command line: arguments in, text and an exit code out.
//!
//! Environment, terminal and standard streams are touched here and nowhere else.

mod args;
mod attest;
mod bundle;
mod diff;
mod embedded;
mod ending;
mod explain;
mod generate;
mod goals;
mod init;
mod input;
mod lint;
mod list;
mod live;
mod output;
mod probe;
mod progress;
mod replay;
mod reports;
mod requirements;
mod rounds;
mod run;
mod selftest;
mod serve;
mod snapshot;
mod source;
mod trend;
mod verify;

use crate::exit::Exit;
use args::{Cli, Command};
use clap::Parser;
use output::Failure;
use std::process::ExitCode;

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    // A panic is a fault of ours. Its message may hold what was being worked on, so only its place is shown.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
        output::error(&format!("proofmark failed{place}; this is a fault of proofmark, please report it"));
    }));
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let code = if error.use_stderr() { Exit::BadInput } else { Exit::Held };
            let _ = error.print();
            return code.into();
        }
    };
    match std::panic::catch_unwind(|| dispatch(cli.command)) {
        Ok(Ok(exit)) => exit.into(),
        Ok(Err(failure)) => {
            output::error(&failure.message);
            failure.exit.into()
        }
        Err(_) => Exit::OwnFailure.into(),
    }
}

fn dispatch(command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Run(args) => run::run(&args),
        Command::List(args) => list::cases(&args),
        Command::Explain { case_id, suite } => explain::case(&case_id, &suite),
        Command::Generate(args) => generate::payloads(&args),
        Command::Serve(args) => serve::serve(&args),
        Command::Faults { format, suites } => list::faults(format, &suites),
        Command::Selftest(args) => selftest::selftest(&args),
        Command::Diff(args) => diff::diff(&args),
        Command::Trend(args) => trend::trend(&args),
        Command::Accept(args) => snapshot::accept(&args),
        Command::Merge { shards, reports } => reports::merge(&shards, &reports),
        Command::Replay(args) => replay::replay(&args),
        Command::Attest(args) => attest::attest(&args),
        Command::Verify(args) => verify::verify(&args),
        Command::Requirements(args) => requirements::requirements(&args),
        Command::Probe(args) => probe::probe(&args),
        Command::Init(args) => init::init(&args),
        Command::Lint { file, contract } => lint::lint(&file, contract.as_deref()),
    }
}
