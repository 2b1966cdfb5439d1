//! Root causes: findings that one mistake of the target explains, shown as one.
//!
//! What failing cases have in common suggests a cause, and what passing cases have in common with them rules it out:
//! a description that predicts the failure of a case that held is wrong. See `search`.

mod bits;
mod facts;
mod phrase;
mod search;
mod title;

use super::group::Group;
use super::model::{CaseReport, Report, Verdict};
use super::words;
use bits::Bits;
use facts::Facts;
use search::Cluster;
use serde::Serialize;

/// One mistake of the target, and every finding that it explains.
#[derive(Clone, Debug)]
pub struct Cause<'a> {
    /// What is wrong, in one line. It may quote a target: escape it as any text of a target.
    pub title: String,
    /// [`Verdict::Fail`] where a MUST broke, else [`Verdict::Warn`].
    pub verdict: Verdict,
    /// What speaks for it, a sentence each: how many such cases broke of how many judged, and which did not.
    pub evidence: Vec<String>,
    /// Its findings, the one that shows it best first; never empty.
    pub groups: Vec<Group<'a>>,
}

impl<'a> Cause<'a> {
    /// The case that shows it best.
    pub fn lead(&self) -> Option<&'a CaseReport> {
        self.groups.first().map(|group| group.lead)
    }

    /// Every case that broke by it: of each finding the lead, then the others in plan order.
    pub fn cases(&self) -> impl Iterator<Item = &'a CaseReport> {
        self.groups.iter().flat_map(|group| std::iter::once(group.lead).chain(group.others.iter().copied()))
    }
}

/// A cause as the JSON report has it.
#[derive(Serialize)]
pub(super) struct Record<'a> {
    title: String,
    verdict: Verdict,
    evidence: Vec<String>,
    cases: Vec<&'a str>,
}

/// The causes as the JSON report has them.
pub(super) fn records(report: &Report) -> Vec<Record<'_>> {
    of(report).into_iter().map(record).collect()
}

/// The case that shows it best comes first, then the others in plan order.
fn record(cause: Cause<'_>) -> Record<'_> {
    let mut cases: Vec<&CaseReport> = cause.cases().skip(1).collect();
    cases.sort_by_key(|case| case.index);
    let cases = cause.lead().into_iter().chain(cases).map(|case| case.id.as_str()).collect();
    Record { title: cause.title, verdict: cause.verdict, evidence: cause.evidence, cases }
}

/// The causes of all that broke: those of a MUST first, and of these the one that broke most cases first.
pub fn of(report: &Report) -> Vec<Cause<'_>> {
    let facts = Facts::new(report);
    if facts.atoms.is_empty() {
        return Vec::new();
    }
    let mut causes: Vec<(usize, Cause<'_>)> =
        search::clusters(&facts).iter().map(|cluster| cause(&facts, cluster)).collect();
    causes.sort_by_key(|(first, cause)| {
        (cause.verdict != Verdict::Fail, std::cmp::Reverse(cause.cases().count()), *first)
    });
    causes.into_iter().map(|(_, cause)| cause).collect()
}

/// A cause, and the place of its first case in the report.
fn cause<'a>(facts: &Facts<'a>, cluster: &Cluster) -> (usize, Cause<'a>) {
    let atoms = || cluster.atoms.iter().filter_map(|at| facts.atoms.get(*at));
    let mut groups: Vec<Group<'a>> = atoms().flat_map(|atom| atom.groups.iter().cloned()).collect();
    let cases: Bits = atoms().flat_map(|atom| atom.cases.iter()).collect();
    // What broke a MUST with the fewest requests shows it best.
    groups.sort_by_key(|group| (group.lead.verdict != Verdict::Fail, group.lead.exchanges, group.lead.index));
    let failed = groups.iter().any(|group| group.lead.verdict == Verdict::Fail);
    let hypothesis = search::description(facts, cluster);
    let about = title::About { facts, cluster, cases: &cases, groups: &groups, hypothesis: &hypothesis };
    let (title, evidence) = (about.title(), about.evidence());
    let verdict = if failed { Verdict::Fail } else { Verdict::Warn };
    (cases.iter().next().unwrap_or_default(), Cause { title, verdict, evidence, groups })
}
