//! The contracts that are built in. Each document is a suite, called by its title.

use super::dialect::{self, Dialect};
use super::problem::{Problem, Problems};
use super::{Contract, document::Document, load, texts};
use include_dir::{Dir, include_dir};
use serde_json::Value;
use std::thread::ScopedJoinHandle;

/// The name that stands for every suite.
pub const FAMILY: &str = "family";

/// Every YAML file right in `schemas/` is a contract.
static BUILTIN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/schemas");

/// The member of a document's `info` that says whether it is the suite which is judged where none is named.
const DEFAULT: &str = "/info/x-proofmark-default";

/// The texts of the built-in contracts by their name in the repository.
pub(crate) fn documents() -> Vec<(String, &'static str)> {
    let texts = texts(&BUILTIN).into_iter().filter(|(name, _)| !name.contains('/'));
    texts.map(|(name, text)| (format!("schemas/{name}"), text)).collect()
}

/// All contracts that are built in: the default one first, the others in the order of their files.
///
/// # Errors
/// None for the shipped documents; a test reads them.
pub fn all() -> Result<Vec<Contract>, Problems> {
    all_in(&Dialect::builtin(dialect::DEFAULT)?)
}

fn all_in(dialect: &Dialect) -> Result<Vec<Contract>, Problems> {
    let read = |name: &str, text: &str| {
        let document = Document::parse(name, text)?;
        let default = document.value.pointer(DEFAULT) == Some(&Value::Bool(true));
        load::contract(document, text.to_owned(), Some(dialect)).map(|contract| (default, contract))
    };
    // Reading a dozen documents is most of what a short run does.
    let read: Vec<Result<(bool, Contract), Problems>> = std::thread::scope(|scope| {
        let threads: Vec<_> = documents()
            .into_iter()
            .map(|(name, text)| {
                let read = &read;
                scope.spawn(move || read(&name, text))
            })
            .collect();
        let join = |thread: ScopedJoinHandle<'_, _>| {
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        threads.into_iter().map(join).collect()
    });
    let mut contracts = Vec::new();
    for read in read {
        let (default, contract) = read?;
        contracts.insert(if default { 0 } else { contracts.len() }, contract);
    }
    Ok(contracts)
}

/// The default suite's contract.
///
/// # Errors
/// As [`chosen`].
pub fn builtin() -> Result<Contract, Problems> {
    chosen(&[])
}

/// The contract of the suites of these names, the default one without a name, all with [`FAMILY`]. It knows the
/// operations of all the others, so that steps can call them.
///
/// # Errors
/// A name that no suite has.
pub fn chosen(names: &[String]) -> Result<Contract, Problems> {
    chosen_in(names, &Dialect::builtin(dialect::DEFAULT)?)
}

/// The same in a dialect.
///
/// # Errors
/// A name that no suite has, or what the dialect makes of a contract that then cannot be read.
pub fn chosen_in(names: &[String], dialect: &Dialect) -> Result<Contract, Problems> {
    let all = all_in(dialect)?;
    let known = || all.iter().map(|contract| contract.title.as_str()).collect::<Vec<_>>();
    if let Some(name) = names.iter().find(|name| *name != FAMILY && !known().contains(&name.as_str())) {
        let mend = format!("name one of: {}, {FAMILY}", known().join(", "));
        return Err(Problem::new("--suite", format!("no suite is called `{name}`"), mend).into());
    }
    let family = names.iter().any(|name| name == FAMILY);
    let takes = |at: usize, contract: &Contract| {
        family || if names.is_empty() { at == 0 } else { names.contains(&contract.title) }
    };
    let mut parts = Vec::new();
    let mut siblings = Vec::new();
    for (at, contract) in all.into_iter().enumerate() {
        if takes(at, &contract) {
            parts.push(contract);
        } else {
            siblings.extend(contract.operations);
        }
    }
    let whole = Contract { siblings, ..joined(parts) };
    Ok(if family { Contract { title: FAMILY.to_owned(), ..whole } } else { whole })
}

/// A contract that is not built in, beside those that are: its steps can call their operations.
///
/// # Errors
/// None for the shipped documents.
pub fn beside(contract: Contract) -> Result<Contract, Problems> {
    let others = all()?.into_iter().flat_map(|other| other.operations);
    let siblings = others.filter(|other| !contract.judges(&other.id)).collect();
    Ok(Contract { siblings, ..contract })
}

/// Several contracts as one.
fn joined(parts: Vec<Contract>) -> Contract {
    let list = |member: fn(&Contract) -> &String| {
        let mut texts: Vec<&str> = parts.iter().map(|part| member(part).as_str()).collect();
        texts.dedup();
        texts.join(", ")
    };
    Contract {
        title: list(|part| &part.title),
        version: list(|part| &part.version),
        text: parts.iter().map(|part| part.text.as_str()).collect(),
        dialect: parts.first().and_then(|part| part.dialect.clone()),
        warnings: parts.iter().flat_map(|part| part.warnings.clone()).collect(),
        origins: parts.iter().flat_map(|part| part.origins.clone()).collect(),
        operations: parts.into_iter().flat_map(|part| part.operations).collect(),
        siblings: Vec::new(),
    }
}
