//! A contract and all its cases.

use super::{Case, any, file, settle};
use crate::contract::dialect::{DEFAULT, Dialect};
use crate::contract::problem::{Problem, Problems};
use crate::contract::{self, Contract, Operation};
use crate::generate::Generator;
use include_dir::{Dir, include_dir};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The case files that are built in: every YAML file in a folder of `cases/` that has an operation's name, and those in
/// [`SHARED`] that name several.
static BUILTIN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/cases");

/// The folder of the files that name several operations.
const SHARED: &str = "family";

/// The built-in case files of a contract's operations, by their name in the repository.
pub fn builtin_cases(contract: &Contract) -> Vec<(String, &'static str)> {
    let known = |path: &str, text: &str| match path.split('/').next() {
        Some(any::FOLDER) | None => false,
        Some(SHARED) => file::operations(path, text).iter().any(|id| contract.judges(id)),
        Some(folder) => contract.judges(folder),
    };
    let texts = contract::texts(&BUILTIN).into_iter().filter(|(path, text)| known(path, text));
    texts.map(|(path, text)| (format!("cases/{path}"), text)).collect()
}

/// A contract and all its cases.
pub struct Suite {
    /// The contract.
    pub contract: Contract,
    /// Its cases: derived ones first, by operation, then those of the case files, by law.
    pub cases: Vec<Case>,
    /// One generator for each operation's request schema.
    pub generators: BTreeMap<String, Arc<Generator>>,
    /// `blake3:` and the hex digest over contract and case files.
    pub digest: String,
}

impl Suite {
    /// The built-in suite that is judged where none is named.
    ///
    /// # Errors
    /// None for the shipped files; a test reads them.
    pub fn builtin() -> Result<Self, Problems> {
        Self::chosen(&[])
    }

    /// The built-in suites of these names as one; see [`contract::suites::chosen`].
    ///
    /// # Errors
    /// A name that no suite has.
    pub fn chosen(names: &[String]) -> Result<Self, Problems> {
        Self::chosen_in(names, DEFAULT)
    }

    /// The built-in suites of these names in a built-in dialect.
    ///
    /// # Errors
    /// There is no dialect or no suite of such a name.
    pub fn chosen_in(names: &[String], dialect: &str) -> Result<Self, Problems> {
        let contract = contract::suites::chosen_in(names, &Dialect::builtin(dialect)?)?;
        let cases = builtin_cases(&contract);
        Self::new(contract, &cases)
    }

    /// A suite from a contract and the texts of its case files. An operation that is not built in also has the cases
    /// that suit any operation, but for those whose ids its own have.
    ///
    /// # Errors
    /// Every problem in the request schemas and the case files. An operation without an extension of its own that no
    /// payload can be made for is left out, and told of in the contract's warnings.
    pub fn new(mut contract: Contract, files: &[(String, &str)]) -> Result<Self, Problems> {
        let mut generators = BTreeMap::new();
        let mut problems = Vec::new();
        for (mut operation, settled) in settle::all(std::mem::take(&mut contract.operations)) {
            match settled {
                Ok((generator, example)) => {
                    operation.example = example;
                    generators.insert(operation.id.clone(), generator);
                    contract.operations.push(operation);
                }
                Err(message) if operation.foreign || operation.guessed => {
                    let problem = Problem::new(&contract.title, message, "correct the schema");
                    contract.warnings.push(problem.at_pointer(&operation.at));
                }
                Err(message) => problems.push(schema_problem(&operation.id, &message)),
            }
        }
        if contract.operations.is_empty() && problems.is_empty() {
            problems.append(&mut contract.warnings);
        }
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        let mut digest = blake3::Hasher::new();
        digest.update(contract.text.as_bytes());
        let mut written = Vec::new();
        for (name, text) in files {
            written.extend(file::parse(name, text, &contract)?);
            digest.update(text.as_bytes());
        }
        let strangers: Vec<&Operation> =
            contract.operations.iter().filter(|operation| !is_builtin(&operation.id)).collect();
        if !strangers.is_empty() {
            let general = any::cases(&contract::texts(&BUILTIN), &contract, &strangers, &generators)?;
            let own: BTreeSet<String> = written.iter().map(|case| case.id.clone()).collect();
            written.extend(general.into_iter().filter(|case| !own.contains(&case.id)));
        }
        written.sort_by_key(|case| case.law);
        let mut cases: Vec<Case> = settle::derived(&contract.operations, &generators);
        cases.extend(written);
        let digest = format!("blake3:{}", digest.finalize().to_hex());
        Ok(Self { contract, cases, generators, digest })
    }

    /// The case of this id.
    pub fn case(&self, id: &str) -> Option<&Case> {
        self.cases.iter().find(|case| case.id == id)
    }
}

/// Whether built-in case files are about an operation.
fn is_builtin(id: &str) -> bool {
    contract::texts(&BUILTIN).into_iter().any(|(path, text)| match path.split('/').next() {
        Some(SHARED) => file::operations(&path, text).iter().any(|operation| operation == id),
        folder => folder == Some(id),
    })
}

fn schema_problem(operation: &str, message: &str) -> Problem {
    Problem::new("request schema", format!("of {operation}: {message}"), "correct the schema")
}
