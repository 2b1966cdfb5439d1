//! Faults of the machine that runs proofmark: the real binary, killed, interrupted, and without disk, descriptors,
//! streams or a clock to rely on.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test stops at the first surprise, and says so where a tool it needs is not installed"
)]

mod clock;
mod descriptors;
mod disk;
mod environment;
mod killed;
#[path = "../cli/listener.rs"]
#[allow(dead_code, reason = "shared with the tests of the command line")]
mod listener;
mod machine;
mod places;
mod relay;
mod signals;
mod streams;
#[path = "../cli/support.rs"]
#[allow(dead_code, reason = "shared with the tests of the command line")]
mod support;
mod waits;
