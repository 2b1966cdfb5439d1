//! The suite as single tests: against the embedded wallet, or against the target of the configuration that
//! `PROOFMARK_CONFIG` names.

use libtest_mimic::Arguments;
use proofmark::config::{Config, Limits};
use proofmark::reference::{Settings, Wallet};
use proofmark::trials::{Plan, against};
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    match conclude(&arguments) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

fn conclude(arguments: &Arguments) -> Result<ExitCode, String> {
    // Held until all trials have run: the wallet stops when it is dropped.
    let mut wallet = None;
    let config = match std::env::var_os("PROOFMARK_CONFIG") {
        Some(path) => Config::load(Path::new(&path), None, &|name| std::env::var(name).ok())
            .map_err(|problem| problem.to_string())?,
        None => {
            let started = Wallet::start(Settings::default()).map_err(|error| error.to_string())?;
            let config = proofmark::embedded::config(&started.base_url(), Limits::default());
            wallet = Some(started);
            config
        }
    };
    let trials = against(config, &Plan::default())?;
    let conclusion = libtest_mimic::run(arguments, trials);
    drop(wallet);
    Ok(conclusion.exit_code())
}
