//! A contract and all its cases.

use super::{Case, derive, file};
use crate::contract::problem::{Problem, Problems};
use crate::contract::{self, Contract};
use crate::generate::Generator;
use crate::schema::Formats;
use include_dir::{Dir, include_dir};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The case files that are built in: every YAML file in a folder of `cases/` that has an operation's name, and those in
/// [`SHARED`] that name several.
static BUILTIN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/cases");

/// The folder of the files that name several operations.
const SHARED: &str = "family";

/// The built-in case files of a contract's operations, by their name in the repository.
pub fn builtin_cases(contract: &Contract) -> Vec<(String, &'static str)> {
    let known = |path: &str, text: &str| match path.split('/').next() {
        Some(SHARED) => file::operations(path, text).iter().any(|id| contract.judges(id)),
        folder => folder.is_some_and(|folder| contract.judges(folder)),
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
        let contract = contract::suites::chosen(names)?;
        let cases = builtin_cases(&contract);
        Self::new(contract, &cases)
    }

    /// A suite from a contract and the texts of its case files.
    ///
    /// # Errors
    /// Every problem in the request schemas and the case files.
    pub fn new(contract: Contract, files: &[(String, &str)]) -> Result<Self, Problems> {
        let mut cases = Vec::new();
        let mut generators = BTreeMap::new();
        for operation in &contract.operations {
            let generator = Generator::new(&operation.request, Formats::Annotated)
                .map_err(|refusal| schema_problem(&operation.id, &refusal.to_string()))?;
            cases.extend(derive::cases(operation, &generator));
            generators.insert(operation.id.clone(), Arc::new(generator));
        }
        let mut digest = blake3::Hasher::new();
        digest.update(contract.text.as_bytes());
        let mut written = Vec::new();
        for (name, text) in files {
            written.extend(file::parse(name, text, &contract)?);
            digest.update(text.as_bytes());
        }
        written.sort_by_key(|case| case.law);
        cases.extend(written);
        let digest = format!("blake3:{}", digest.finalize().to_hex());
        Ok(Self { contract, cases, generators, digest })
    }

    /// The case of this id.
    pub fn case(&self, id: &str) -> Option<&Case> {
        self.cases.iter().find(|case| case.id == id)
    }
}

fn schema_problem(operation: &str, message: &str) -> Problems {
    Problem::new("request schema", format!("of {operation}: {message}"), "correct the schema").into()
}
