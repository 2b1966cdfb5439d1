//! The reader of case files.

use super::suites::FAMILY;
use super::{NAME, now, told};
use proofmark::case::explain::explain;
use proofmark::case::model::Plan;
use proofmark::case::script::{Script, Step, Writing};
use proofmark::case::{Case, traits};
use proofmark::embedded;
use proofmark::target::compose::Composer;
use proofmark::target::stamp::Stamps;
use std::collections::BTreeMap;

/// A longer body is allowed in a step, and only costs time here.
const LARGE: usize = 1 << 16;
/// How many requests of a step are composed.
const COPIES: usize = 16;

/// Reads bytes as a case file about the built-in operations, and composes the requests of its cases.
pub fn case(data: &[u8]) {
    let Some(text) = super::text(data) else { return };
    let _ = proofmark::case::file::operations(NAME, text);
    match proofmark::case::file::parse(NAME, text, &FAMILY) {
        Err(problems) => told(text, &problems.0),
        Ok(cases) => cases.iter().take(COPIES).for_each(look_at),
    }
}

fn look_at(case: &Case) {
    let operation = FAMILY.operation(&case.operation).expect("a case is of an operation");
    let judged = FAMILY.operation(case.judged()).unwrap_or(operation);
    let _ = (explain(case, operation, judged), traits::of(case), case.samples(3));
    let script = match &case.plan {
        Plan::Written(script) => script.clone(),
        Plan::Programs(programs) => programs.script(&case.id, 1, 0).unwrap_or(Script(Vec::new())),
        Plan::Goal(_) | Plan::Bound(_) | Plan::Samples => return,
    };
    let written = serde_json::to_string(&script).expect("a script is JSON");
    let read: Script = serde_json::from_str(&written).expect("a script is read back");
    assert_eq!(read, script, "{written}");
    let config = embedded::config("http://127.0.0.1:1", proofmark::config::Limits::default());
    let (stamps, keys) = (Stamps::new(1), BTreeMap::new());
    let composer = Composer {
        contract: &FAMILY,
        operation,
        config: &config,
        signing_keys: &keys,
        stamps: &stamps,
        base: "",
        label: case.id.clone(),
    };
    let mut sent = BTreeMap::new();
    for step in script.0.iter().filter(|step| is_small(step)) {
        for draft in composer.row(step, &mut sent, &[]) {
            let _ = now(composer.headers(step, &draft));
        }
    }
}

fn is_small(step: &Step) -> bool {
    let large = matches!(step.write, Writing::Padded(length) | Writing::Nested(length) if length > LARGE);
    !large && step.copies() <= COPIES
}
