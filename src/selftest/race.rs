//! How often a fault that needs overlapping requests is noticed.

use super::{is_broken, named_by, observed, reach};
use crate::case::suite::Suite;
use crate::reference::{Fault, Settings};
use std::sync::Arc;

/// How often a fault was noticed.
#[derive(Clone, Debug)]
pub struct Detection {
    /// The fault.
    pub fault: &'static Fault,
    /// Runs of the whole suite, each with a seed of its own.
    pub runs: u64,
    /// Those in which a case that the fault names failed or warned.
    pub noticed: u64,
}

/// Runs the whole suite against a fault again and again, with one seed after the other.
///
/// # Errors
/// As [`kill`](super::kill).
pub async fn detection(
    suite: &Arc<Suite>,
    fault: &'static Fault,
    runs: u64,
    seed: u64,
) -> Result<Detection, String> {
    let named = named_by(fault)?;
    let by_name = |id: &str| suite.case(id).is_some_and(|case| named.takes(case));
    let whole = reach(suite, fault)?;
    let mut noticed = 0;
    for run in 0..runs {
        let settings = Settings { faults: vec![fault], ..Settings::default() };
        let enough = |id: &str, verdict| is_broken(verdict) && by_name(id);
        let report = observed(suite, settings, &whole, seed.wrapping_add(run), None, &enough).await?;
        noticed += u64::from(report.cases.iter().any(|case| enough(&case.id, case.verdict)));
    }
    Ok(Detection { fault, runs, noticed })
}
