//! What a run costs: how small it makes what breaks and with how many requests, and whether it keeps what it sends.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test stops at the first surprise, and says so where a tool it needs is not installed"
)]

mod growth;
mod shrinking;
#[allow(dead_code, reason = "what the tests of the command line share is more than is used here")]
#[path = "../cli/support.rs"]
mod support;
