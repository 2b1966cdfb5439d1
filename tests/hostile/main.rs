//! Targets that do everything that a target must not do, over plain sockets: what the binary makes of each, how long
//! it takes and how much memory, and that it talks to nobody else.
//!
//! [`table`] holds all of them with what is expected, and `docs/hostile.md` the same in words.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test stops at the first surprise"
)]

mod docs;
mod expect;
mod message;
mod play;
mod plays;
mod run;
mod server;
mod table;
mod trap;
mod wallet;

use libtest_mimic::{Arguments, Trial};
use std::sync::Arc;

fn main() -> std::process::ExitCode {
    let mut arguments = Arguments::from_args();
    // They wait for most of their time.
    arguments.test_threads.get_or_insert(4);
    let wallet = Arc::new(wallet::Wallet::start());
    let mut trials: Vec<Trial> = table::all()
        .into_iter()
        .map(|behaviour| {
            let wallet = Arc::clone(&wallet);
            Trial::test(behaviour.name, move || expect::met(&behaviour, &wallet).map_err(Into::into))
        })
        .collect();
    trials.push(Trial::test("the page tells what the table holds", || docs::agree().map_err(Into::into)));
    let conclusion = libtest_mimic::run(&arguments, trials);
    wallet.stop();
    conclusion.exit_code()
}
