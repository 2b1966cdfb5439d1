//! Reading the accepted snapshot.

use super::super::acceptance::{self, Acceptance, date};
use super::super::compare::{Observation, State};
use super::super::model::Verdict;
use super::super::words;
use super::{KEYS, Snapshot};
use std::collections::BTreeMap;

/// Why a snapshot file could not be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("line {line}: {message}")]
pub struct ParseError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and how to mend it.
    pub message: String,
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
        let (state, acceptance) = entry.finish()?;
        if snapshot.cases.insert(id.clone(), state).is_some() {
            return error(line, format!("case `{id}` is listed twice; keep one of the two"));
        }
        if !acceptance.is_empty() {
            snapshot.accepted.insert(id, acceptance);
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
    acceptance: Acceptance,
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
        Ok(Self { line, verdict, id, fields: BTreeMap::new(), acceptance: Acceptance::default() })
    }

    fn field(&mut self, line: usize, text: &str) -> Result<(), ParseError> {
        let (key, value) = text.trim().split_once(':').unwrap_or((text.trim(), ""));
        let value = value.trim().to_owned();
        let twice = if KEYS.contains(&key) {
            self.fields.insert(key.to_owned(), value).is_some()
        } else if acceptance::KEYS.contains(&key) {
            self.term(key, value).map_err(|message| ParseError { line, message })?
        } else {
            let known = [&KEYS[..], &acceptance::KEYS].concat().join(", ");
            return Err(ParseError {
                line,
                message: format!("`{key}` is no part of a finding; it has {known}"),
            });
        };
        if twice {
            return Err(ParseError { line, message: format!("`{key}` stands twice in one finding") });
        }
        Ok(())
    }

    /// Reads one of the terms on which the failure is accepted; whether it stood there before.
    fn term(&mut self, key: &str, value: String) -> Result<bool, String> {
        if self.verdict != Verdict::Fail {
            return Err(format!("only what fails is accepted with `{key}`; remove the line"));
        }
        if value.is_empty() {
            return Err(format!("`{key}` says nothing; complete the line or remove it"));
        }
        Ok(match key {
            "owner" => self.acceptance.owner.replace(value).is_some(),
            "reason" => self.acceptance.reason.replace(value).is_some(),
            _ => self.acceptance.expires.replace(date(&value)?).is_some(),
        })
    }

    fn finish(mut self) -> Result<(State, Acceptance), ParseError> {
        if self.fields.is_empty() && self.acceptance.is_empty() {
            return Ok((State { verdict: self.verdict, finding: None }, self.acceptance));
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
        Ok((State { verdict: self.verdict, finding: Some(finding) }, self.acceptance))
    }
}
