//! The JSON report: written as `schemas/report.v1.json` says, and read back.

use super::cause;
use super::model::{FORMAT, Report};
use super::text;
use serde::Serialize;
use serde_json::Value;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// A report, and what follows from it: causes are told anew whenever it is written, so that a merged report has those
/// of the whole.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    report: &'a Report,
    causes: Vec<cause::Record<'a>>,
}

/// The report as JSON: two spaces, and a line feed at the end.
pub fn to_string(report: &Report) -> String {
    let whole = Whole { report, causes: cause::records(report) };
    #[expect(clippy::expect_used, reason = "the report has string keys only, and memory does not fail")]
    let mut text = serde_json::to_string_pretty(&whole).expect("a report is JSON");
    text.push('\n');
    text
}

/// Why a report could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file could not be opened.
    #[error("cannot read {}: {source}; name a file that `proofmark run --report json=FILE` wrote", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file holds no JSON.
    #[error("{}:{}:{}: not JSON: {source}; name a file that `proofmark run --report json=FILE` wrote",
        path.display(), source.line(), source.column())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        source: serde_json::Error,
    },
    /// The file is a report of another format, or none.
    #[error("{}: {}, and this proofmark reads {FORMAT:?} only; {}", path.display(),
        match found { Some(found) => format!("the format is {found:?}"), None => "no `format`".into() },
        match found {
            Some(_) => "judge again, or use the proofmark that wrote it",
            None => "name a file that `proofmark run --report json=FILE` wrote",
        })]
    Format {
        /// The file.
        path: PathBuf,
        /// What it says it is.
        found: Option<String>,
    },
    /// The file has the right format, but not its fields.
    #[error("{}: at `{at}`: {message}; the file was changed after proofmark wrote it: judge again", path.display())]
    Field {
        /// The file.
        path: PathBuf,
        /// The place, such as `cases[3].verdict`.
        at: String,
        /// What is wrong.
        message: String,
    },
}

/// Reads a report.
pub fn read(path: impl AsRef<Path>) -> Result<Report, ReadError> {
    let path = path.as_ref();
    let bytes = std::fs::read(path).map_err(|source| ReadError::File { path: path.to_owned(), source })?;
    parse(&bytes, path)
}

/// Reads a report that is in memory already; `path` is where it came from, for the errors.
pub fn parse(bytes: &[u8], path: &Path) -> Result<Report, ReadError> {
    let path = path.to_owned();
    let value: Value = match serde_json::from_slice(bytes) {
        Ok(value) => value,
        Err(source) => return Err(ReadError::Syntax { path, source }),
    };
    let found = value.get("format").map(|format| match format {
        Value::String(format) => format.clone(),
        other => other.to_string(),
    });
    if found.as_deref() != Some(FORMAT) {
        return Err(ReadError::Format { path, found });
    }
    let report: Report = serde_path_to_error::deserialize(value).map_err(|error| ReadError::Field {
        path: path.clone(),
        at: error.path().to_string(),
        message: error.into_inner().to_string(),
    })?;
    let mut names = HashSet::new();
    // As snapshots and diffs name them.
    match report.cases.iter().position(|case| !names.insert(text::line(case.id.trim()))) {
        None => Ok(report),
        Some(second) => {
            let message = "there is a case of that name before it".to_owned();
            Err(ReadError::Field { path, at: format!("cases[{second}].id"), message })
        }
    }
}
