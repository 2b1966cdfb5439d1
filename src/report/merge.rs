//! The shards of one run made one report again.

use super::model::{
    BoundaryCoverage, CaseReport, CodeCoverage, Coverage, Overall, Report, RowState, StatusCoverage, Totals,
};
use crate::run::latency;
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};

/// Why reports are not the shards of one run.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum MergeError {
    /// No report was given.
    #[error("no shard was given; name the JSON reports of all shards")]
    Nothing,
    /// A report of a whole run among the shards.
    #[error("{file} is no shard (its `shard` is {shard}); merge reports of `proofmark run --shard I/N`")]
    NoShard {
        /// The file.
        file: String,
        /// What stands in `shard`.
        shard: String,
    },
    /// Two shards of different runs.
    #[error(
        "{one} and {other} are not of the same run: {what} is {left:?} in one and {right:?} in the other"
    )]
    Mismatch {
        /// The first file.
        one: String,
        /// The file that differs from it.
        other: String,
        /// What differs.
        what: &'static str,
        /// How it is in the first.
        left: String,
        /// How it is in the other.
        right: String,
    },
    /// A shard that was given twice.
    #[error("{one} and {other} are both shard {shard}; name each shard once")]
    Twice {
        /// One file.
        one: String,
        /// The other.
        other: String,
        /// Its label.
        shard: String,
    },
    /// Shards that were not given.
    #[error("not every shard is there: {missing} missing; run them and name their reports too")]
    Missing {
        /// Their labels, separated by commas.
        missing: String,
    },
    /// A case in two shards.
    #[error("case {id} is in {one} and in {other}; these are not the shards of one run")]
    SharedCase {
        /// The case.
        id: String,
        /// One file.
        one: String,
        /// The other.
        other: String,
    },
}

/// Makes one report of all shards; each comes with the name of its file, for the errors.
///
/// Up to times the result is the report of the unsharded run. `at_ms` of the exchanges counts from
/// the start of the earliest shard.
pub fn merge(shards: &[(String, Report)]) -> Result<Report, MergeError> {
    let Some((first_file, first)) = shards.first() else {
        return Err(MergeError::Nothing);
    };
    for (file, shard) in shards {
        same_run((first_file, first), (file, shard))?;
    }
    complete(shards)?;
    disjoint(shards)?;

    let reports = || shards.iter().map(|(_, report)| report);
    let started = reports().min_by_key(|report| start(report)).unwrap_or(first);
    let mut cases: Vec<CaseReport> = reports().flat_map(|report| on_clock_of(started, report)).collect();
    cases.sort_by(|a, b| a.index.cmp(&b.index).then_with(|| a.id.cmp(&b.id)));
    Ok(Report {
        format: first.format.clone(),
        suite: first.suite.clone(),
        tool: first.tool.clone(),
        target: first.target.clone(),
        seed: first.seed,
        shard: None,
        started: started.started.clone(),
        elapsed_ms: reports().map(|report| report.elapsed_ms).max().unwrap_or_default(),
        exchanges: reports().fold(0, |all, report| all.saturating_add(report.exchanges)),
        verdict: Overall::of(&cases),
        totals: Totals::count(&cases),
        cases,
        coverage: coverage(shards),
        latency: latency::sum(reports().flat_map(|report| &report.latency)),
    })
}

fn start(report: &Report) -> Option<Timestamp> {
    report.started.parse().ok()
}

/// The cases of a shard, with the times of their exchanges moved to the clock of another.
fn on_clock_of(origin: &Report, shard: &Report) -> Vec<CaseReport> {
    let later = match (start(origin), start(shard)) {
        (Some(origin), Some(shard)) => {
            u64::try_from(shard.duration_since(origin).as_millis()).unwrap_or_default()
        }
        _ => 0,
    };
    let mut cases = shard.cases.clone();
    for exchange in cases.iter_mut().filter_map(|case| case.finding.as_mut()).flat_map(|f| &mut f.minimal) {
        exchange.at_ms = exchange.at_ms.saturating_add(later);
    }
    cases
}

type Named<'a> = (&'a String, &'a Report);

fn same_run((one, first): Named<'_>, (other, shard): Named<'_>) -> Result<(), MergeError> {
    let total = |report: &Report| label(report).map(|(_, of)| of.to_string()).unwrap_or_default();
    for (file, report) in [(one, first), (other, shard)] {
        if label(report).is_none() {
            let shard = report.shard.as_ref().map_or("null".into(), |shard| format!("{shard:?}"));
            return Err(MergeError::NoShard { file: file.clone(), shard });
        }
    }
    for (what, left, right) in [
        ("the format", first.format.clone(), shard.format.clone()),
        ("the suite digest", first.suite.digest.clone(), shard.suite.digest.clone()),
        ("the seed", first.seed.to_string(), shard.seed.to_string()),
        ("the tool version", first.tool.version.clone(), shard.tool.version.clone()),
        ("the target", target(first), target(shard)),
        ("the number of shards", total(first), total(shard)),
    ] {
        if left != right {
            let (one, other) = (one.clone(), other.clone());
            return Err(MergeError::Mismatch { one, other, what, left, right });
        }
    }
    Ok(())
}

