//! Going on with a run that was broken off.

use super::Options;
use super::journal::{Journal, Resumed, Started};
use super::judged::Judged;
use super::session::Session;
use crate::case::Case;
use crate::case::select::Selection;
use crate::clock;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// What is known of cases before they have their turn.
#[derive(Default)]
pub(super) struct Known {
    judged: BTreeMap<String, Judged>,
    broken_off: BTreeSet<String>,
}

impl Known {
    /// What a journal holds of the cases of a plan.
    pub(super) fn of(journal: Option<&Journal>, plan: &[(usize, Case)]) -> Self {
        let Some(journal) = journal else { return Self::default() };
        let planned: BTreeSet<&str> = plan.iter().map(|(_, case)| case.id.as_str()).collect();
        let decided = journal.decided().filter(|case| planned.contains(case.report.id.as_str()));
        let judged: BTreeMap<String, Judged> = decided
            .map(|case| {
                let judged =
                    Judged { report: case.report.clone(), tally: case.tally.clone(), failed: case.failed };
                (case.report.id.clone(), judged)
            })
            .collect();
        let broken_off = journal.begun.iter().filter(|id| !judged.contains_key(*id)).cloned().collect();
        Self { judged, broken_off }
    }

    /// The verdict on a case, where it is known.
    pub(super) fn judged(&self, case: &Case) -> Option<Judged> {
        self.judged.get(&case.id).cloned()
    }

    /// Whether a case had begun when the run was broken off.
    pub(super) fn broken_off(&self, case: &Case) -> bool {
        self.broken_off.contains(&case.id)
    }

    /// How many verdicts are known.
    pub(super) fn count(&self) -> usize {
        self.judged.len()
    }
}

/// How long ago a run began that was broken off: no less than what its journal tells of took.
pub fn before(journal: &Journal) -> Duration {
    let started: Timestamp = journal.started.started.parse().unwrap_or_default();
    let since = Duration::try_from(clock::now().duration_since(started)).unwrap_or_default();
    let ends = journal.heard.values().flatten().flat_map(|heard| &heard.exchanges);
    let last = ends.map(|exchange| exchange.at_ns.saturating_add(exchange.elapsed_ns)).max();
    since.max(Duration::from_nanos(last.unwrap_or_default()))
}

/// Finds out whether a journal is of the run that would be done with this.
///
/// # Errors
/// What differs, in one sentence.
pub fn check(
    journal: &Journal,
    session: &Session,
    selection: &Selection,
    options: &Options,
) -> Result<(), String> {
    let there = &journal.started;
    let here = Started::of(session, &super::plan_of(session, selection), options);
    let number = |limit: Option<usize>| limit.map_or("none".to_owned(), |limit| limit.to_string());
    let age = |age: Option<u64>| age.map_or("none".to_owned(), |age| format!("{age} ms"));
    for (what, there, here) in [
        ("the suite", &there.suite.digest, &here.suite.digest),
        ("the version of proofmark", &there.tool.version, &here.tool.version),
        ("the target", &target(there), &target(&here)),
        ("the seed", &there.seed.to_string(), &here.seed.to_string()),
        ("the number of samples", &there.samples.to_string(), &here.samples.to_string()),
        ("the shard", &shard(there), &shard(&here)),
        ("the limit of exchanges", &number(there.limit), &number(here.limit)),
        ("the retention", &age(there.retention_ms), &age(here.retention_ms)),
        ("the selection of cases", &plan(there), &plan(&here)),
    ] {
        if there != here {
            return Err(format!("is the journal of another run: {what} is {there} there, and {here} here"));
        }
    }
    Ok(())
}

/// What makes two targets the same. An embedded one listens on a free port, so its URL says nothing.
fn target(started: &Started) -> String {
    let target = &started.target;
    let http = target.http.as_deref().map(|http| format!(" by HTTP/{http}")).unwrap_or_default();
    if target.embedded {
        let faults = target.faults.iter().map(|fault| format!(" with {fault}"));
        format!("the embedded wallet{}{http}", faults.collect::<String>())
    } else {
        format!("{}{http}", target.url)
    }
}

fn shard(started: &Started) -> String {
    started.shard.clone().unwrap_or_else(|| "none".to_owned())
}

fn plan(started: &Started) -> String {
    format!("{} cases ({})", started.cases, started.plan)
}

impl Resumed {
    /// The next part of a run.
    pub(super) fn now(session: &Session, judged: usize) -> Self {
        Self {
            started: super::now(),
            run: session.stamps.nonce().to_owned(),
            url: session.url().to_string(),
            judged,
        }
    }
}
