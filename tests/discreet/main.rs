//! Secrets stay secret, and what others wrote stays text: the real binary, real sockets, everything that is written.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test stops at the first surprise"
)]

mod canaries;
mod commands;
mod encodings;
mod everything;
mod forms;
mod help;
mod hostile;
mod mirror;
mod place;
mod silent;
mod types;
mod wrong;
