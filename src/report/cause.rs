//! Root causes: findings that one mistake of the target explains, shown as one.

use super::group::{Group, by_fingerprint};
use super::model::{CaseReport, Report, Verdict};

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

/// The causes of all that broke: those of a MUST first, and of these the one that broke most cases first.
pub fn of(report: &Report) -> Vec<Cause<'_>> {
    let groups = |verdict| by_fingerprint(report, verdict).into_iter().map(move |group| (verdict, group));
    groups(Verdict::Fail)
        .chain(groups(Verdict::Warn))
        .map(|(verdict, group)| Cause {
            title: group.finding.map_or(&group.lead.title, |finding| &finding.summary).clone(),
            verdict,
            evidence: Vec::new(),
            groups: vec![group],
        })
        .collect()
}
