//! What a run tells of itself while it goes on, and the lines of a journal that hold it.
//!
//! A journal is a file of JSON objects, one a line, of the format [`FORMAT`]: first [`Started`], then in the order in
//! which things happen [`Heard`] for each history that was judged and [`JudgedCase`] for each case, and [`Finished`]
//! at the end. A run that was broken off and [resumed](crate::run::Options::resumed) has [`Resumed`] in between.

mod history;
mod read;

pub use read::{Journal, read};

use super::judged::Tally;
use super::model::{CaseReport, Overall, Report, SuiteInfo, TargetInfo, ToolInfo, Totals};
use crate::case::Case;
use crate::exchange::kept::{KeptCount, KeptExchange};
use crate::exchange::stand_in::Shapes;
use crate::law::Judgement;
use serde::{Deserialize, Serialize};

/// The value of [`Started::format`] in this version.
pub const FORMAT: &str = "proofmark.journal/1";

/// Something that happened during a run.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event<'a> {
    /// The run begins; nothing was sent yet.
    Started(&'a Started),
    /// A run that was broken off goes on.
    Resumed(&'a Resumed),
    /// A case has begun, and its requests are sent.
    Begun {
        /// Its id.
        id: &'a str,
    },
    /// A history was judged; only where [`Options::record`](crate::run::Options::record) asks for it.
    Heard(&'a Heard),
    /// A case is judged.
    Judged {
        /// What the report says of it.
        #[serde(flatten)]
        report: &'a CaseReport,
        /// What was counted on the way.
        tally: &'a Tally,
        /// Whether proofmark itself failed on it.
        failed: bool,
        /// How many cases are done.
        done: usize,
        /// How many there are.
        of: usize,
    },
    /// The run is over.
    Finished(&'a Finished),
}

/// A line of a journal, read back.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Line {
    /// The first line.
    Started(Started),
    /// The run went on after it was broken off.
    Resumed(Resumed),
    /// A case that has begun.
    Begun {
        /// Its id.
        id: String,
    },
    /// A history that was judged.
    Heard(Heard),
    /// A case that was judged.
    Judged(Box<JudgedCase>),
    /// The last line.
    Finished(Finished),
}

/// What is judged, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    /// [`FORMAT`].
    pub format: String,
    /// What is judged against.
    pub suite: SuiteInfo,
    /// Which proofmark judges.
    pub tool: ToolInfo,
    /// What is judged.
    pub target: TargetInfo,
    /// The seed that all payloads follow from.
    pub seed: u64,
    /// `I/N`, or null for a whole run.
    pub shard: Option<String>,
    /// When the run started, RFC 3339 in UTC.
    pub started: String,
    /// The eight digits that all keys of the run have in common; in a report stands `«run-id»` for them.
    pub run: String,
    /// How many cases are selected.
    pub cases: usize,
    /// `blake3:` and the hex digest over their ids.
    pub plan: String,
    /// Generated payloads a case.
    pub samples: u64,
    /// The most requests that the whole run may send, where they are limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// How old replays at the end of the run are at least, in milliseconds, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_ms: Option<u64>,
}

/// A run that was broken off goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resumed {
    /// When it goes on, RFC 3339 in UTC.
    pub started: String,
    /// The digits that its keys have in common from here on.
    pub run: String,
    /// The base URL, which for an embedded target is another one each time.
    pub url: String,
    /// How many cases were judged before, and are not judged again.
    pub judged: usize,
}

/// What a history was sent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To judge the case.
    Sample,
    /// To find a smaller request that breaks in the same way.
    Shrinking,
    /// To see how often the smallest breaks.
    Repeat,
    /// To have a credential that a request needs; nothing is judged by it.
    Credential,
    /// To see whether the target answers anything, where a request has no answer; nothing is judged by it.
    Control,
}

/// One history of a case, and what the law says of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// The id of the case.
    pub id: String,
    /// Which of its payloads it is (0-based).
    pub sample: u64,
    /// What it was sent for.
    pub purpose: Purpose,
    /// What the law says.
    #[serde(flatten)]
    pub said: Said,
    /// The exchanges in the order of sending.
    pub exchanges: Vec<KeptExchange>,
    /// What the probe counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<KeptCount>,
    /// What an earlier answer lacks that a later step is fed with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// The shapes of the secrets in whose places marks stand.
    #[serde(default, skip_serializing_if = "Shapes::is_empty")]
    pub secrets: Shapes,
    /// Why the law says something else of it as it stands here, where it does: a secret or a body decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub differs: Option<String>,
}

/// What a law says, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// The clause held.
    Held,
    /// The clause broke.
    Broken,
    /// The answers do not decide.
    Undecided,
    /// The target could not be spoken to.
    Blocked,
    /// No law was asked: it was not sent to its end, or not to be judged.
    Unjudged,
}

/// What a law says, with secrets replaced as in a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// In one word.
    pub judgement: Word,
    /// Why, in a sentence.
    pub reason: String,
    /// Equal where the cause is the same; only where the clause broke.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// What the contract asks for; only where the clause broke.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What the target did; only where the clause broke.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed: Option<String>,
}

impl Said {
    /// A judgement in words, in each of which secrets are replaced.
    pub(super) fn of(case: &Case, judgement: &Judgement, shown: &dyn Fn(&str) -> String) -> Self {
        let plain = |judgement, reason: &str| Self {
            judgement,
            reason: shown(reason),
            fingerprint: None,
            expected: None,
            observed: None,
        };
        match judgement {
            Judgement::Held(reason) => plain(Word::Held, reason),
            Judgement::Undecided(reason) => plain(Word::Undecided, reason),
            Judgement::Blocked(reason) => plain(Word::Blocked, reason),
            Judgement::Broken(breach) => Self {
                fingerprint: Some(shown(&super::finding::fingerprint(case, breach))),
                expected: Some(shown(&breach.expected)),
                observed: Some(shown(&breach.observed)),
                ..plain(Word::Broken, &breach.summary)
            },
        }
    }

    /// Nothing was judged, and why.
    pub(super) fn nothing(reason: String) -> Self {
        Self { judgement: Word::Unjudged, reason, fingerprint: None, expected: None, observed: None }
    }
}

/// A case that was judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgedCase {
    /// What the report says of it.
    #[serde(flatten)]
    pub report: CaseReport,
    /// What was counted on the way.
    pub tally: Tally,
    /// Whether proofmark itself failed on it.
    #[serde(default)]
    pub failed: bool,
}

/// What came of the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finished {
    /// The verdict on the whole.
    pub verdict: Overall,
    /// Cases by verdict.
    pub totals: Totals,
    /// Requests sent for all cases.
    pub exchanges: usize,
    /// How long the run took, in milliseconds.
    pub elapsed_ms: u64,
}

impl Finished {
    /// The end of a run with this report.
    pub(super) fn of(report: &Report) -> Self {
        Self {
            verdict: report.verdict,
            totals: report.totals,
            exchanges: report.exchanges,
            elapsed_ms: report.elapsed_ms,
        }
    }
}

/// The digest of a plan: of the ids of its cases.
pub(super) fn plan_digest<'a>(ids: impl Iterator<Item = &'a str>) -> String {
    let mut hasher = blake3::Hasher::new();
    for id in ids {
        hasher.update(id.as_bytes()).update(b"\n");
    }
    format!("blake3:{}", hasher.finalize().to_hex())
}
