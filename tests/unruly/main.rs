//! Targets that behave badly on the way to an answer: TLS, HTTP/2, limits, outages. The real binary against real
//! sockets; what each behaviour has to come to stands in [`table`].
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test stops at the first surprise"
)]

mod gate;
mod http2;
mod judge;
#[path = "../cli/support.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod support;
mod table;
mod tls;
#[path = "../manners/trap.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod trap;
#[path = "../cli/ways.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod ways;
