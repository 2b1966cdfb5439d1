//! In which order cases are judged where there is no room for all: those first that tell most for what they cost.
//!
//! The order follows from what a case is, and from nothing that is known of targets:
//! 1. written cases of few requests: each has a clause of its own;
//! 2. generated cases that a MUST stands behind, in rounds over places and keywords, so that no bound is tried
//!    from all sides before every other was tried from one;
//! 3. the other generated cases in such rounds, and between them the written ones that send many requests;
//! 4. texts of every kind, each of which is one guess of many at what a target may stumble over.

use crate::case::Case;
use crate::case::grade::Level;
use crate::case::model::{GoalPlan, Plan};
use std::collections::BTreeMap;

/// A written case that sends more than this is one of many requests, and one round of generated cases counts as
/// much.
const FEW: usize = 4;

/// Where a case stands: its group, the round within it, and what it costs.
pub(super) type Rank = (u8, usize, usize);

/// The rank of each case; the least is first, and of equals the first of the plan.
pub(super) fn ranks<'a>(cases: impl Iterator<Item = &'a Case>) -> Vec<Rank> {
    let mut rounds = Rounds::default();
    let rank = |case: &'a Case| {
        let cost = case.requests();
        match &case.plan {
            Plan::Written(_) if cost <= FEW => (1, 0, cost),
            Plan::Written(_) | Plan::Programs(_) => (3, cost, cost),
            Plan::Samples => (4, 0, cost),
            Plan::Goal(plan) if plan.goal.side.starts_with("text-") => (4, rounds.of(case, plan), cost),
            Plan::Goal(plan) if case.level == Level::Must => (2, rounds.of(case, plan), cost),
            Plan::Goal(plan) => (3, FEW * rounds.of(case, plan), cost),
        }
    };
    cases.map(rank).collect()
}

/// How many cases of each place and keyword there were.
#[derive(Default)]
struct Rounds<'a>(BTreeMap<(&'a str, &'a str, &'a str), usize>);

impl<'a> Rounds<'a> {
    fn of(&mut self, case: &'a Case, plan: &'a GoalPlan) -> usize {
        let round = self.0.entry((&case.operation, &plan.goal.pointer, &plan.goal.keyword)).or_default();
        *round += 1;
        *round
    }
}
