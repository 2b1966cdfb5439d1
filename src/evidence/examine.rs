//! Everything that can be asked of a report without its journals.

use super::check::{self, Basis, Refusal};
use super::requirements::{Drift, Requirements, Standing, drift, standing};
use crate::case::suite::Suite;
use crate::contract::problem::Problems;
use crate::report::model::Report;
use std::collections::BTreeSet;

/// What a report was found to be.
pub struct Examined {
    /// What its cases were held against.
    pub basis: Basis,
    /// Where it stands under the requirement set, where one was named.
    pub standing: Option<Standing>,
    /// Cases of the set that ask something else in this proofmark, so that their laws judge nothing again.
    pub changed: BTreeSet<String>,
    /// How many cases its suite has.
    pub cases: usize,
}

/// Why a report was not examined to its end.
#[derive(Debug)]
pub enum Unfit {
    /// It contradicts itself or what it was judged by.
    Refused(Vec<Refusal>),
    /// The built-in documents cannot be read, which is a fault of ours.
    Own(Problems),
}

/// Holds a report, called `name`, against itself, the suite that it names, and a requirement set.
///
/// # Errors
/// Every contradiction that is found.
pub fn examine(
    name: &str,
    report: &Report,
    suite: &Suite,
    set: Option<&Requirements>,
) -> Result<Examined, Unfit> {
    let mut refusals = check::itself(name, report);
    let basis = match check::basis(name, report, suite, set) {
        Ok(basis) => basis,
        Err(refusal) => {
            refusals.push(refusal);
            return Err(Unfit::Refused(refusals));
        }
    };
    refusals.extend(match (basis, set) {
        (Basis::Frozen, Some(set)) => check::frozen(name, report, set),
        _ => check::suite(name, report, suite),
    });
    if !refusals.is_empty() {
        return Err(Unfit::Refused(refusals));
    }
    let Some(set) = set else {
        return Ok(Examined { basis, standing: None, changed: BTreeSet::new(), cases: suite.cases.len() });
    };
    let dialect = report.suite.dialect.as_deref();
    let chosen;
    let own = if set.suite == suite.contract.title {
        Some(suite)
    } else {
        chosen = Suite::chosen(std::slice::from_ref(&set.suite)).ok();
        chosen.as_ref()
    };
    let moved = match own {
        Some(own) => drift(set, own, dialect).map_err(Unfit::Own)?,
        None => Drift::gone(set),
    };
    let changed = moved.changed.keys().cloned().collect();
    // What was judged when the set was frozen asked what the set says, whatever became of it.
    let drift = if basis == Basis::Frozen { Drift::default() } else { moved };
    let cases = if basis == Basis::Frozen { set.cases.len() } else { suite.cases.len() };
    Ok(Examined { basis, standing: Some(standing(set, &drift, report)), changed, cases })
}
