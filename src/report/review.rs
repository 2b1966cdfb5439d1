//! A report held against the accepted snapshot: what changed, what is flaky, and what of it is stale.

use super::acceptance::Acceptance;
use super::compare::{Baseline, Change, Comparison, State, Transition, states, transition};
use super::diff::{self, Item, Section, Step, Tone};
use super::model::{CaseReport, Repeats, Report, Verdict};
use super::snapshot::Snapshot;
use super::terminal::Style;
use super::{flaky, text, words};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Why an accepted failure says nothing any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The case holds.
    Fixed,
    /// There is no such case.
    Gone,
    /// Its last day has passed.
    Expired,
}

/// An accepted failure that is no longer needed, or no longer valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    /// The case.
    pub id: String,
    /// Why.
    pub why: Why,
    /// The terms on which it was accepted.
    pub terms: Acceptance,
}

/// What a report says beside what was accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Review {
    /// The cases that are not as they were; failures whose acceptance has expired are newly broken.
    pub changes: Comparison,
    /// The cases that come out differently with the same seed; they are in no other list but the stale ones.
    pub flaky: BTreeMap<String, Repeats>,
    /// Accepted failures that no longer occur, and those whose time is over.
    pub stale: Vec<Stale>,
}

/// Holds a report against the accepted snapshot on a day.
pub fn review(accepted: &Snapshot, report: &Report, today: Date) -> Review {
    let flaky: BTreeMap<String, Repeats> =
        report.cases.iter().filter_map(|case| Some((text::line(case.id.trim()), case.flaky?))).collect();
    let (mut before, mut now) = (accepted.cases.clone(), states(report));
    before.retain(|id, _| !flaky.contains_key(id));
    now.retain(|id, _| !flaky.contains_key(id));
    let mut changes = Comparison::between(Baseline::Accepted, &before, &now);
    let mut stale = Vec::new();
    for (id, was) in accepted.cases.iter().filter(|(_, state)| state.verdict == Verdict::Fail) {
        let terms = accepted.accepted.get(id).cloned().unwrap_or_default();
        let is = now.get(id);
        let why = match is.map(|state| state.verdict) {
            Some(Verdict::Pass) => Why::Fixed,
            None if !flaky.contains_key(id) => Why::Gone,
            _ if terms.is_over(today) => Why::Expired,
            _ => continue,
        };
        if why == Why::Expired && is.is_some_and(|is| is.is_same_failure(was)) {
            let change = Change { id: id.clone(), before: Some(was.clone()), now: is.cloned() };
            changes.break_newly(change);
        }
        stale.push(Stale { id: id.clone(), why, terms });
    }
    Review { changes, flaky, stale }
}

/// Whether a case has to be judged again before it is said to be newly broken or fixed.
///
/// A race is in no doubt once it was seen twice: requests that overlap take luck to break, and a history that no order
/// explains is no less wrong for being rare.
pub fn doubts(accepted: &Snapshot, case: &CaseReport, today: Date) -> bool {
    let id = text::line(case.id.trim());
    let (before, now) = (accepted.cases.get(&id), State::of(case));
    let over = accepted.accepted.get(&id).is_some_and(|terms| terms.is_over(today));
    match transition(Baseline::Accepted, before, Some(&now)) {
        Some(Transition::NewlyFixed) => true,
        Some(Transition::NewlyBroken) => !is_race(case),
        _ => over && now.verdict == Verdict::Fail && !is_race(case),
    }
}

/// Whether a case broke as it was accepted to, on terms that are in force.
pub fn is_accepted(accepted: &Snapshot, case: &CaseReport, today: Date) -> bool {
    let id = text::line(case.id.trim());
    let same = accepted.cases.get(&id).is_some_and(|was| was.is_same_failure(&State::of(case)));
    same && !accepted.accepted.get(&id).is_some_and(|terms| terms.is_over(today))
}

/// Whether a finding is a race that was seen more than once: something that overlapping requests broke together. What
/// is wrong with a single answer, whatever the case, is none.
pub fn is_race(case: &CaseReport) -> bool {
    case.finding.as_ref().is_some_and(|finding| {
        // The law stands in a fingerprint where what broke is of this law only.
        finding.fingerprint.split('/').nth(1) == Some(words::law(case.law))
            && finding.repeats.is_some_and(|repeats| repeats.failed > 0)
    })
}

impl Review {
    /// Whether the job fails: something newly broke, or something is stale and that is forbidden.
    pub fn fails(&self, strict: bool) -> bool {
        self.changes.newly_broke() || (strict && !self.stale.is_empty())
    }

    /// How many accepted failures hold by now.
    pub fn fixed(&self) -> usize {
        self.changes.newly_fixed.len()
    }
}

/// The review as text: what newly broke first, and the counts in the last line. `strict` says that what is stale
/// fails the job.
pub fn render(review: &Review, strict: bool, style: Style) -> String {
    let mut sections = diff::of_changes(&review.changes, None);
    let expired = |id: &str| review.stale.iter().find(|stale| stale.why == Why::Expired && stale.id == id);
    for item in sections.iter_mut().take(1).flat_map(|section| &mut section.items) {
        if let Some(stale) = expired(&item.id) {
            item.lines.push(("expired".to_owned(), format!("accepted {}", stale.terms.words())));
        }
    }
    let unsure = review.flaky.iter().map(|(id, repeats)| Item {
        step: Step::Word("flaky"),
        id: id.clone(),
        lines: vec![(String::new(), flaky::said(*repeats))],
    });
    let outdated = review.stale.iter().map(|stale| Item {
        step: Step::Word(match stale.why {
            Why::Fixed => "fixed",
            Why::Gone => "gone",
            Why::Expired => "expired",
        }),
        id: text::line(&stale.id),
        lines: vec![("accepted".to_owned(), stale.terms.words())],
    });
    for (kind, title, tone, items) in [
        ("flaky", "Flaky", Tone::Unsure, unsure.collect::<Vec<_>>()),
        ("stale", "Stale", Tone::Unsure, outdated.collect()),
    ] {
        let decisive = strict && kind == "stale";
        sections.push(Section { kind, title: title.to_owned(), tone, decisive, items });
    }
    diff::render_sections(&sections, "nothing changed", style)
}
