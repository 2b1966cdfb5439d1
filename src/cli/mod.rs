//! The command line: arguments in, text and an exit code out.
//!
//! Environment, terminal and standard streams are touched here and nowhere else.

mod announce;
mod args;
mod attest;
mod bundle;
mod diff;
mod drive;
mod embedded;
mod ending;
mod explain;
mod files;
mod generate;
mod goals;
mod init;
mod input;
mod lint;
mod list;
mod live;
mod manual;
mod output;
mod page;
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
use clap::{ColorChoice, FromArgMatches as _, ValueEnum as _};
use output::Failure;
use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    std::panic::set_hook(Box::new(own_fault));
    ending::heed();
    crate::clock::start();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    color(&arguments).write_global();
    // Beside its option, help would have next to no room on a narrow pane.
    let parsed = args::command().next_line_help(output::is_narrow()).try_get_matches_from(arguments);
    let cli = match parsed.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => {
            let code = if error.use_stderr() { Exit::BadInput } else { Exit::Held };
            output::usage(&error);
            return printed(code).into();
        }
    };
    let exit = dispatch(cli.command).unwrap_or_else(|failure| {
        output::error(&failure.message);
        failure.exit
    });
    printed(exit).into()
}

/// Ends the process because of a panic, in whichever thread: that is a fault of ours. Its message may hold what was
/// being worked on, so only its place is shown. Releases are compiled without unwinding, so nothing could go on.
#[expect(clippy::exit, reason = "a panic leaves no way back to main")]
fn own_fault(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
    output::error(&format!("proofmark failed{place}; this is a fault of proofmark, please report it"));
    std::process::exit(Exit::OwnFailure.code().into());
}

/// What a command ends with, where what it printed may have been lost.
fn printed(exit: Exit) -> Exit {
    match output::unprinted() {
        Some(error) => {
            output::error(&error);
            if matches!(exit, Exit::BadInput | Exit::Interrupted) { exit } else { Exit::OwnFailure }
        }
        None => exit,
    }
}

/// What `--color` says, found before the arguments are read, since what is wrong with them is coloured too.
fn color(arguments: &[OsString]) -> anstream::ColorChoice {
    const OPTION: &str = "--color";
    let words: Vec<&str> =
        arguments.iter().filter_map(|word| word.to_str()).take_while(|word| *word != "--").collect();
    let apart = words.windows(2).filter(|pair| pair[0] == OPTION).map(|pair| pair[1]);
    let joined = words.iter().filter_map(|word| word.strip_prefix(OPTION)?.strip_prefix('='));
    match apart.chain(joined).last().and_then(|when| ColorChoice::from_str(when, false).ok()) {
        Some(ColorChoice::Always) => anstream::ColorChoice::Always,
        Some(ColorChoice::Never) => anstream::ColorChoice::Never,
        Some(ColorChoice::Auto) | None if unforced() => anstream::ColorChoice::Never,
        Some(ColorChoice::Auto) | None => anstream::ColorChoice::Auto,
    }
}

/// Whether `CLICOLOR_FORCE` is there only to say that nothing is forced, where nobody sees a terminal.
fn unforced() -> bool {
    use std::io::IsTerminal as _;
    std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| value == "0") && !std::io::stdout().is_terminal()
}

fn dispatch(command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Run(args) => run::run(&args),
        Command::List(args) => list::cases(&args),
        Command::Explain { topic, suite } => explain::topic(&topic, &suite),
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
        Command::Completions { shell } => Ok(manual::completions(shell)),
        Command::Man { output } => manual::man(output.as_deref()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::{Exit, own_fault};
    use std::process::Command;

    /// Set in a process of its own, which is to panic.
    const PANICS: &str = "PROOFMARK_TEST_PANICS";

    #[test]
    fn a_panic_in_any_thread_says_where_and_never_what() {
        if std::env::var_os(PANICS).is_some() {
            std::panic::set_hook(Box::new(own_fault));
            let _ = std::thread::spawn(|| panic!("canary-{}", 20_000 + 31)).join();
            return;
        }
        let name = "cli::tests::a_panic_in_any_thread_says_where_and_never_what";
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture"])
            .envs([(PANICS, "1"), ("RUST_BACKTRACE", "full")])
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(Exit::OwnFailure.code().into()), "{said}");
        assert!(said.contains("a fault of proofmark") && said.contains("mod.rs:"), "{said}");
        assert!(!said.contains("canary-20031"), "{said}");
    }
}
