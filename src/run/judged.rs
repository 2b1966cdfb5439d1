//! What a case adds to the report.

use super::model::{CaseReport, Latency};
use crate::case::{Case, traits};
use crate::law::verdict::Verdict;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// A case's verdict, and what was counted on the way.
pub(super) struct Judged {
    pub(super) report: CaseReport,
    pub(super) tally: Tally,
    /// Whether proofmark itself failed on it.
    pub(super) failed: bool,
}

/// What was sent for a case, counted.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) exchanges: usize,
    /// Responses of any kind.
    pub(super) answers: usize,
    pub(super) codes: BTreeMap<String, usize>,
    pub(super) statuses: BTreeMap<String, usize>,
    /// The classes of the answers as traits of the case, such as `answered:refused`.
    pub(super) answered: BTreeSet<String>,
    /// By operation.
    pub(super) latency: BTreeMap<String, Latency>,
}

impl Tally {
    /// Counts how long an answer took.
    pub(super) fn took(&mut self, operation: &str, time: Duration) {
        if let Some(known) = self.latency.get_mut(operation) {
            known.record(time);
        } else {
            let mut latency = Latency::new(operation);
            latency.record(time);
            self.latency.insert(operation.to_owned(), latency);
        }
    }

    /// Adds what was counted elsewhere.
    pub(super) fn add(&mut self, other: Self) {
        self.answered.extend(other.answered);
        self.exchanges += other.exchanges;
        self.answers += other.answers;
        for (code, count) in other.codes {
            *self.codes.entry(code).or_default() += count;
        }
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
        for (operation, latency) in other.latency {
            match self.latency.entry(operation) {
                Entry::Occupied(mut known) => known.get_mut().add(&latency),
                Entry::Vacant(place) => {
                    place.insert(latency);
                }
            }
        }
    }
}

impl Judged {
    /// A case for which nothing was sent.
    pub(super) fn unrun(case: &Case, verdict: Verdict, reason: &str) -> Self {
        Self { report: case_report(case, verdict, reason.to_owned()), tally: Tally::default(), failed: false }
    }

    /// A case for which the exchange budget has no room.
    pub(super) fn left_out(case: &Case, budget: usize) -> Self {
        let reason = format!("the exchange budget of {budget} went to other cases");
        let mut judged = Self::unrun(case, Verdict::Skipped, &reason);
        judged.report.left_out = true;
        judged
    }

    /// A case on which proofmark itself failed.
    pub(super) fn failed(case: &Case, why: &str) -> Self {
        Self { failed: true, ..Self::unrun(case, Verdict::Error, &format!("proofmark failed: {why}")) }
    }
}

/// What the report says of a case that has a verdict and no finding.
pub(super) fn case_report(case: &Case, verdict: Verdict, reason: String) -> CaseReport {
    CaseReport {
        index: 0,
        id: case.id.clone(),
        operation: case.operation.clone(),
        title: case.title.clone(),
        clause: case.clause.clone(),
        level: case.level,
        law: case.law,
        traits: traits::of(case),
        verdict,
        reason,
        exchanges: 0,
        elapsed_ms: 0,
        finding: None,
        left_out: false,
    }
}
