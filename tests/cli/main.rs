//! The command line as its users meet it: the real binary, real files, real sockets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test stops at the first surprise, and says so where a tool it needs is not installed"
)]

mod catalogue;
mod determinism;
mod generate;
mod listener;
mod network;
mod refused;
mod run;
mod snapshot;
mod support;
mod unjudged;
