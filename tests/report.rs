//! Reports as readers meet them, and the laws of comparing and merging them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test stops at the first surprise, and says so where a tool it needs is not installed"
)]

/// A snapshot in `tests/snapshots`, whichever file the test stands in.
macro_rules! assert_text {
    ($text:expr) => {
        insta::with_settings!({ snapshot_path => "../snapshots", omit_expression => true }, {
            insta::assert_snapshot!($text);
        })
    };
}

#[path = "report/build.rs"]
mod build;
#[path = "report/diff.rs"]
mod diff;
#[path = "report/formats.rs"]
mod formats;
#[path = "report/hostile.rs"]
mod hostile;
#[path = "report/merge.rs"]
mod merge;
#[path = "report/snapshot.rs"]
mod snapshot;
#[path = "report/trend.rs"]
mod trend;
#[path = "report/write.rs"]
mod write;
