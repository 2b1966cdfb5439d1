//! The suites of the family: case files for several operations, and the reference wallet's payments and messages over
//! real sockets.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod explain;
mod files;
mod suites;
mod wallet;
