//! What changed between two verdicts on the same case: one table for snapshots and for diffs.
//!
//! | before | now | transition |
//! | --- | --- | --- |
//! | anything but `fail`, or no such case | `fail` | newly broken |
//! | `fail` | `fail`, other fingerprint | against a snapshot newly broken, against an earlier report changed |
//! | `fail` | `pass` | newly fixed |
//! | `fail` | `warn`, `inconclusive`, `skipped`, `error` | changed: no longer seen, but not shown to hold |
//! | any | the same verdict, another finding | changed |
//! | any other than `fail` | another verdict than `fail` | changed |
//! | no such case | anything but `fail` | new |
//! | anything | no such case | gone |
//!
//! A snapshot is a list of permissions, and a failure is accepted by case and fingerprint: another
//! fault in the same case was never accepted. A diff describes, and there a case that was broken and
//! still is has changed. `error` is a fault of the harness and breaks nothing; only a MUST breaks.

use super::model::{CaseReport, Finding, Report, Verdict};
use super::text;
use std::collections::BTreeMap;

/// What two reports are compared by: a finding without its exchanges, each text in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// One sentence that names what is wrong.
    pub summary: String,
    /// What the contract asks for.
    pub expected: String,
    /// What the target did.
    pub observed: String,
    /// Operation, law, rule and place.
    pub fingerprint: String,
}

impl Observation {
    fn of(finding: &Finding) -> Self {
        let line = |text: &str| text::line(text.trim());
        Self {
            summary: line(&finding.summary),
            expected: line(&finding.expected),
            observed: line(&finding.observed),
            fingerprint: line(&finding.fingerprint),
        }
    }
}

/// What a case came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The verdict.
    pub verdict: Verdict,
    /// What broke.
    pub finding: Option<Observation>,
}

impl State {
    /// The state of a judged case.
    pub fn of(case: &CaseReport) -> Self {
        Self { verdict: case.verdict, finding: case.finding.as_ref().map(Observation::of) }
    }

    /// Whether both are the same failure: a MUST that broke with one fingerprint.
    pub(super) fn is_same_failure(&self, other: &Self) -> bool {
        self.verdict == Verdict::Fail
            && other.verdict == Verdict::Fail
            && self.fingerprint() == other.fingerprint()
    }

    fn fingerprint(&self) -> Option<&str> {
        self.finding.as_ref().map(|finding| finding.fingerprint.as_str())
    }
}

/// The state of every case of a report by id.
pub fn states(report: &Report) -> BTreeMap<String, State> {
    report.cases.iter().map(|case| (text::line(case.id.trim()), State::of(case))).collect()
}

/// What the older side is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Baseline {
    /// Failures that somebody accepted.
    Accepted,
    /// A report of an earlier run.
    Earlier,
}

/// What became of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transition {
    /// A MUST breaks that did not.
    NewlyBroken,
    /// A MUST holds that did not.
    NewlyFixed,
    /// Another verdict or another finding, and neither of the above.
    Changed,
    /// A case that was not there and is not broken.
    New,
    /// A case that is no longer there.
    Gone,
}

/// The transition between two states of one case; none where nothing changed.
pub fn transition(baseline: Baseline, before: Option<&State>, now: Option<&State>) -> Option<Transition> {
    use Verdict::{Fail, Pass};
    let (before, now) = match (before, now) {
        (None, None) => return None,
        (Some(_), None) => return Some(Transition::Gone),
        (None, Some(now)) if now.verdict == Fail => return Some(Transition::NewlyBroken),
        (None, Some(_)) => return Some(Transition::New),
        (Some(before), Some(now)) => (before, now),
    };
    let other_fault = before.fingerprint() != now.fingerprint();
    match (before.verdict, now.verdict) {
        _ if before == now => None,
        (Fail, Fail) if other_fault && baseline == Baseline::Accepted => Some(Transition::NewlyBroken),
        (Fail, Pass) => Some(Transition::NewlyFixed),
        (was, Fail) if was != Fail => Some(Transition::NewlyBroken),
        _ => Some(Transition::Changed),
    }
}

/// One case that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The case.
    pub id: String,
    /// How it was.
    pub before: Option<State>,
    /// How it is.
    pub now: Option<State>,
}

/// Everything that is not as it was, each list by case id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// MUSTs that broke.
    pub newly_broken: Vec<Change>,
    /// MUSTs that hold again.
    pub newly_fixed: Vec<Change>,
    /// Other verdicts and other findings.
    pub changed: Vec<Change>,
    /// Cases that were not there.
    pub new: Vec<Change>,
    /// Cases that are no longer there.
    pub gone: Vec<Change>,
}

impl Comparison {
    /// Compares two sets of cases.
    pub fn between(
        baseline: Baseline,
        before: &BTreeMap<String, State>,
        now: &BTreeMap<String, State>,
    ) -> Self {
        let mut comparison = Self::default();
        let only_now = now.keys().filter(|id| !before.contains_key(*id));
        for id in before.keys().chain(only_now) {
            let (was, is) = (before.get(id), now.get(id));
            let list = match transition(baseline, was, is) {
                None => continue,
                Some(Transition::NewlyBroken) => &mut comparison.newly_broken,
                Some(Transition::NewlyFixed) => &mut comparison.newly_fixed,
                Some(Transition::Changed) => &mut comparison.changed,
                Some(Transition::New) => &mut comparison.new,
                Some(Transition::Gone) => &mut comparison.gone,
            };
            list.push(Change { id: id.clone(), before: was.cloned(), now: is.cloned() });
        }
        for list in [
            &mut comparison.newly_broken,
            &mut comparison.newly_fixed,
            &mut comparison.changed,
            &mut comparison.new,
            &mut comparison.gone,
        ] {
            list.sort_by(|a, b| a.id.cmp(&b.id));
        }
        comparison
    }

    /// Counts a case as newly broken, wherever it stands.
    pub(super) fn break_newly(&mut self, change: Change) {
        self.changed.retain(|other| other.id != change.id);
        self.newly_broken.retain(|other| other.id != change.id);
        let at = self.newly_broken.partition_point(|other| other.id < change.id);
        self.newly_broken.insert(at, change);
    }

    /// Whether a MUST broke: what `diff` and `run --snapshot` exit 1 for.
    pub fn newly_broke(&self) -> bool {
        !self.newly_broken.is_empty()
    }

    /// Whether nothing changed at all.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
