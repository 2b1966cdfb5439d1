//! How proofmark behaves towards the hosts that it talks to: the real binary against real sockets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test stops at the first surprise"
)]

mod down;
mod gauge;
mod named;
mod pace;
#[path = "../cli/support.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod support;
mod trap;
mod traps;
#[path = "../cli/ways.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod ways;
