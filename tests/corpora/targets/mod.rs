//! What each fuzz target does with the bytes that it is given: it panics where proofmark breaks a promise.
//!
//! The targets in `fuzz/` and the test `corpora` share these functions, so that what was found once is looked at in
//! every `cargo test`.
#![allow(unreachable_pub, reason = "one of the crates that this is a module of shows them")]

mod canonical;
mod case;
mod config;
mod contract;
mod generate;
mod journal;
mod outputs;
mod report;
mod response;
mod signature;
mod snapshot;
mod suites;
mod values;

pub use canonical::canonical;
pub use case::case;
pub use config::config;
pub use contract::contract;
pub use generate::generate;
pub use journal::journal;
pub use report::report;
pub use response::response;
pub use signature::signature;
pub use snapshot::snapshot;

use proofmark::contract::problem::Problem;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// The name that files have here.
const NAME: &str = "input";

/// The text of a file, which is not looked at where it is none.
fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}

/// What a future gives that waits for nothing, as headers are where nothing is signed.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits for something"),
    }
}

/// Holds problems of a text against what every problem promises: a place that is in the file, and words.
fn told(text: &str, problems: &[Problem]) {
    // YAML ends lines with carriage returns too.
    let lines = text.matches(['\n', '\r']).count() + 2;
    for problem in problems {
        assert!(!problem.message.is_empty(), "a problem without words: {problem:?}");
        assert!(problem.line.is_none_or(|line| (1..=lines).contains(&line)), "{lines} lines: {problem:?}");
    }
}
