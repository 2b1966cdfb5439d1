//! What a case adds to the report.

use super::journal::Event;
use super::model::{CaseReport, Latency};
use crate::case::{Case, traits};
use crate::law::verdict::Verdict;
use serde::{Deserialize, Serialize};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// A case's verdict, and what was counted on the way.
#[derive(Clone)]
pub(super) struct Judged {
    pub(super) report: CaseReport,
    pub(super) tally: Tally,
    /// Whether proofmark itself failed on it.
    pub(super) failed: bool,
}

/// What was sent for a case, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Requests of histories that were judged.
    pub exchanges: usize,
    /// Responses of any kind.
    pub answers: usize,
    /// Answers by their code.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub codes: BTreeMap<String, usize>,
    /// Answers by their status.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub statuses: BTreeMap<String, usize>,
    /// How long answers took, by operation.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub latency: BTreeMap<String, Latency>,
    /// The classes and codes of the answers as traits of the case, such as `answered:refused`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub answered: BTreeSet<String>,
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

    /// What is told of it, where so many cases are done of so many.
    pub(super) fn event(&self, done: usize, of: usize) -> Event<'_> {
        let Self { report, tally, failed } = self;
        Event::Judged { report, tally, failed: *failed, done, of }
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
        source: None,
        left_out: false,
        flaky: None,
    }
}
