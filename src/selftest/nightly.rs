//! What a nightly job with few exchanges still finds.

use super::{is_broken, observed, reach};
use crate::case::suite::Suite;
use crate::reference::{Fault, Settings};
use std::sync::Arc;

/// The smallest budgets that a nightly job would use, in exchanges.
pub const BUDGETS: [usize; 3] = [100, 500, 2_000];

/// What is found with one budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nightly {
    /// The exchanges of a run.
    pub exchanges: usize,
    /// How many faults are found.
    pub found: usize,
    /// The names of those that are not.
    pub missed: Vec<&'static str>,
}

/// The smallest of [`BUDGETS`] with which a run finds the fault, which is to say that some case fails or warns; none
/// where none does. A larger budget judges whatever a smaller one judges.
///
/// # Errors
/// As [`judge`](super::judge).
pub async fn smallest_budget(
    suite: &Arc<Suite>,
    fault: &'static Fault,
    seed: u64,
) -> Result<Option<usize>, String> {
    for exchanges in BUDGETS {
        let settings = Settings { faults: vec![fault], ..Settings::default() };
        let whole = reach(suite, fault)?;
        let report =
            observed(suite, settings, &whole, seed, Some(exchanges), &|_, verdict| is_broken(verdict));
        if report.await?.cases.iter().any(|case| is_broken(case.verdict)) {
            return Ok(Some(exchanges));
        }
    }
    Ok(None)
}

/// What each budget finds, from the smallest one that finds each fault.
pub fn nightly(found: &[(&'static Fault, Option<usize>)]) -> Vec<Nightly> {
    let with = |exchanges: usize| {
        let missed: Vec<&'static str> = found
            .iter()
            .filter(|(_, least)| least.is_none_or(|least| least > exchanges))
            .map(|(fault, _)| fault.name)
            .collect();
        Nightly { exchanges, found: found.len() - missed.len(), missed }
    };
    BUDGETS.into_iter().map(with).collect()
}
