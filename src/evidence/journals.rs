//! Whether a report follows from the exchanges that its journals recorded.

use super::check::{Basis, Refusal, short};
use super::examine::Examined;
use crate::case::suite::Suite;
use crate::law::verdict::Verdict;
use crate::report::model::{CaseReport, Report, TargetInfo};
use crate::run::journal::Journal;
use crate::run::rejudge::{Agreement, reached, rejudge};
use std::collections::{BTreeMap, BTreeSet};

/// What came of judging again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rejudged {
    /// How many verdicts follow from their exchanges, or claim nothing of the target.
    pub follow: usize,
    /// Verdicts that rest on what a journal does not keep, such as a secret, and why; by case.
    pub taken: BTreeMap<String, String>,
}

/// A journal and what its file is called.
pub struct Named {
    /// The file's name.
    pub name: String,
    /// What it holds.
    pub journal: Journal,
}

/// Holds a report, called `name`, against the journals of its run: one, or one of each shard.
///
/// Cases that ask something else by now cannot be judged by this proofmark, and are taken as they were recorded.
///
/// # Errors
/// Every contradiction that is found.
pub fn follows(
    name: &str,
    report: &Report,
    suite: &Suite,
    mut journals: Vec<Named>,
    examined: &Examined,
) -> Result<Rejudged, Vec<Refusal>> {
    let mut refusals: Vec<Refusal> = journals.iter().flat_map(|one| same_run(name, report, one)).collect();
    refusals.extend(shards(&journals));
    refusals.extend(cases(name, report, &journals));
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let mut rejudged = Rejudged::default();
    for one in &mut journals {
        let (old, mut own): (Vec<CaseReport>, Vec<CaseReport>) = report
            .cases
            .iter()
            .filter(|case| one.journal.judged.contains_key(&case.id))
            .cloned()
            .partition(|case| examined.changed.contains(&case.id));
        if examined.basis == Basis::Frozen {
            // What the remaining cases ask is the same; how they are worded may be another thing by now.
            one.journal.started.suite.digest.clone_from(&suite.digest);
            for case in &mut own {
                reword(case, suite);
            }
        }
        let agreements = match rejudge(suite, &one.journal, &own) {
            Ok(agreements) => agreements,
            Err(why) => {
                refusals.push(Refusal::new(
                    &one.name,
                    why,
                    "its exchanges cannot be judged by this proofmark",
                ));
                continue;
            }
        };
        let expected: BTreeSet<&String> = old.iter().map(|case| &case.id).collect();
        for case in agreements.into_iter().filter(|case| !expected.contains(&case.id)) {
            match case.agreement {
                Agreement::Agrees => rejudged.follow += 1,
                Agreement::Unjudgeable(why) => {
                    rejudged.taken.insert(case.id, why);
                }
                Agreement::Differs { laws, report: said } => {
                    let what = format!(
                        "{} is said to be {said:?}, and the recorded exchanges say {laws:?} ({})",
                        case.id, one.name
                    );
                    refusals.push(Refusal::new(name, what, "the verdict was edited, or the journal was"));
                }
            }
        }
        let why = "it asks something else in this proofmark";
        rejudged.taken.extend(old.into_iter().map(|case| (case.id, why.to_owned())));
    }
    let counted = reached(suite, journals.iter().map(|one| &one.journal));
    if examined.basis == Basis::Own && counted != report.coverage {
        let what = "/coverage is not what the journals count";
        refusals.push(Refusal::new(name, what, "the report was edited, or the journal was"));
    }
    if refusals.is_empty() { Ok(rejudged) } else { Err(refusals) }
}

/// Puts the words of a suite into what a report says of a case.
fn reword(case: &mut CaseReport, suite: &Suite) {
    if let Some(own) = suite.case(&case.id) {
        case.title.clone_from(&own.title);
        case.clause.clone_from(&own.clause);
    }
}

