//! What a run reached of the contract.

use super::judged::Judged;
use super::model::{BoundaryCoverage, CodeCoverage, Coverage, StatusCoverage};
use crate::case::model::Plan;
use crate::case::suite::Suite;
use std::collections::{BTreeMap, BTreeSet};

/// Documented codes and statuses in the contract's order, then others in their own; every boundary.
pub(super) fn of(suite: &Suite, judged: &[Judged]) -> Coverage {
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut statuses: BTreeMap<&str, usize> = BTreeMap::new();
    for one in judged {
        for (code, count) in &one.tally.codes {
            *codes.entry(code).or_default() += count;
        }
        for (status, count) in &one.tally.statuses {
            *statuses.entry(status).or_default() += count;
        }
    }
    let mut coverage = Coverage::default();
    let mut known = BTreeSet::new();
    for operation in &suite.contract.operations {
        for code in &operation.rules.codes {
            if known.insert(code.code.as_str()) {
                let seen = codes.remove(code.code.as_str()).unwrap_or_default();
                coverage.codes.push(CodeCoverage { code: code.code.clone(), seen, documented: true });
            }
        }
        for status in operation.rules.statuses.keys() {
            if !coverage.statuses.iter().any(|known| known.status == *status) {
                let seen = statuses.remove(status.as_str()).unwrap_or_default();
                coverage.statuses.push(StatusCoverage { status: status.clone(), seen });
            }
        }
    }
    for (code, seen) in codes {
        coverage.codes.push(CodeCoverage { code: code.to_owned(), seen, documented: false });
    }
    for (status, seen) in statuses {
        coverage.statuses.push(StatusCoverage { status: status.to_owned(), seen });
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
