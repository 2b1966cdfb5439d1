//! The suite as single tests: against the embedded wallet, or against the target of the configuration that
//! `PROOFMARK_CONFIG` names.

#![allow(clippy::print_stderr, reason = "this is a program of its own")]

use libtest_mimic::Arguments;
use proofmark::config::{Config, Limits};
use proofmark::reference::{Settings, Wallet};
use proofmark::trials::{Plan, against};
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    conclude(&arguments).unwrap_or_else(|message| {
        eprintln!("error: {message}");
        ExitCode::from(2)
    })
}

fn conclude(arguments: &Arguments) -> Result<ExitCode, String> {
    // Held until all trials have run: the wallet stops when it is dropped.
    let mut wallet = None;
    let config = if let Some(path) = std::env::var_os("PROOFMARK_CONFIG") {
        Config::load(Path::new(&path), None, &|name| std::env::var(name).ok())
            .map_err(|problem| problem.to_string())?
    } else {
        let started = Wallet::start(Settings::default()).map_err(|error| error.to_string())?;
        let config = proofmark::embedded::config(&started.base_url(), Limits::default());
        wallet = Some(started);
        config
    };
    let trials = against(config, &Plan::default())?;
    let conclusion = libtest_mimic::run(arguments, trials);
    drop(wallet);
    Ok(conclusion.exit_code())
}
