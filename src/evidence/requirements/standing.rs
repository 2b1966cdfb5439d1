//! Where a report stands under a requirement set.

use super::{Drift, Requirements};
use crate::law::verdict::Verdict;
use crate::report::model::{CaseReport, Report};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The verdict under a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Meets {
    /// Every case of the set that must be decided was, and no MUST among them broke.
    Conforms,
    /// A MUST of the set broke.
    Fails,
    /// A case of the set is missing, changed, or undecided without leave.
    Incomplete,
}

impl Meets {
    /// The word that reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Conforms => "conforms",
            Self::Fails => "fails",
            Self::Incomplete => "incomplete",
        }
    }
}

/// What became of a case that was not decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It is not in the report.
    Missing,
    /// It asks something else than when the set was frozen.
    Changed,
    /// It was not run.
    Skipped,
    /// The answers do not decide.
    Inconclusive,
    /// The harness or its environment failed.
    Error,
}

impl Kind {
    /// The word that reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Changed => "changed",
            Self::Skipped => "skipped",
            Self::Inconclusive => "inconclusive",
            Self::Error => "error",
        }
    }
}

/// A case of the set that was not decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The case's id.
    pub name: String,
    /// What became of it.
    pub kind: Kind,
    /// Why.
    pub why: String,
    /// Why the set allows that; absent where it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed: Option<String>,
}

/// Cases that the set does not have, counted apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Later {
    /// How many were run.
    pub run: usize,
    /// How many broke.
    pub broken: usize,
}

/// Where a report stands under a set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The set's id.
    pub id: String,
    /// The day on which it was frozen.
    pub frozen: String,
    /// The verdict.
    pub verdict: Meets,
    /// How many cases the set has.
    pub expected: usize,
    /// How many of them were sent to the target, decided or not.
    pub run: usize,
    /// How many passed.
    pub passed: usize,
    /// Those in which a SHOULD or MAY broke.
    pub warned: Vec<String>,
    /// Those in which a MUST broke.
    pub failed: Vec<String>,
    /// Those that were not decided, the ones that the set does not allow first.
    pub gaps: Vec<Gap>,
    /// Cases that are not in the set; they change nothing.
    pub later: Later,
}

/// Where a report stands under a set, given how its suite differs from what was frozen.
pub fn standing(set: &Requirements, drift: &Drift, report: &Report) -> Standing {
    let known: BTreeMap<&str, &CaseReport> =
        report.cases.iter().map(|case| (case.id.as_str(), case)).collect();
    let mut standing = Standing {
        id: set.id.clone(),
        frozen: set.frozen.clone(),
        verdict: Meets::Conforms,
        expected: set.cases.len(),
        run: 0,
        passed: 0,
        warned: Vec::new(),
        failed: Vec::new(),
        gaps: Vec::new(),
        later: Later::default(),
    };
    for required in &set.cases {
        let case = known.get(required.id.as_str());
        standing.run += usize::from(case.is_some_and(|case| case.exchanges > 0));
        let (kind, why) = match case {
            None => (Kind::Missing, absence(report)),
            Some(_) if drift.changed.contains_key(&required.id) => {
                (Kind::Changed, drift.changed.get(&required.id).cloned().unwrap_or_default())
            }
            Some(case) => match case.verdict {
                Verdict::Pass => {
                    standing.passed += 1;
                    continue;
                }
                Verdict::Warn => {
                    standing.warned.push(required.id.clone());
                    continue;
                }
                Verdict::Fail => {
                    standing.failed.push(required.id.clone());
                    continue;
                }
                Verdict::Skipped => (Kind::Skipped, case.reason.clone()),
                Verdict::Inconclusive => (Kind::Inconclusive, case.reason.clone()),
                Verdict::Error => (Kind::Error, case.reason.clone()),
            },
        };
        // What was never asked, or failed on our side, is no leave for the wallet.
        let leave =
            matches!(kind, Kind::Skipped | Kind::Inconclusive) && case.is_some_and(|case| !case.left_out);
        let allowed = set.excuse(&required.id).filter(|_| leave).map(ToOwned::to_owned);
        standing.gaps.push(Gap { name: required.id.clone(), kind, why, allowed });
    }
    standing.gaps.sort_by_key(|gap| gap.allowed.is_some());
    let of_set = |case: &&&CaseReport| set.cases.iter().any(|required| required.id == case.id);
    for case in known.values().filter(|case| !of_set(case)) {
        standing.later.run += usize::from(case.exchanges > 0);
        standing.later.broken += usize::from(matches!(case.verdict, Verdict::Fail | Verdict::Warn));
    }
    standing.verdict = if !standing.failed.is_empty() {
        Meets::Fails
    } else if standing.gaps.iter().any(|gap| gap.allowed.is_none()) {
        Meets::Incomplete
    } else {
        Meets::Conforms
    };
    standing
}

/// Why a case is not in a report.
fn absence(report: &Report) -> String {
    match &report.shard {
        Some(shard) => format!("the report is of the shard {shard}; merge all shards"),
        None => "left out by --only, --skip, --level or another suite".to_owned(),
    }
}

impl Standing {
    /// The cases that keep a report from being complete.
    pub fn open(&self) -> impl Iterator<Item = &Gap> {
        self.gaps.iter().filter(|gap| gap.allowed.is_none())
    }

    /// The cases that were left undecided with leave.
    pub fn excused(&self) -> impl Iterator<Item = &Gap> {
        self.gaps.iter().filter(|gap| gap.allowed.is_some())
    }
}
