//! Findings that share a fingerprint, shown as one.

use super::model::{CaseReport, Finding, Report, Verdict};
use std::collections::HashMap;

/// One finding and every case that met it.
#[derive(Clone, Debug)]
pub struct Group<'a> {
    /// The case that met it with the fewest exchanges, and so shows it best; of equals, the first of the plan.
    pub lead: &'a CaseReport,
    /// What that case found; absent where a broken case carries no finding.
    pub finding: Option<&'a Finding>,
    /// The other cases, in plan order.
    pub others: Vec<&'a CaseReport>,
}

/// The cases of one verdict by fingerprint: the finding that most cases met comes first, plan order
/// decides between equals.
pub fn by_fingerprint(report: &Report, verdict: Verdict) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for case in of_verdict(report, verdict) {
        let place =
            case.finding.as_ref().map(|finding| *known.entry(&finding.fingerprint).or_insert(groups.len()));
        match place.and_then(|place| groups.get_mut(place)) {
            Some(group) if case.exchanges < group.lead.exchanges => {
                group.others.push(std::mem::replace(&mut group.lead, case));
                group.finding = case.finding.as_ref();
            }
            Some(group) => group.others.push(case),
            None => groups.push(Group { lead: case, finding: case.finding.as_ref(), others: Vec::new() }),
        }
    }
    for group in &mut groups {
        group.others.sort_by_key(|case| case.index);
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.others.len()));
    groups
}

/// The cases of one verdict by reason, in the order in which the reasons first appear.
pub fn by_reason(report: &Report, verdict: Verdict) -> Vec<(&str, Vec<&CaseReport>)> {
    let mut groups: Vec<(&str, Vec<&CaseReport>)> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for case in of_verdict(report, verdict) {
        let place = *known.entry(&case.reason).or_insert(groups.len());
        match groups.get_mut(place) {
            Some((_, cases)) => cases.push(case),
            None => groups.push((&case.reason, vec![case])),
        }
    }
    groups
}

/// The cases of one verdict, in plan order.
pub fn of_verdict(report: &Report, verdict: Verdict) -> impl Iterator<Item = &CaseReport> {
    report.cases.iter().filter(move |case| case.verdict == verdict)
}