/// What makes two targets the same. An embedded target listens on a free port, so its URL says nothing.
fn target(report: &Report) -> String {
    let target = &report.target;
    if target.embedded {
        format!("embedded {}", target.faults.join(" ")).trim_end().to_owned()
    } else {
        target.url.clone()
    }
}

/// `I/N` as numbers.
fn label(report: &Report) -> Option<(usize, usize)> {
    let (index, of) = report.shard.as_deref()?.split_once('/')?;
    let (index, of) = (index.parse().ok()?, of.parse().ok()?);
    (1..=of).contains(&index).then_some((index, of))
}

fn complete(shards: &[(String, Report)]) -> Result<(), MergeError> {
    let mut files: BTreeMap<usize, &String> = BTreeMap::new();
    let mut total = 0;
    for (file, shard) in shards {
        let Some((index, of)) = label(shard) else { continue };
        total = of;
        if let Some(one) = files.insert(index, file) {
            let (one, other) = (one.clone(), file.clone());
            return Err(MergeError::Twice { one, other, shard: format!("{index}/{of}") });
        }
    }
    // A label may claim any number of shards: look for the first few only.
    let mut missing: Vec<String> = (1..=total)
        .filter(|index| !files.contains_key(index))
        .take(10)
        .map(|index| format!("{index}/{total}"))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let unnamed = total - files.len() - missing.len();
    if unnamed > 0 {
        missing.push(format!("and {unnamed} more"));
    }
    Err(MergeError::Missing { missing: missing.join(", ") })
}

fn disjoint(shards: &[(String, Report)]) -> Result<(), MergeError> {
    let mut seen: HashMap<&str, &String> = HashMap::new();
    for (file, shard) in shards {
        for case in &shard.cases {
            if let Some(one) = seen.insert(&case.id, file) {
                let (one, other) = (one.clone(), file.clone());
                return Err(MergeError::SharedCase { id: case.id.clone(), one, other });
            }
        }
    }
    Ok(())
}

fn coverage(shards: &[(String, Report)]) -> Coverage {
    let lists = || shards.iter().map(|(_, report)| &report.coverage);
    let mut boundaries: Vec<BoundaryCoverage> = Vec::new();
    let place =
        |b: &BoundaryCoverage| (b.operation.clone(), b.pointer.clone(), b.keyword.clone(), b.side.clone());
    let mut known = HashMap::new();
    for boundary in lists().flat_map(|coverage| &coverage.boundaries) {
        let index = *known.entry(place(boundary)).or_insert(boundaries.len());
        match boundaries.get_mut(index) {
            Some(merged) => merged.exercised |= boundary.exercised,
            None => boundaries.push(boundary.clone()),
        }
    }
    Coverage {
        codes: counted(
            &lists().map(|coverage| coverage.codes.as_slice()).collect::<Vec<_>>(),
            |code: &CodeCoverage| &code.code,
            |merged, code| {
                merged.seen = merged.seen.saturating_add(code.seen);
                merged.documented |= code.documented;
                merged.state = merged.state.max(code.state);
                merged.unprovokable = why_not(merged.unprovokable.take(), merged.state);
            },
        ),
        statuses: counted(
            &lists().map(|coverage| coverage.statuses.as_slice()).collect::<Vec<_>>(),
            |status: &StatusCoverage| &status.status,
            |merged, status| {
                merged.seen = merged.seen.saturating_add(status.seen);
                merged.state = merged.state.max(status.state);
                merged.unprovokable = why_not(merged.unprovokable.take(), merged.state);
            },
        ),
        boundaries,
    }
}

/// Why a row cannot be brought about: nothing once another shard has.
fn why_not(reason: Option<String>, state: Option<RowState>) -> Option<String> {
    reason.filter(|_| state == Some(RowState::NotProvokable))
}

/// Adds lists up by name. Each is what the contract documents, the same in every shard, and then
/// what else was seen, sorted. So what all lists begin with keeps its order and the rest is sorted.
fn counted<T: Clone>(lists: &[&[T]], name: impl Fn(&T) -> &String, add: impl Fn(&mut T, &T)) -> Vec<T> {
    let first = lists.first().copied().unwrap_or_default();
    let common = (0..first.len())
        .take_while(|&place| {
            lists.iter().all(|list| list.get(place).map(&name) == first.get(place).map(&name))
        })
        .count();
    let mut merged: Vec<T> = first[..common].to_vec();
    let mut rest: BTreeMap<&String, T> = BTreeMap::new();
    for (nth, list) in lists.iter().enumerate() {
        for (place, item) in list.iter().enumerate() {
            if let Some(known) = merged.get_mut(place).filter(|_| place < common) {
                if nth > 0 {
                    add(known, item);
                }
            } else if let Some(known) = rest.get_mut(name(item)) {
                add(known, item);
            } else {
                rest.insert(name(item), item.clone());
            }
        }
    }
    merged.extend(rest.into_values());
    merged
}
