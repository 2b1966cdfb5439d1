//! Making a requirement set of a suite as it is.

use super::super::asks;
use super::{FORMAT, Optional, Required, Requirements};
use crate::case::suite::Suite;
use crate::contract::dialect::{DEFAULT, Dialect};
use crate::contract::problem::Problems;
use serde_json::Value;
use std::collections::BTreeMap;

/// What a new set is told.
pub struct Freeze {
    /// What it is called.
    pub id: String,
    /// Whom it is for.
    pub title: String,
    /// The day, such as `2026-11-26`.
    pub frozen: String,
    /// Cases that need not be decided.
    pub optional: Vec<Optional>,
}

/// The set of all cases of a suite, in each built-in dialect.
///
/// # Errors
/// None for the shipped documents.
pub fn freeze(suite: &Suite, told: Freeze) -> Result<Requirements, Problems> {
    let contract = dialects(suite, &Dialect::names())?;
    let own = suite.contract.dialect.as_deref().unwrap_or(DEFAULT);
    let mut suites: BTreeMap<String, String> = [(own.to_owned(), suite.digest.clone())].into();
    if asks::is_builtin(suite) {
        let titles = vec![suite.contract.title.clone()];
        for name in Dialect::names() {
            suites.insert(name.clone(), Suite::chosen_in(&titles, &name)?.digest);
        }
    }
    let cases = suite.cases.iter().map(|case| Required {
        id: case.id.clone(),
        level: case.level,
        asks: asks::case(case),
    });
    Ok(Requirements {
        format: FORMAT.to_owned(),
        id: told.id,
        title: told.title,
        frozen: told.frozen,
        suite: suite.contract.title.clone(),
        version: suite.contract.version.clone(),
        contract,
        suites,
        optional: told.optional,
        cases: cases.collect(),
    })
}

/// The digest of the contract in each of these dialects. A contract that is not built in has the one that it was read
/// in.
pub(super) fn dialects(suite: &Suite, names: &[String]) -> Result<BTreeMap<String, String>, Problems> {
    let mut contract = BTreeMap::new();
    if !asks::is_builtin(suite) {
        let own = suite.contract.dialect.as_deref().unwrap_or(DEFAULT);
        contract.insert(own.to_owned(), asks::contract(suite, None)?);
        return Ok(contract);
    }
    for name in names {
        contract.insert(name.clone(), asks::contract(suite, Some(&Dialect::builtin(name)?))?);
    }
    Ok(contract)
}

/// The set as YAML.
pub fn render(set: &Requirements) -> String {
    let quoted = |text: &str| Value::from(text).to_string();
    let mut text = format!(
        "# A frozen requirement set, made by `proofmark requirements freeze`. It is never changed: what is asked\n\
         # later is another set.\n\
         format: {FORMAT}\nid: {}\ntitle: {}\nfrozen: {}\nsuite: {}\nversion: {}\ncontract:\n",
        quoted(&set.id),
        quoted(&set.title),
        quoted(&set.frozen),
        quoted(&set.suite),
        quoted(&set.version)
    );
    for (dialect, digest) in &set.contract {
        text.push_str(&format!("  {}: {}\n", quoted(dialect), quoted(digest)));
    }
    text.push_str("suites:\n");
    for (dialect, digest) in &set.suites {
        text.push_str(&format!("  {}: {}\n", quoted(dialect), quoted(digest)));
    }
    text.push_str(if set.optional.is_empty() { "optional: []\n" } else { "optional:\n" });
    for optional in &set.optional {
        text.push_str(&format!("  - reason: {}\n    cases:\n", quoted(&optional.reason)));
        text.extend(optional.cases.iter().map(|pattern| format!("      - {}\n", quoted(pattern))));
    }
    text.push_str("cases:\n");
    for case in &set.cases {
        let level = format!("{:?}", case.level).to_lowercase();
        text.push_str(&format!(
            "  - {{ id: {}, level: {level}, asks: {} }}\n",
            quoted(&case.id),
            quoted(&case.asks)
        ));
    }
    text
}
