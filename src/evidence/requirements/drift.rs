//! What became of a set's cases since it was frozen.

use super::super::asks;
use super::Requirements;
use super::freeze::dialects;
use crate::case::suite::Suite;
use crate::contract::dialect::DEFAULT;
use crate::contract::problem::Problems;
use std::collections::{BTreeMap, BTreeSet};

/// How a suite differs from what a set froze.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drift {
    /// Why a case of the set asks something else now, or is gone; by its id.
    pub changed: BTreeMap<String, String>,
    /// Cases that the set does not have.
    pub later: BTreeSet<String>,
}

impl Drift {
    /// There is no such suite any more.
    pub(in crate::evidence) fn gone(set: &Requirements) -> Self {
        let changed =
            set.cases.iter().map(|case| (case.id.clone(), "this proofmark has no such suite".to_owned()));
        Self { changed: changed.collect(), later: BTreeSet::new() }
    }
}

/// How a suite, in the default dialect, differs from what a set froze; a dialect that is named is looked at too.
///
/// # Errors
/// None for the shipped documents and dialects.
pub fn drift(set: &Requirements, suite: &Suite, dialect: Option<&str>) -> Result<Drift, Problems> {
    let mut names = vec![DEFAULT.to_owned()];
    names.extend(dialect.map(ToOwned::to_owned).filter(|name| name != DEFAULT));
    let now = dialects(suite, &names)?;
    let moved = now.iter().find_map(|(dialect, digest)| match set.contract.get(dialect) {
        None => Some(format!("the set is not for the dialect {dialect}")),
        Some(frozen) if frozen != digest => {
            Some(format!("the contract in the dialect {dialect} is another now"))
        }
        Some(_) => None,
    });
    let frozen: BTreeMap<&str, &str> =
        set.cases.iter().map(|case| (case.id.as_str(), case.asks.as_str())).collect();
    let changed = set.cases.iter().filter_map(|required| {
        let why = match (&moved, suite.case(&required.id)) {
            (Some(moved), _) => moved.clone(),
            (None, None) => "it is gone".to_owned(),
            (None, Some(case)) if asks::case(case) != required.asks => {
                "it asks something else now".to_owned()
            }
            (None, Some(_)) => return None,
        };
        Some((required.id.clone(), why))
    });
    let later = suite.cases.iter().filter(|case| !frozen.contains_key(case.id.as_str()));
    Ok(Drift { changed: changed.collect(), later: later.map(|case| case.id.clone()).collect() })
}
