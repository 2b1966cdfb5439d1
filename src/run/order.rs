//! In which order cases are judged where there is no room for all: those first that tell most for what they cost.
//!
//! The order follows from what a case is, and from nothing that is known of targets:
//! 1. written cases of few requests: each has a clause of its own; each law has an equal share of the requests, as
//!    long as it has such cases;
//! 2. generated cases that a MUST stands behind, in rounds over places and keywords, so that no bound is tried
//!    from all sides before every other was tried from one;
//! 3. texts of every kind that have to be taken, each of which tells as well whether the target breaks down on it;
//!    then the other bounds in such rounds, and between them the written cases that send many requests;
//! 4. texts where a value is made up and refused in any case, and texts where only a breakdown counts.

use crate::case::Case;
use crate::case::grade::Level;
use crate::case::model::Plan;
use std::collections::BTreeMap;

/// A written case that sends more than this is one of many requests, and one round of generated cases counts as
/// much.
const FEW: usize = 4;

/// Where a case stands: its group, the round within it, and what it costs.
pub(super) type Rank = (u8, usize, usize);

/// The rank of each case; the least is first, and of equals the first of the plan.
pub(super) fn ranks<'a>(cases: impl Iterator<Item = &'a Case>) -> Vec<Rank> {
    let mut rounds: BTreeMap<_, usize> = BTreeMap::new();
    let mut spent: BTreeMap<_, usize> = BTreeMap::new();
    let rank = |case: &'a Case| {
        let cost = case.requests();
        let plan = match &case.plan {
            Plan::Written(_) if cost <= FEW => {
                let of_law = spent.entry(case.law).or_default();
                *of_law += cost;
                return (1, *of_law, cost);
            }
            Plan::Written(_) | Plan::Programs(_) | Plan::Bound(_) => return (3, cost, cost),
            Plan::Samples => return (4, 0, cost),
            Plan::Goal(plan) => plan,
        };
        let text = plan.goal.side.starts_with("text-");
        let kind = (&case.operation, &plan.goal.pointer, &plan.goal.keyword, text, case.law);
        let round = rounds.entry(kind).or_default();
        *round += 1;
        match (text, case.level) {
            (true, Level::Should) if !plan.compared => (3, *round, cost),
            (true, _) => (4, *round, cost),
            (false, Level::Must) => (2, *round, cost),
            (false, _) => (3, FEW * *round, cost),
        }
    };
    cases.map(rank).collect()
}
