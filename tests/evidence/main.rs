//! Attestations and requirement sets: the real binary, real files, and tools that others wrote.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test stops at the first surprise, and says so where a tool it needs is not installed"
)]

mod bundle;
mod changed;
mod docs;
mod journal;
mod keys;
mod sets;
#[path = "../cli/support.rs"]
#[allow(dead_code, reason = "shared with the tests of the command line")]
mod support;
