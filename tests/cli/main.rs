//! The command line as its users meet it: the real binary, real files, real sockets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test stops at the first surprise, and says so where a tool it needs is not installed"
)]

mod budget;
mod catalogue;
mod color;
mod completions;
mod config;
mod curl;
mod determinism;
mod dialect;
mod effects;
mod environment;
mod family;
mod fields;
mod flaky;
mod generate;
mod history;
mod hook;
mod init;
mod journal;
mod lint;
mod listener;
mod mends;
mod moody;
mod narrow;
mod network;
mod openapi;
mod probe;
mod refused;
mod reports;
mod resume;
mod run;
mod secrets;
mod snapshot;
mod sources;
mod support;
mod trend;
mod unjudged;
mod ways;
