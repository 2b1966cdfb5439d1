//! The accepted snapshot: a text file that people review and `cargo insta review` opens.
//!
//! ```text
//! ---
//! source: proofmark
//! description: "name version"
//! ---
//! pass          operation/request/field/maxLength/at
//! fail          operation/request/field/maxLength/above
//!     summary:     a field of 129 characters is accepted
//!     expected:    status F
//!     observed:    status S
//!     fingerprint: operation/shape/maxLength/field
//! ```
//!
//! Nothing in it differs between two runs that judged alike. Where the file does not exist, the
//! caller writes [`render`] to it: the first run is accepted by being looked at. Where [`compare`]
//! finds a difference, the caller writes [`render`] to [`pending_path`] and leaves the accepted file
//! alone, which is how insta does it; where it finds none, it removes a pending file left behind.

use super::compare::{Baseline, Comparison, Observation, State, states};
use super::model::{Report, Verdict};
use super::{text, words};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const KEYS: [&str; 4] = ["summary", "expected", "observed", "fingerprint"];

/// What was accepted: the state of every case by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// The cases.
    pub cases: BTreeMap<String, State>,
}

impl Snapshot {
    /// What accepting a report would accept.
    pub fn of(report: &Report) -> Self {
        Self { cases: states(report) }
    }
}

/// Why a snapshot file could not be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("line {line}: {message}")]
pub struct ParseError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and how to mend it.
    pub message: String,
}

/// The whole snapshot file of a report.
pub fn render(report: &Report) -> String {
    // A JSON string is a YAML string as well, whatever the contract's title holds.
    let title = text::line(&format!("{} {}", report.suite.name, report.suite.version));
    let title = serde_json::Value::from(title);
    let mut out = format!("---\nsource: proofmark\ndescription: {title}\n---\n");
    for (id, state) in Snapshot::of(report).cases {
        let _ = writeln!(out, "{:<12}  {id}", words::verdict(state.verdict));
        if let Some(Observation { summary, expected, observed, fingerprint }) = &state.finding {
            for (key, value) in KEYS.into_iter().zip([summary, expected, observed, fingerprint]) {
                let _ = writeln!(out, "{}", format!("    {:<12} {value}", format!("{key}:")).trim_end());
            }
        }
    }
    out
}

/// Reads a snapshot file, ours or one that insta accepted.
pub fn parse(file: &str) -> Result<Snapshot, ParseError> {
    let mut lines = (1..).zip(file.lines());
    let error = |line: usize, message: String| Err(ParseError { line, message });
    if lines.next().map(|(_, line)| line.trim_end()) != Some("---") {
        return error(1, "no `---`: this is no snapshot file; write one with `proofmark accept`".into());
    }
    if !lines.by_ref().any(|(_, line)| line.trim_end() == "---") {
        return error(
            1,
            "the header has no closing `---`; write the file anew with `proofmark accept`".into(),
        );
    }
    let mut read: Vec<Entry> = Vec::new();
    for (number, line) in lines {
        if line.trim().is_empty() {
            continue;
        }
        match (line.starts_with(' '), read.last_mut()) {
            (false, _) => read.push(Entry::begin(number, line)?),
            (true, Some(entry)) => entry.field(number, line)?,
            (true, None) => return error(number, "a finding without a case above it".into()),
        }
    }
    let mut snapshot = Snapshot::default();
    for entry in read {
        let (line, id) = (entry.line, entry.id.clone());
        let state = entry.finish()?;
        if snapshot.cases.insert(id.clone(), state).is_some() {
            return error(line, format!("case `{id}` is listed twice; keep one of the two"));
        }
    }
    Ok(snapshot)
}

/// A case while its lines are being read.
struct Entry {
    line: usize,
    verdict: Verdict,
    id: String,
    fields: BTreeMap<String, String>,
}

impl Entry {
    fn begin(line: usize, text: &str) -> Result<Self, ParseError> {
        let (word, id) = text.split_once(' ').unwrap_or((text, ""));
        let Some(verdict) = words::VERDICTS.into_iter().find(|verdict| words::verdict(*verdict) == word)
        else {
            let message = format!("`{word}` is no verdict; a case is `pass          CASE_ID`");
            return Err(ParseError { line, message });
        };
        let id = id.trim().to_owned();
        if id.is_empty() {
            return Err(ParseError { line, message: format!("`{word}` without a case id") });
        }
        Ok(Self { line, verdict, id, fields: BTreeMap::new() })
    }

    fn field(&mut self, line: usize, text: &str) -> Result<(), ParseError> {
        let (key, value) = text.trim().split_once(':').unwrap_or((text.trim(), ""));
        if !KEYS.contains(&key) {
            let message = format!("`{key}` is no part of a finding; it has {}", KEYS.join(", "));
            return Err(ParseError { line, message });
        }
        if self.fields.insert(key.to_owned(), value.trim().to_owned()).is_some() {
            return Err(ParseError { line, message: format!("`{key}` stands twice in one finding") });
        }
        Ok(())
    }

    fn finish(mut self) -> Result<State, ParseError> {
        if self.fields.is_empty() {
            return Ok(State { verdict: self.verdict, finding: None });
        }
        let (line, id) = (self.line, self.id);
        let mut take = |key: &str| {
            self.fields.remove(key).ok_or_else(|| ParseError {
                line,
                message: format!(
                    "the finding of `{id}` has no `{key}`; write the file anew with `proofmark accept`"
                ),
            })
        };
        let finding = Observation {
            summary: take("summary")?,
            expected: take("expected")?,
            observed: take("observed")?,
            fingerprint: take("fingerprint")?,
        };
        Ok(State { verdict: self.verdict, finding: Some(finding) })
    }
}

/// What a report changes about what was accepted; the transitions are those of [`super::compare`].
pub fn compare(accepted: &Snapshot, report: &Report) -> Comparison {
    Comparison::between(Baseline::Accepted, &accepted.cases, &states(report))
}

/// Where the snapshot waits for review: `….snap.new` beside `….snap`.
pub fn pending_path(accepted: &Path) -> PathBuf {
    let mut name = accepted.as_os_str().to_owned();
    name.push(".new");
    name.into()
}
