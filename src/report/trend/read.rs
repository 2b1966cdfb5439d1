//! What a trend needs of a report, and nothing else: a year of reports has to fit into memory.

use super::super::model::{FORMAT, Overall, Repeats, Verdict};
use crate::run::model::Latency;
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::HashMap;

/// Why a file is left out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeftOut {
    /// It is JSON, but no report.
    #[error("is no report")]
    Other,
    /// It cannot be read.
    #[error("{0}")]
    Broken(String),
    /// It is one shard of a run.
    #[error("is shard {0} of a run; merge its shards with `proofmark merge`, and keep that")]
    Shard(String),
}

/// One report, without its cases.
#[derive(Clone, Debug)]
pub(super) struct Read {
    /// What was judged against, and who.
    pub(super) key: Key,
    pub(super) started: Timestamp,
    pub(super) path: String,
    pub(super) verdict: Overall,
    pub(super) version: String,
    pub(super) digest: String,
    pub(super) cases: Vec<Seen>,
    /// The median and the 95th hundredth of how long answers took, in microseconds.
    pub(super) answers: Option<[u64; 2]>,
}

/// What has to be equal for reports to belong together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) target: String,
    pub(super) suite: String,
    pub(super) dialect: Option<String>,
}

/// One case of one report.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// The id, by its number.
    pub(super) case: u32,
    pub(super) verdict: Verdict,
    pub(super) flaky: bool,
    pub(super) elapsed_ms: u32,
    /// What broke, by its number.
    pub(super) fault: Option<u32>,
}

/// Texts that occur over and over, each kept once.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    numbers: HashMap<String, u32>,
    texts: Vec<String>,
}

impl Texts {
    pub(super) fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.numbers.insert(text.to_owned(), number);
        self.texts.push(text.to_owned());
        number
    }

    pub(super) fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", String::as_str)
    }
}

#[derive(Deserialize)]
struct Head {
    format: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct File<'a> {
    #[serde(borrow)]
    suite: Suite<'a>,
    #[serde(borrow)]
    target: Target<'a>,
    shard: Option<String>,
    started: String,
    verdict: Overall,
    #[serde(borrow)]
    cases: Vec<Case<'a>>,
    #[serde(default)]
    latency: Vec<Latency>,
}

#[derive(Deserialize)]
struct Suite<'a> {
    #[serde(borrow)]
    name: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    version: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    digest: std::borrow::Cow<'a, str>,
    #[serde(default)]
    dialect: Option<String>,
}

#[derive(Deserialize)]
struct Target<'a> {
    #[serde(borrow)]
    url: std::borrow::Cow<'a, str>,
    embedded: bool,
}

#[derive(Deserialize)]
struct Case<'a> {
    #[serde(borrow)]
    id: std::borrow::Cow<'a, str>,
    verdict: Verdict,
    #[serde(default)]
    elapsed_ms: u64,
    #[serde(default, borrow)]
    finding: Option<Finding<'a>>,
    #[serde(default)]
    flaky: Option<Repeats>,
}

#[derive(Deserialize)]
struct Finding<'a> {
    #[serde(borrow)]
    summary: std::borrow::Cow<'a, str>,
}

/// Reads what is needed of a report; `takes` chooses its cases.
///
/// # Errors
/// Why the file is left out.
pub(super) fn read(
    bytes: &[u8],
    path: &str,
    takes: &dyn Fn(&str) -> bool,
    ids: &mut Texts,
    faults: &mut Texts,
) -> Result<Read, LeftOut> {
    let broken = |error: &dyn std::fmt::Display| LeftOut::Broken(format!("cannot be read: {error}"));
    let head: Head = match serde_json::from_slice(bytes) {
        Ok(head) => head,
        // A list or a number is JSON of somebody else.
        Err(error) if error.is_data() => return Err(LeftOut::Other),
        Err(error) => return Err(broken(&error)),
    };
    match head.format.as_ref().and_then(serde_json::Value::as_str) {
        Some(FORMAT) => {}
        Some(other) if other.starts_with("proofmark.report/") => {
            return Err(LeftOut::Broken(format!("has the format {other}, and {FORMAT} is read")));
        }
        _ => return Err(LeftOut::Other),
    }
    let file: File<'_> = serde_json::from_slice(bytes).map_err(|error| broken(&error))?;
    if let Some(shard) = file.shard {
        return Err(LeftOut::Shard(super::super::text::line(&shard)));
    }
    let started: Timestamp = file
        .started
        .parse()
        .map_err(|_| LeftOut::Broken("does not say when it started; `started` is no time".to_owned()))?;
    let line = |text: &str| super::super::text::line(text.trim());
    let embedded = file.target.embedded.then(|| "embedded".to_owned());
    let key = Key {
        target: embedded.unwrap_or_else(|| line(file.target.url.trim_end_matches('/'))),
        suite: line(&file.suite.name),
        dialect: file.suite.dialect.as_deref().map(line),
    };
    let cases = file.cases.iter().filter(|case| takes(&case.id)).map(|case| Seen {
        case: ids.number(&line(&case.id)),
        verdict: case.verdict,
        flaky: case.flaky.is_some(),
        elapsed_ms: u32::try_from(case.elapsed_ms).unwrap_or(u32::MAX),
        fault: case.finding.as_ref().map(|finding| faults.number(&line(&finding.summary))),
    });
    Ok(Read {
        key,
        started,
        path: path.to_owned(),
        verdict: file.verdict,
        version: line(&file.suite.version),
        digest: line(&file.suite.digest),
        cases: cases.collect(),
        answers: answers(&file.latency),
    })
}

/// The median and the 95th hundredth over all operations.
fn answers(operations: &[Latency]) -> Option<[u64; 2]> {
    let mut all = Latency::new("");
    for latency in operations {
        all.add(latency);
    }
    Some([all.percentile(50)?, all.percentile(95)?])
}
