//! What `proofmark run` is told.
#![allow(clippy::doc_markdown, reason = "the comments are the help that users read")]

use super::{ConfigArgs, SelectArgs, SuiteArgs, duration, positive};
use crate::report::format::ReportTarget;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Args)]
pub(in crate::cli) struct RunArgs {
    #[command(flatten)]
    pub(in crate::cli) config: ConfigArgs,
    #[command(flatten)]
    pub(in crate::cli) suite: SuiteArgs,
    /// The seed that payloads follow from
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(in crate::cli) seed: u64,
    /// Generated payloads a case
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..))]
    pub(in crate::cli) samples: u64,
    #[command(flatten)]
    pub(in crate::cli) select: SelectArgs,
    /// Cases judged at the same time, and never more requests than that; a burst within a case is cut to it, and a case
    /// that needs two requests at once is skipped with 1 [default: 16]
    #[arg(long, value_name = "N", value_parser = positive)]
    pub(in crate::cli) concurrency: Option<usize>,
    /// At most so many requests in any second, at an even pace; a burst is sent at once, with as long a silence before
    /// and after it as its requests would have taken
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(in crate::cli) rate: Option<u32>,
    /// The time limit of the whole run, such as 90s
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(in crate::cli) budget: Option<Duration>,
    /// Replay requests from the beginning of the run at its end, and no sooner than this after they were sent, such
    /// as 90s; the report says how old they were. Without it they are replayed as soon as all else is done
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(in crate::cli) retention: Option<Duration>,
    /// At most so many requests in the whole run; the cases that tell most for what they cost come first, and the
    /// others are skipped. Questions to a probe do not count
    #[arg(long, value_name = "N", value_parser = positive)]
    pub(in crate::cli) exchanges: Option<usize>,
    /// Turn on a fault of the embedded wallet (repeatable)
    #[arg(long = "fault", value_name = "NAME")]
    pub(in crate::cli) faults: Vec<String>,
    /// Write a report: json, junit, html, markdown, har, ndjson, ctrf or sarif (repeatable); har has every exchange, and ndjson is
    /// the journal, which is written while the run goes on
    #[arg(long = "report", value_name = "FMT=PATH")]
    pub(in crate::cli) reports: Vec<ReportTarget>,
    /// Finish the run that wrote this journal (`--report ndjson=FILE`) and was broken off: cases that it holds are not
    /// judged again, and the rest goes on in the same file; repeat the run's other arguments
    #[arg(long, value_name = "JOURNAL")]
    pub(in crate::cli) resume: Option<PathBuf>,
    /// Compare with this accepted snapshot; written where it does not exist yet, unless the run has errors or is one shard
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) snapshot: Option<PathBuf>,
    /// Fail with --snapshot on what is stale as well: accepted failures that no longer occur, or whose last day has
    /// passed
    #[arg(long, requires = "snapshot")]
    pub(in crate::cli) strict: bool,
    /// Judge so many times more, with the same seed, what seems newly broken or fixed against --snapshot, or without
    /// it what broke; what does not come out alike is flaky [default: 2 with --snapshot, else 0]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(..=100))]
    pub(in crate::cli) repeats: Option<u16>,
    /// The day on which accepted failures have to be in force, such as 2026-12-31 [default: today in UTC]
    #[arg(long, value_name = "DATE", value_parser = crate::report::acceptance::date, requires = "snapshot")]
    pub(in crate::cli) today: Option<jiff::civil::Date>,
    /// Show failures and the verdict only; with --snapshot, no failures that it accepts
    #[arg(long)]
    pub(in crate::cli) quiet: bool,
}
