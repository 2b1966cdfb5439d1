//! The reader of contracts, and of the other files that `proofmark lint` knows.

use super::{NAME, told};
use proofmark::case::build;
use proofmark::case::explain::explain;
use proofmark::case::suite::Suite;
use proofmark::contract::dialect::Dialect;
use proofmark::contract::document::Document;
use proofmark::contract::guess::skeleton;
use proofmark::contract::{Contract, lint};
use proofmark::evidence::requirements::Requirements;
use std::slice::from_ref;

/// How many cases of a contract are looked at.
const CASES: usize = 24;

/// Reads bytes as a contract in YAML or JSON, as a dialect or as a requirement set, whichever they say they are.
pub fn contract(data: &[u8]) {
    let Some(text) = super::text(data) else { return };
    let document = match Document::read_text(NAME, text) {
        Ok(document) => document,
        Err(problem) => return told(text, from_ref(&problem)),
    };
    if document.value.get("changes").is_some() {
        return dialect(text);
    }
    if document.value.get("format").is_some() {
        let read = Requirements::parse(NAME, text);
        return told(text, &read.err().map(|problems| problems.0).unwrap_or_default());
    }
    let linted = lint::contract(NAME, text);
    told(text, &linted);
    match Contract::parse(NAME, text) {
        Err(problems) => {
            assert!(!linted.is_empty(), "lint finds nothing, and it cannot be read: {problems}");
            told(text, &problems.0);
        }
        Ok(contract) => suite(text, contract),
    }
}

/// Everything that a run does with a contract before it sends anything.
fn suite(text: &str, contract: Contract) {
    told(text, &contract.warnings);
    let _ = skeleton(&contract, NAME);
    let suite = match Suite::new(contract, &[]) {
        Ok(suite) => suite,
        Err(problems) => return told(text, &problems.0),
    };
    for case in suite.cases.iter().take(CASES) {
        let operation = suite.contract.operation(&case.operation).expect("a case is of an operation");
        let _ = explain(case, operation, operation);
        if let Some(generator) = suite.generators.get(&case.operation) {
            let _ = build::script(case, operation, generator, 1, 0);
        }
    }
}

/// Reads the text of a dialect and speaks a contract in it.
fn dialect(text: &str) {
    const CONTRACT: &str = include_str!("../../../schemas/sendInbox.v1.yaml");
    match Dialect::parse(NAME, text) {
        Err(problems) => told(text, &problems.0),
        Ok(dialect) => {
            let document = Document::read_text("contract", CONTRACT).expect("the contract is YAML");
            let _ = dialect.strangers(from_ref(&document.value));
            let _ = Contract::parse_in("contract", CONTRACT, Some(&dialect));
        }
    }
}
