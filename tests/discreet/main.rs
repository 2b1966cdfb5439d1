//! Secrets stay secret, and what others wrote stays text: the real binary, real sockets, everything that is written.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
#![allow(
    clippy::assertions_on_constants,
    clippy::format_collect,
    clippy::print_stdout,
    reason = "what types can do is constant, texts are short, and a measurement is to be seen"
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