/// What tells that a journal is of another run.
fn same_run(name: &str, report: &Report, one: &Named) -> Vec<Refusal> {
    let Journal { started, finished, torn, .. } = &one.journal;
    let mut refusals = Vec::new();
    let mut member = |member: &str, recorded: String, said: String| {
        if recorded != said {
            let what = format!("its {member} is {recorded}, and {name} says {said}");
            refusals.push(Refusal::new(
                &one.name,
                what,
                "it is the journal of another run, or one of the two was edited",
            ));
        }
    };
    member("suite", short(&started.suite.digest), short(&report.suite.digest));
    member("proofmark", started.tool.version.clone(), report.tool.version.clone());
    member("target", said(&started.target), said(&report.target));
    member("seed", started.seed.to_string(), report.seed.to_string());
    if let Some(shard) = &report.shard {
        member("shard", started.shard.clone().unwrap_or_default(), shard.clone());
    }
    match finished {
        None => {
            let means = "the run was broken off, or lines were taken out";
            refusals.push(Refusal::new(&one.name, "its last line is not `finished`", means));
        }
        Some(_) if *torn => {
            let means = "it was cut or written to after the run was over";
            refusals.push(Refusal::new(&one.name, "something stands behind its last line", means));
        }
        Some(_) => {}
    }
    refusals
}

/// An embedded target listens on a free port, so its URL says nothing.
fn said(target: &TargetInfo) -> String {
    let faults = target.faults.join(", ");
    if target.embedded {
        format!("the embedded one {faults}").trim_end().to_owned()
    } else {
        target.url.clone()
    }
}

/// What is wrong with the journals together.
fn shards(journals: &[Named]) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    for one in journals {
        let shard = one.journal.started.shard.clone().unwrap_or_else(|| "1/1".to_owned());
        if let Some(other) = known.insert(shard.clone(), &one.name) {
            let what = format!("is of the same part of the run, {shard}, as {other}");
            refusals.push(Refusal::new(&one.name, what, "give one journal a shard"));
        }
    }
    refusals
}

/// Each case of the report is in one journal, as the journal has it.
fn cases(name: &str, report: &Report, journals: &[Named]) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let mut missing: Vec<&str> = Vec::new();
    for (index, case) in report.cases.iter().enumerate() {
        let held: Vec<&Named> =
            journals.iter().filter(|one| one.journal.judged.contains_key(&case.id)).collect();
        let at = format!("/cases/{index}, {},", case.id);
        match held.as_slice() {
            [] => missing.push(&case.id),
            [one] => {
                let recorded = one.journal.judged.get(&case.id).map(|judged| &judged.report);
                if recorded.is_some_and(|recorded| recorded.exchanges != case.exchanges) {
                    let what = format!(
                        "{at} sent {} requests, and {} recorded another number",
                        case.exchanges, one.name
                    );
                    refusals.push(Refusal::new(name, what, "the report was edited, or the journal was"));
                }
            }
            [one, other, ..] => {
                let what = format!("{at} is in {} and in {}", one.name, other.name);
                refusals.push(Refusal::new(name, what, "one of them is the journal of another run"));
            }
        }
    }
    if let Some(first) = missing.first() {
        let what = format!("{} cases are in no journal, the first is {first}", missing.len());
        let means = "the journal of a shard is missing, or lines were taken out of one";
        refusals.push(Refusal::new(name, what, means));
    }
    let known: BTreeSet<&String> = report.cases.iter().map(|case| &case.id).collect();
    for one in journals {
        let planned = one.journal.started.cases;
        if planned != one.journal.judged.len() {
            let what =
                format!("says that {planned} cases were selected, and holds {}", one.journal.judged.len());
            refusals.push(Refusal::new(&one.name, what, "lines were taken out of it"));
        }
        for id in one.journal.judged.keys().filter(|id| !known.contains(id)) {
            let what = format!("leaves out {id}, which {} says was judged", one.name);
            refusals.push(Refusal::new(name, what, "a case was taken out of the report"));
        }
    }
    refusals
}

impl Rejudged {
    /// Of the cases that claim something of the target, those whose verdict nobody can judge again.
    pub fn taken_on_trust<'a>(
        &'a self,
        report: &'a Report,
    ) -> impl Iterator<Item = (&'a CaseReport, &'a str)> {
        let claims =
            |case: &&CaseReport| matches!(case.verdict, Verdict::Pass | Verdict::Fail | Verdict::Warn);
        let cases = report.cases.iter().filter(claims);
        cases.filter_map(|case| Some((case, self.taken.get(&case.id)?.as_str())))
    }
}
