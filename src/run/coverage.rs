//! What a run reached of the contract.

use super::judged::Judged;
use super::model::{BoundaryCoverage, CodeCoverage, Coverage, RowState, StatusCoverage};
use super::rows::Rows;
use crate::case::model::Plan;
use crate::case::suite::Suite;
use std::collections::{BTreeMap, BTreeSet};

/// Documented codes and statuses in the contract's order, then others in their own; every boundary.
pub(super) fn of(suite: &Suite, judged: &[Judged]) -> Coverage {
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut statuses: BTreeMap<&str, usize> = BTreeMap::new();
    for one in judged {
        for (code, count) in &one.tally.codes {
            let seen: &mut usize = codes.entry(code).or_default();
            *seen = seen.saturating_add(*count);
        }
        for (status, count) in &one.tally.statuses {
            let seen: &mut usize = statuses.entry(status).or_default();
            *seen = seen.saturating_add(*count);
        }
    }
    let rows = Rows::new(suite, judged);
    let mut coverage = Coverage::default();
    let mut known = BTreeSet::new();
    for operation in &suite.contract.operations {
        for code in &operation.rules.codes {
            let state = rows.code(operation, code);
            if known.insert(code.code.as_str()) {
                let seen = codes.remove(code.code.as_str()).unwrap_or_default();
                coverage.codes.push(CodeCoverage {
                    code: code.code.clone(),
                    seen,
                    documented: true,
                    state: Some(state),
                    unprovokable: code.unprovokable.clone().filter(|_| state == RowState::NotProvokable),
                });
            } else if let Some(row) = coverage.codes.iter_mut().find(|row| row.code == code.code) {
                // Of several operations with the code, the greatest state holds.
                row.state = row.state.max(Some(state));
                row.unprovokable =
                    row.unprovokable.take().filter(|_| row.state == Some(RowState::NotProvokable));
            }
        }
        for (literal, status) in &operation.rules.statuses {
            let state = rows.status(operation, literal, status);
            if let Some(row) = coverage.statuses.iter_mut().find(|known| known.status == *literal) {
                row.state = row.state.max(Some(state));
                row.unprovokable =
                    row.unprovokable.take().filter(|_| row.state == Some(RowState::NotProvokable));
            } else {
                let seen = statuses.remove(literal.as_str()).unwrap_or_default();
                coverage.statuses.push(StatusCoverage {
                    status: literal.clone(),
                    seen,
                    state: Some(state),
                    unprovokable: status.unprovokable.clone().filter(|_| state == RowState::NotProvokable),
                });
            }
        }
    }
    for (code, seen) in codes {
        let (code, state, unprovokable) = (code.to_owned(), None, None);
        coverage.codes.push(CodeCoverage { code, seen, documented: false, state, unprovokable });
    }
    for (status, seen) in statuses {
        let (status, state, unprovokable) = (status.to_owned(), None, None);
        coverage.statuses.push(StatusCoverage { status, seen, state, unprovokable });
    }
    let exercised: BTreeSet<&str> =
        judged.iter().filter(|one| one.tally.exchanges > 0).map(|one| one.report.id.as_str()).collect();
    for case in &suite.cases {
        let Plan::Goal(plan) = &case.plan else { continue };
        let entry = BoundaryCoverage {
            operation: case.operation.clone(),
            pointer: plan.goal.pointer.clone(),
            keyword: plan.goal.keyword.clone(),
            side: plan.goal.side.clone(),
            exercised: exercised.contains(case.id.as_str()),
        };
        let twin = coverage.boundaries.iter_mut().find(|known| {
            (&known.operation, &known.pointer, &known.keyword, &known.side)
                == (&entry.operation, &entry.pointer, &entry.keyword, &entry.side)
        });
        match twin {
            Some(twin) => twin.exercised |= entry.exercised,
            None => coverage.boundaries.push(entry),
        }
    }
    coverage
}
