//! The contracts that are built in. Each document is a suite, called by its title.

use super::dialect::{self, Dialect};
use super::problem::{Problem, Problems};
use super::sibling::Sibling;
use super::{Contract, document::Document, load, texts};
use include_dir::{Dir, include_dir};
use serde_json::Value;
use std::sync::Arc;
use std::thread::ScopedJoinHandle;

/// The name that stands for every suite.
pub const FAMILY: &str = "family";

/// Every YAML file right in `schemas/` is a contract.
static BUILTIN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/schemas");

/// The member of a document's `info` that says whether it is the suite which is judged where none is named.
const DEFAULT: &str = "x-proofmark-default";

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
    read(&listed()?, &Dialect::builtin(dialect::DEFAULT)?)
}

/// A built-in document before it is read.
struct Listed {
    name: String,
    title: String,
    text: &'static str,
}

/// The built-in documents, the default one first. Of each only `info` is read, since the whole takes long.
fn listed() -> Result<Vec<Listed>, Problems> {
    let mut listed = Vec::new();
    for (name, text) in documents() {
        let lines = text.lines().skip_while(|line| *line != "info:").skip(1);
        let info: Vec<&str> = lines.take_while(|line| line.is_empty() || line.starts_with(' ')).collect();
        let info = Document::parse(&name, &info.join("\n"))?;
        let title = info.value.get("title").and_then(Value::as_str).unwrap_or_default().to_owned();
        let at = if info.value.get(DEFAULT) == Some(&Value::Bool(true)) { 0 } else { listed.len() };
        listed.insert(at, Listed { name, title, text });
    }
    Ok(listed)
}

fn read(listed: &[Listed], dialect: &Dialect) -> Result<Vec<Contract>, Problems> {
    let read = |one: &Listed| {
        load::contract(Document::parse(&one.name, one.text)?, one.text.to_owned(), Some(dialect))
    };
    if let [one] = listed {
        return Ok(vec![read(one)?]);
    }
    std::thread::scope(|scope| {
        let threads: Vec<_> = listed.iter().map(|one| scope.spawn(|| read(one))).collect();
        let join = |thread: ScopedJoinHandle<'_, _>| {
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        threads.into_iter().map(join).collect()
    })
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
    let listed = listed()?;
    let known = || listed.iter().map(|one| one.title.as_str()).collect::<Vec<_>>();
    if let Some(name) = names.iter().find(|name| *name != FAMILY && !known().contains(&name.as_str())) {
        let mend = format!("name one of: {}, {FAMILY}", known().join(", "));
        return Err(Problem::new("--suite", format!("no suite is called `{name}`"), mend).into());
    }
    let family = names.iter().any(|name| name == FAMILY);
    let mut taken = Vec::new();
    let mut others = Vec::new();
    for (at, one) in listed.into_iter().enumerate() {
        let takes = family || if names.is_empty() { at == 0 } else { names.contains(&one.title) };
        if takes { taken.push(one) } else { others.push(one) }
    }
    let siblings = siblings(others, dialect)?;
    let whole = Contract { siblings, ..joined(read(&taken, dialect)?) };
    Ok(if family { Contract { title: FAMILY.to_owned(), ..whole } } else { whole })
}

/// The documents that steps can call operations of. What a dialect of the user's makes of them is looked at here.
fn siblings(listed: Vec<Listed>, dialect: &Dialect) -> Result<Vec<Sibling>, Problems> {
    let shared = Arc::new(dialect.clone());
    let siblings: Vec<Sibling> =
        listed.into_iter().map(|one| Sibling::new(one.name, one.text, &shared)).collect();
    if !dialect.is_builtin() {
        for sibling in &siblings {
            sibling.operations()?;
        }
    }
    Ok(siblings)
}

/// A contract that is not built in, beside those that are: its steps can call their operations.
///
/// # Errors
/// None for the shipped documents.
pub fn beside(contract: Contract) -> Result<Contract, Problems> {
    let siblings = siblings(listed()?, &Dialect::builtin(dialect::DEFAULT)?)?;
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
