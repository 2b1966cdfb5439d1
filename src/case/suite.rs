//! A contract and all its cases.

use super::{Case, derive, file};
use crate::contract::problem::{Problem, Problems};
use crate::contract::{self, Contract};
use crate::generate::Generator;
use crate::schema::Formats;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The case files that are built in, by their name in the repository.
pub const BUILTIN_CASES: [(&str, &str); 6] = [
    ("cases/sendInbox/shape.yaml", include_str!("../../cases/sendInbox/shape.yaml")),
    ("cases/sendInbox/status.yaml", include_str!("../../cases/sendInbox/status.yaml")),
    ("cases/sendInbox/code.yaml", include_str!("../../cases/sendInbox/code.yaml")),
    ("cases/sendInbox/idempotency.yaml", include_str!("../../cases/sendInbox/idempotency.yaml")),
    ("cases/sendInbox/header.yaml", include_str!("../../cases/sendInbox/header.yaml")),
    ("cases/sendInbox/robustness.yaml", include_str!("../../cases/sendInbox/robustness.yaml")),
];

/// A contract and all its cases.
pub struct Suite {
    /// The contract.
    pub contract: Contract,
    /// Its cases: derived ones first, by operation, then those of the case files.
    pub cases: Vec<Case>,
    /// One generator for each operation's request schema.
    pub generators: BTreeMap<String, Arc<Generator>>,
    /// `blake3:` and the hex digest over contract and case files.
    pub digest: String,
}

impl Suite {
    /// The built-in suite.
    ///
    /// # Errors
    /// None for the shipped files; a test reads them.
    pub fn builtin() -> Result<Self, Problems> {
        Self::new(contract::builtin()?, &BUILTIN_CASES)
    }

    /// A suite from a contract and the texts of its case files.
    ///
    /// # Errors
    /// Every problem in the request schemas and the case files.
    pub fn new(contract: Contract, files: &[(&str, &str)]) -> Result<Self, Problems> {
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
        for (name, text) in files {
            cases.extend(file::parse(name, text, &contract)?);
            digest.update(text.as_bytes());
        }
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
