//! The accepted snapshot: a text file that people review and `cargo insta review` opens.
//!
//! ```text
//! ---
//! source: proofmark
//! description: "name version"
//! ---
//! pass          operation/request/field/maxLength/at
//! fail          operation/request/field/maxLength/above
//!     summary:     a field of 129 characters is accepted
//!     expected:    status F
//!     observed:    status S
//!     fingerprint: operation/shape/maxLength/field
//!     owner:       ann
//!     reason:      ticket 7
//!     expires:     2026-12-31
//! ```
//!
//! The last three lines, each of which may be missing, are the terms on which the failure is accepted. They stay with
//! it as long as it is the same one, and from the day after `expires` on it is newly broken.
//!
//! Nothing in it differs between two runs that judged alike. Where the file does not exist, the
//! caller writes [`render`] to it: the first run is accepted by being looked at. Where
//! [`review`](super::review::review) finds a difference, the caller writes [`Snapshot::next`] to [`pending_path`] and leaves the accepted file
//! alone, which is how insta does it; where it finds none, it removes a pending file left behind.

mod read;

pub use super::acceptance::Acceptance;
use super::compare::{Observation, State, states};
use super::model::{Report, SuiteInfo, Verdict};
use super::{text, words};
use jiff::civil::Date;
pub use read::{ParseError, parse};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const KEYS: [&str; 4] = ["summary", "expected", "observed", "fingerprint"];

/// What was accepted: the state of every case by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// The cases.
    pub cases: BTreeMap<String, State>,
    /// The terms on which failures are accepted, where there are any.
    pub accepted: BTreeMap<String, Acceptance>,
}

/// What is accepted of a report, and on which terms.
pub struct Ask<'a> {
    /// Which cases; all where nothing is said.
    pub only: Option<&'a dyn Fn(&str) -> bool>,
    /// The terms. Without `only` they are for failures that nobody answers for and those whose time is over, with it
    /// for all that are chosen; what they do not say stays.
    pub terms: Acceptance,
    /// What tells whether the time of a failure is over.
    pub today: Date,
}

impl Snapshot {
    /// What accepting a report for the first time would accept. A flaky case is never accepted: nobody knows how it
    /// is.
    pub fn of(report: &Report) -> Self {
        let mut cases = states(report);
        for id in flaky(report) {
            cases.remove(&id);
        }
        Self { cases, accepted: BTreeMap::new() }
    }

    /// This snapshot once a report is accepted: terms stay with the same failure, and flaky cases are as they were.
    #[must_use]
    pub fn next(&self, report: &Report) -> Self {
        let mut next = Self::of(report);
        for id in flaky(report) {
            next.restore(&id, self);
        }
        for (id, terms) in &self.accepted {
            let both = self.cases.get(id).zip(next.cases.get(id));
            if both.is_some_and(|(was, is)| was.is_same_failure(is)) {
                next.accepted.insert(id.clone(), terms.clone());
            }
        }
        next
    }

    /// This snapshot once what is asked of a report is accepted; cases that were not chosen are as they were. Also
    /// the ids of the failures that the terms are for.
    pub fn accept(&self, report: &Report, ask: &Ask<'_>) -> (Self, Vec<String>) {
        let mut next = self.next(report);
        let chosen = |id: &str| ask.only.is_none_or(|only| only(id));
        let both: BTreeSet<String> = self.cases.keys().chain(next.cases.keys()).cloned().collect();
        for id in both.iter().filter(|id| !chosen(id)) {
            next.cases.remove(id);
            next.accepted.remove(id);
            next.restore(id, self);
        }
        let mut taken = Vec::new();
        for (id, _) in next.cases.iter().filter(|(id, state)| state.verdict == Verdict::Fail && chosen(id)) {
            let before = next.accepted.get(id);
            if ask.only.is_some() || before.is_none_or(|before| before.is_over(ask.today)) {
                let terms = ask.terms.over(before);
                if !terms.is_empty() {
                    next.accepted.insert(id.clone(), terms);
                }
                taken.push(id.clone());
            }
        }
        (next, taken)
    }

    /// Makes a case what it was in another snapshot.
    fn restore(&mut self, id: &str, other: &Self) {
        if let Some(state) = other.cases.get(id) {
            self.cases.insert(id.to_owned(), state.clone());
        }
        if let Some(terms) = other.accepted.get(id) {
            self.accepted.insert(id.to_owned(), terms.clone());
        }
    }

    /// The whole file.
    pub fn render(&self, suite: &SuiteInfo) -> String {
        // A JSON string is a YAML string as well, whatever the contract's title holds.
        let title = serde_json::Value::from(text::line(&format!("{} {}", suite.name, suite.version)));
        let mut out = format!("---\nsource: proofmark\ndescription: {title}\n---\n");
        for (id, state) in &self.cases {
            let _ = writeln!(out, "{:<12}  {id}", words::verdict(state.verdict));
            let mut line = |key: &str, value: &str| {
                let _ = writeln!(out, "{}", format!("    {:<12} {value}", format!("{key}:")).trim_end());
            };
            if let Some(Observation { summary, expected, observed, fingerprint }) = &state.finding {
                KEYS.into_iter()
                    .zip([summary, expected, observed, fingerprint])
                    .for_each(|(k, v)| line(k, v));
            }
            if let Some(terms) = self.accepted.get(id) {
                terms.lines().for_each(|(key, value)| line(key, &value));
            }
        }
        out
    }
}

/// The ids of the flaky cases.
fn flaky(report: &Report) -> impl Iterator<Item = String> {
    let flaky = report.cases.iter().filter(|case| case.flaky.is_some());
    flaky.map(|case| text::line(case.id.trim()))
}

/// The whole snapshot file of a report, in which nothing was accepted before.
pub fn render(report: &Report) -> String {
    Snapshot::of(report).render(&report.suite)
}

/// Where the snapshot waits for review: `….snap.new` beside `….snap`.
pub fn pending_path(accepted: &Path) -> PathBuf {
    let mut name = accepted.as_os_str().to_owned();
    name.push(".new");
    name.into()
}
