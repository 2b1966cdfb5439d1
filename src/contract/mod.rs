//! The contract: an `OpenAPI` 3.0 or 3.1 document, with `x-proofmark` for what `OpenAPI` cannot say, read into types.
//!
//! ```
//! let contract = proofmark::contract::suites::builtin()?;
//! assert!(contract.operations.iter().all(|operation| operation.path.starts_with('/')));
//! # Ok::<(), proofmark::contract::problem::Problems>(())
//! ```

mod body;
pub mod dialect;
pub mod document;
pub mod extension;
mod files;
pub mod guess;
pub mod json;
pub mod lint;
mod load;
pub mod origin;
pub mod outcome;
mod overlay;
mod parameters;
pub mod parts;
pub mod problem;
pub mod responses;
mod rules;
mod sample;
mod security;
pub mod sibling;
pub mod signing;
pub mod suites;
pub mod walk;

use dialect::Dialect;
use extension::{Code, Extension, HttpKind, Position, Situation, Status, StatusClass};
use include_dir::{Dir, File};
use origin::Origin;
use parts::Layout;
use problem::{Problem, Problems};
use responses::ResponseSchema;
use serde_json::Value;
use sibling::Sibling;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// A contract: operations and where they were read from.
#[derive(Clone, Debug)]
pub struct Contract {
    /// The document's title.
    pub title: String,
    /// The document's version.
    pub version: String,
    /// The text that was read; digests are taken over it.
    pub text: String,
    /// The dialect that it was read in, where one was named.
    pub dialect: Option<String>,
    /// Its operations, in document order by path and method.
    pub operations: Vec<Operation>,
    /// Other contracts, whose operations steps can call and which are not judged.
    pub siblings: Vec<Sibling>,
    /// What of the document cannot be used, beside what is read.
    pub warnings: Vec<Problem>,
    /// The documents that it was read from.
    pub origins: Vec<Arc<Origin>>,
}

/// One operation of a contract.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The `operationId`, with `.` in place of what cannot stand in a case id; made of method and path where there is
    /// none.
    pub id: String,
    /// Where it stands in the document.
    pub at: String,
    /// The HTTP method in upper case.
    pub method: String,
    /// The path below the base path.
    pub path: String,
    /// The base path below the target's URL, which the contract names in `servers`; mostly empty.
    pub base: String,
    /// One sentence on what it does.
    pub summary: String,
    /// The methods that the path has.
    pub methods: Vec<String>,
    /// How a request's document stands in HTTP.
    pub layout: Layout,
    /// The request schema as one self-contained JSON Schema document.
    pub request: Value,
    /// The response schemas by HTTP status, status class such as `2XX`, or `default`, each self-contained. Where a
    /// response has several media types in JSON, the further ones are called `200 application/hal+json` and so on.
    pub responses: BTreeMap<String, ResponseSchema>,
    /// The statuses that the document describes, with the media types of each.
    pub documented: BTreeMap<String, Vec<String>>,
    /// A request that satisfies the schema, and that fixtures and credentials complete.
    pub example: Value,
    /// Whether the example was made up, for want of one.
    pub made_up: bool,
    /// Whether the document has no `x-proofmark` for the operation, so that all rules are guessed.
    pub guessed: bool,
    /// Whether the document is somebody else's, with no extension in it, so that what is wrong with its schemas is
    /// left out and told of.
    pub foreign: bool,
    /// The extension that the document alone suggests.
    pub suggested: serde_json::Map<String, Value>,
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
    /// The document that an operation was read from.
    pub fn origin(&self, operation: &Operation) -> Option<&Origin> {
        self.origins.iter().map(Arc::as_ref).find(|origin| origin.holds(operation))
    }

    /// Reads a contract from YAML or JSON text.
    ///
    /// # Errors
    /// Every problem found, each with its place.
    pub fn parse(name: &str, text: &str) -> Result<Self, Problems> {
        Self::parse_in(name, text, None)
    }

    /// Reads a contract as a dialect has it.
    ///
    /// # Errors
    /// As [`Contract::parse`]; what comes of a change of the dialect is told at its line.
    pub fn parse_in(name: &str, text: &str, dialect: Option<&Dialect>) -> Result<Self, Problems> {
        load::contract(document::Document::read_text(name, text)?, text.to_owned(), dialect)
    }

    /// Reads a contract from a file, and the files that it refers to.
    ///
    /// # Errors
    /// As [`Contract::parse`].
    pub fn load(path: &Path) -> Result<Self, Problems> {
        let document = files::load(path)?;
        let text = document.text();
        load::contract(document, text, None)
    }

    /// The operation of this id, as the document or as a case id has it: one that is judged, or one of
    /// [`Contract::siblings`].
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        let named = |id: &str| {
            let own = self.operations.iter().find(|operation| operation.id == id);
            own.or_else(|| self.siblings.iter().find_map(|sibling| sibling.operation(id)))
        };
        named(id).or_else(|| named(&load::plain(id)))
    }

    /// The ids of all operations that a step can call: those that are judged, then the others.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        let own = self.operations.iter().map(|operation| operation.id.as_str());
        own.chain(self.siblings.iter().flat_map(Sibling::ids))
    }

    /// Whether an operation can be called by steps and is not judged.
    pub fn is_sibling(&self, id: &str) -> bool {
        !self.judges(id) && self.siblings.iter().flat_map(Sibling::ids).any(|own| own == id)
    }

    /// Whether an operation is judged.
    pub fn judges(&self, id: &str) -> bool {
        self.operations.iter().any(|operation| operation.id == id)
    }
}

impl Operation {
    /// The address below the target's URL: base path, path and suffix.
    pub fn address(&self) -> String {
        format!("{}{}{}", self.base, self.path, self.rules.suffix)
    }

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

    /// The HTTP statuses that an answer of a class may have to a kind of request.
    pub fn http_of(&self, kind: HttpKind, class: StatusClass) -> &[u16] {
        let refused = &self.rules.http.refused;
        let own = kind == HttpKind::Answered && class == StatusClass::Refused && !refused.is_empty();
        if own { refused } else { self.http(kind) }
    }

    /// The key in [`Operation::responses`] of the schema for an answer: that of its HTTP status and media type, or of
    /// the status, its class or `default`; where a body says how it went, also that of the first answered status.
    pub fn response_key(&self, status: u16, media: Option<&str>) -> Option<String> {
        let own = [status.to_string(), format!("{}XX", status / 100), "default".to_owned()];
        let key = own.into_iter().find(|key| self.documented.contains_key(key));
        let Some(key) = key else {
            let first = self.rules.http.answered.first().map(u16::to_string);
            return first.filter(|key| !self.rules.outcome.by_http() && self.responses.contains_key(key));
        };
        let named = media.map(|media| format!("{key} {media}"));
        named.into_iter().chain([key]).find(|key| self.responses.contains_key(key))
    }
}
