//! The contract: an `OpenAPI` 3.1 document with `x-proofmark`, read into types.
//!
//! ```
//! let contract = proofmark::contract::suites::builtin()?;
//! assert!(contract.operations.iter().all(|operation| operation.path.starts_with('/')));
//! # Ok::<(), proofmark::contract::problem::Problems>(())
//! ```

pub mod document;
pub mod extension;
pub mod json;
pub mod lint;
mod load;
pub mod problem;
pub mod suites;
pub mod walk;

use extension::{Code, Extension, HttpKind, Position, Situation, Status, StatusClass};
use include_dir::{Dir, File};
use problem::Problems;
use serde_json::Value;
use std::collections::BTreeMap;

/// A contract: operations and where they were read from.
#[derive(Clone, Debug)]
pub struct Contract {
    /// The document's title.
    pub title: String,
    /// The document's version.
    pub version: String,
    /// The text that was read; digests are taken over it.
    pub text: String,
    /// Its operations, in document order by path and method.
    pub operations: Vec<Operation>,
    /// Operations of other contracts that steps can call, and that are not judged.
    pub siblings: Vec<Operation>,
}

/// One operation of a contract.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The `operationId`.
    pub id: String,
    /// The HTTP method in upper case.
    pub method: String,
    /// The path below the target's base URL.
    pub path: String,
    /// One sentence on what it does.
    pub summary: String,
    /// The request schema as one self-contained JSON Schema document.
    pub request: Value,
    /// The response schemas by HTTP status or `default`, each self-contained.
    pub responses: BTreeMap<String, Value>,
    /// A request that satisfies the schema, and that fixtures and credentials complete.
    pub example: Value,
    /// What `OpenAPI` cannot say.
    pub rules: Extension,
}

/// The YAML files of an embedded folder and the folders in it, sorted by their path.
pub(crate) fn texts<'a>(folder: &'a Dir<'a>) -> Vec<(String, &'a str)> {
    let mut files: Vec<&File<'_>> = Vec::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        files.extend(folder.files());
        folders.extend(folder.dirs());
    }
    let yaml = files.into_iter().filter(|file| file.path().extension().is_some_and(|end| end == "yaml"));
    let text =
        |file: &'a File<'a>| Some((file.path().to_string_lossy().replace('\\', "/"), file.contents_utf8()?));
    let mut texts: Vec<_> = yaml.filter_map(text).collect();
    texts.sort();
    texts
}

impl Contract {
    /// Reads a contract from YAML or JSON text.
    ///
    /// # Errors
    /// Every problem found, each with its place.
    pub fn parse(name: &str, text: &str) -> Result<Self, Problems> {
        load::contract(name, text)
    }

    /// The operation of this id, one that is judged or one of [`Contract::siblings`].
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.all().find(|operation| operation.id == id)
    }

    /// Every operation that a step can call: those that are judged, then the others.
    pub fn all(&self) -> impl Iterator<Item = &Operation> {
        self.operations.iter().chain(&self.siblings)
    }

    /// Whether an operation can be called by steps and is not judged.
    pub fn is_sibling(&self, id: &str) -> bool {
        self.siblings.iter().any(|operation| operation.id == id)
    }

    /// Whether an operation is judged.
    pub fn judges(&self, id: &str) -> bool {
        self.operations.iter().any(|operation| operation.id == id)
    }
}

impl Operation {
    /// The status of this literal.
    pub fn status(&self, literal: &str) -> Option<&Status> {
        self.rules.statuses.get(literal)
    }

    /// The literals of the statuses of a class.
    pub fn literals(&self, class: StatusClass) -> Vec<&str> {
        self.rules
            .statuses
            .iter()
            .filter(|(_, s)| s.class == class)
            .map(|(literal, _)| literal.as_str())
            .collect()
    }

    /// The catalogue entry of a code.
    pub fn code(&self, code: &str) -> Option<&Code> {
        self.rules.codes.iter().find(|entry| entry.code == code)
    }

    /// The situation of this name.
    pub fn situation(&self, name: &str) -> Option<&Situation> {
        self.rules.situations.get(name)
    }

    /// The position of this number.
    pub fn position(&self, id: u32) -> Option<&Position> {
        self.rules.positions.iter().find(|position| position.id == id)
    }

    /// The HTTP statuses that may answer a kind of request.
    pub fn http(&self, kind: HttpKind) -> &[u16] {
        match kind {
            HttpKind::Answered => &self.rules.http.answered,
            HttpKind::Unreadable => &self.rules.http.unreadable,
            HttpKind::Unauthenticated => &self.rules.http.unauthenticated,
        }
    }

    /// The key in [`Operation::responses`] of the schema for an HTTP status: its own, or that of `default`, or that
    /// of the first answered status.
    pub fn response_key(&self, status: u16) -> Option<String> {
        let first = self.rules.http.answered.first().map(u16::to_string);
        let keys = [Some(status.to_string()), Some("default".to_owned()), first];
        keys.into_iter().flatten().find(|key| self.responses.contains_key(key))
    }
}
