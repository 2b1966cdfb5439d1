//! The reference wallet over real sockets: its correct flow, each refusal, its idempotency, its signatures, and
//! its faults and variants.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod bench;
mod broken;
mod correct;
mod lab;
mod varied;
