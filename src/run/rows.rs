//! Which rows of the status table and of the code catalogue a run put to the test, and what came of each.

use super::judged::Judged;
use super::model::RowState;
use crate::case::Case;
use crate::case::suite::Suite;
use crate::contract::Operation;
use crate::contract::extension::{Code, Status, StatusClass};
use crate::law::verdict::Verdict;
use std::collections::HashMap;

/// The cases of a run that were decided, with what stood in their answers.
pub(super) struct Rows<'a> {
    decided: Vec<Decided<'a>>,
}

struct Decided<'a> {
    case: &'a Case,
    held: bool,
    judged: &'a Judged,
}

impl<'a> Rows<'a> {
    pub(super) fn new(suite: &'a Suite, judged: &'a [Judged]) -> Self {
        let cases: HashMap<&str, &Case> = suite.cases.iter().map(|case| (case.id.as_str(), case)).collect();
        let decided = judged.iter().filter_map(|judged| {
            let held = match judged.report.verdict {
                Verdict::Pass => true,
                Verdict::Fail | Verdict::Warn => false,
                _ => return None,
            };
            let case = *cases.get(judged.report.id.as_str())?;
            // What goes wrong with the request that another is held against says nothing of what the case is about.
            let shown = judged.report.finding.iter().flat_map(|finding| &finding.minimal);
            let aside =
                case.rule.control().is_some_and(|control| shown.clone().all(|one| one.role == control));
            (held || !aside).then_some(Decided { case, held, judged })
        });
        Self { decided: decided.collect() }
    }

    /// What came of a status.
    pub(super) fn status(&self, operation: &Operation, literal: &str, status: &Status) -> RowState {
        self.state(operation, status.unprovokable.is_some(), |one| {
            let seen = one.judged.tally.statuses.contains_key(literal);
            let asked = one.case.rule.class()?;
            let about = asked == status.class || seen && goes_for(asked, status.class);
            about.then(|| (seen, one.case.rule.demands_class() && asked == status.class))
        })
    }

    /// What came of a code.
    pub(super) fn code(&self, operation: &Operation, code: &Code) -> RowState {
        let situations: Vec<&str> = operation
            .rules
            .situations
            .iter()
            .filter(|(_, situation)| situation.codes.contains(&code.code))
            .map(|(name, _)| name.as_str())
            .collect();
        let statuses: Vec<&Status> = code.statuses.iter().filter_map(|s| operation.status(s)).collect();
        self.state(operation, code.unprovokable.is_some(), |one| {
            let seen = one.judged.tally.codes.contains_key(&code.code);
            let named = one.case.rule.situations();
            if !situations.is_empty() {
                let first = |name: &&str| {
                    operation.situation(name).is_some_and(|s| s.codes.first() == Some(&code.code))
                };
                let about = named.iter().any(|name| situations.contains(name));
                return about.then(|| (seen, named.len() == 1 && named.iter().all(first)));
            }
            let asked = one.case.rule.class()?;
            let about = statuses.iter().any(|s| s.class == asked || seen && goes_for(asked, s.class));
            // Where a status has codes of its own, a case that demands the status demands them.
            let own = statuses.iter().any(|s| s.class == asked && s.codes.contains(&code.code));
            about.then(|| (seen, own && one.case.rule.demands_class()))
        })
    }

    /// The state of a row, from whether each case that is about it saw it and demanded it.
    fn state(
        &self,
        operation: &Operation,
        unprovokable: bool,
        about: impl Fn(&Decided<'a>) -> Option<(bool, bool)>,
    ) -> RowState {
        let own = self.decided.iter().filter(|one| one.case.judged() == operation.id);
        let states = own.filter_map(|one| match about(one)? {
            (true, _) if one.held => Some(RowState::ProvokedRight),
            (seen, demanded) if !one.held && (seen || demanded) => Some(RowState::ProvokedWrong),
            _ => None,
        });
        let least = if unprovokable { RowState::NotProvokable } else { RowState::NeverProvoked };
        states.max().unwrap_or(least)
    }
}

/// Whether an answer of the second class is to the point where the first is asked for: accepted in place of success
/// and the other way round, and unknown in place of a refusal, which is wrong.
fn goes_for(asked: StatusClass, seen: StatusClass) -> bool {
    use StatusClass::{Accepted, Refused, Success, Unknown};
    matches!((asked, seen), (Success, Accepted) | (Accepted, Success) | (Refused, Unknown))
}
