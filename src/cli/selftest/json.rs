//! The self-test as JSON: the whole kill matrix.

use super::{Findings, name};
use crate::cli::output::Failure;
use serde_json::{Value, json};

/// Everything, as one object.
pub(super) fn whole(findings: &Findings<'_>) -> Result<String, Failure> {
    let matrix = &findings.matrix;
    let correct: Vec<Value> = findings
        .spared
        .iter()
        .map(|one| {
            let accused: Vec<Value> =
                one.accused.iter().map(|(id, reason)| json!({ "case": id, "reason": reason })).collect();
            json!({ "variant": name(one), "dialect": one.dialect.map(|dialect| dialect.name), "accused": accused })
        })
        .collect();
    let faults: Vec<Value> = matrix
        .kills
        .iter()
        .map(|one| {
            json!({
                "fault": one.fault.name, "law": one.fault.law, "race": one.fault.race,
                "killed": one.is_noticed(), "noticed_by": one.noticed, "besides": one.besides,
            })
        })
        .collect();
    let sole: Vec<Value> = matrix
        .sole()
        .into_iter()
        .map(|(kill, case)| json!({ "fault": kill.fault.name, "case": case }))
        .collect();
    let quiet: Option<Vec<&str>> =
        findings.whole.then(|| matrix.quiet().into_iter().map(|case| case.id.as_str()).collect());
    let races: Vec<Value> = findings
        .races
        .iter()
        .map(|race| json!({ "fault": race.fault.name, "runs": race.runs, "noticed": race.noticed }))
        .collect();
    let budgets: Vec<Value> = findings
        .budgets
        .iter()
        .map(|one| json!({ "exchanges": one.exchanges, "found": one.found, "missed": one.missed }))
        .collect();
    let whole = json!({
        "correct": correct, "seeds": findings.seeds, "faults": faults, "killed": findings.killed(),
        "sole": sole, "quiet": quiet, "idle_laws": matrix.idle_laws(), "races": races, "budgets": budgets,
    });
    Ok(format!("{}\n", serde_json::to_string_pretty(&whole).map_err(Failure::own)?))
}
