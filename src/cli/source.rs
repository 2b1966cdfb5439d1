//! From the name of a source to the schema that payloads are made for.

use super::output::{self, Failure};
use crate::contract::document::Document;
use crate::contract::problem::Problem;
use crate::contract::{self, json};
use crate::schema::{Formats, Reading, Schema};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A larger file is refused.
const LARGEST: u64 = 32 << 20;
/// How many warnings are shown.
const SHOWN: usize = 10;

/// A schema, and where it was read from.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) schema: Schema,
    pub(super) formats: Formats,
    file: File,
}

/// A file that holds a schema; nothing but the name where it is built in.
#[derive(Debug)]
struct File {
    name: String,
    path: Option<PathBuf>,
}

impl Source {
    /// Reads what the source names: an operation of the built-in suite, a file, or a place in one.
    pub(super) fn read(source: &str, reading: Reading) -> Result<Self, Failure> {
        let (name, fragment) = split(source);
        let (file, document, pointer) = if let Some(request) = builtin(source, name)? {
            (File { name: source.to_owned(), path: None }, request, String::new())
        } else {
            let pointer = pointer(name, fragment)?;
            (File { name: name.to_owned(), path: Some(name.into()) }, document(name)?, pointer)
        };
        match reading.read(&document, &pointer) {
            Ok(schema) => Ok(Self { schema, formats: reading.formats, file }),
            Err(error) => Err(file.failure(&error.pointer, &error.message, &error.mend)),
        }
    }

    /// The requests of an operation of a contract in a file.
    pub(super) fn of_operation(path: &Path, id: &str, reading: Reading) -> Result<Self, Failure> {
        let contract = super::input::contract(path)?;
        let name = path.display().to_string();
        let Some(operation) = contract.operation(id) else {
            const SHOWN: usize = 10;
            let known: Vec<&str> =
                contract.operations.iter().map(|one| one.id.as_str()).take(SHOWN).collect();
            let more = if contract.operations.len() > SHOWN { ", …" } else { "" };
            return Err(Failure::input(format!(
                "{name} has no operation `{id}` that can be read (name one of: {}{more})",
                known.join(", ")
            )));
        };
        let file = File { name: format!("{name}, {id}"), path: None };
        match reading.read(&operation.request, "") {
            Ok(schema) => Ok(Self { schema, formats: reading.formats, file }),
            Err(error) => Err(file.failure(&error.pointer, &error.message, &error.mend)),
        }
    }

    /// The failure of a schema that cannot be used, with the place of what is wrong.
    pub(super) fn failure(&self, pointer: &str, message: &str, mend: &str) -> Failure {
        self.file.failure(pointer, message, mend)
    }

    /// Shows what is probably not meant as it is written.
    pub(super) fn warn(&self) {
        for warning in self.schema.warnings.iter().take(SHOWN) {
            output::note(&format!("warning: {}: {}: {}", self.file.name, warning.pointer, warning.message));
        }
        if let Some(more) = self.schema.warnings.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            output::note(&format!("warning: {}: {more} more like these", self.file.name));
        }
    }
}

/// The request of the built-in operation that the source names; nothing where it is a file.
fn builtin(source: &str, name: &str) -> Result<Option<Value>, Failure> {
    let path = Path::new(name);
    // No operation is called like a file that has an ending, so that the contract need not be read for one.
    if path.extension().is_some() && path.is_file() {
        return Ok(None);
    }
    let builtin = contract::builtin().map_err(Failure::own)?;
    if let Some(operation) = builtin.operation(source) {
        return Ok(Some(operation.request.clone()));
    }
    if path.exists() {
        return Ok(None);
    }
    let known: Vec<&str> = builtin.operations.iter().map(|operation| operation.id.as_str()).collect();
    Err(Failure::input(format!(
        "`{name}` is neither a file nor an operation of the built-in suite (name a JSON Schema file, or one of: {})",
        known.join(", ")
    )))
}

impl File {
    fn failure(&self, pointer: &str, message: &str, mend: &str) -> Failure {
        let mut problem =
            Problem::new(&self.name, message, mend.replace("FILE#", &format!("{}#", self.name)))
                .at_pointer(pointer);
        if let Some(line) = self.line(pointer) {
            problem = problem.at_line(line);
        }
        Failure::input(problem)
    }

    /// The line of a place in the file, where that is found out in no time.
    fn line(&self, pointer: &str) -> Option<usize> {
        const QUICK: u64 = 1 << 20;
        let path = self.path.as_ref().filter(|_| !pointer.is_empty())?;
        if std::fs::metadata(path).ok()?.len() > QUICK {
            return None;
        }
        let document = Document::parse(&self.name, &std::fs::read_to_string(path).ok()?).ok()?;
        document.value.pointer(pointer).map(|_| document.line(pointer))
    }
}

/// The file and the fragment behind it. A file whose very name has a `#` is found all the same.
fn split(source: &str) -> (&str, Option<&str>) {
    if Path::new(source).exists() {
        return (source, None);
    }
    let cuts = || source.match_indices('#').map(|(at, _)| (&source[..at], Some(&source[at + 1..])));
    cuts().find(|(path, _)| Path::new(path).is_file()).or_else(|| cuts().next()).unwrap_or((source, None))
}

/// The JSON pointer of a fragment, percent-decoded.
fn pointer(name: &str, fragment: Option<&str>) -> Result<String, Failure> {
    let fragment = fragment.unwrap_or_default();
    let decoded = percent_encoding::percent_decode_str(fragment).decode_utf8().map_err(|_| {
        Failure::input(format!("{name}#{fragment}: what stands behind `#` is not UTF-8 (encode it as such)"))
    })?;
    if decoded.is_empty() || decoded.starts_with('/') {
        return Ok(decoded.into_owned());
    }
    Err(Failure::input(format!(
        "{name}#{fragment}: {decoded:?} is no JSON pointer (start it with a slash, as in {name}#/components/schemas/Name)"
    )))
}

/// The document in a file.
fn document(name: &str) -> Result<Value, Failure> {
    let path = Path::new(name);
    let wrong = |message: String, mend: &str| Failure::input(Problem::new(name, message, mend));
    let about = std::fs::metadata(path)
        .map_err(|error| wrong(format!("cannot be read: {error}"), "check the path and its permissions"))?;
    if about.is_dir() {
        return Err(wrong("is a folder".to_owned(), "name a file with a JSON Schema in it"));
    }
    if about.len() > LARGEST {
        let message = format!("is larger than {} MiB", LARGEST >> 20);
        return Err(wrong(message, "cut out the schemas that you need"));
    }
    let text = super::input::text(path)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    if text.trim().is_empty() {
        return Err(wrong("is empty".to_owned(), "write a JSON Schema into it"));
    }
    let json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let read =
        if json { json::parse(name, text) } else { Document::parse(name, text).map(|read| read.value) };
    read.map_err(Failure::input)
}
