//! The report: what a run found, in the shape that `schemas/report.v1.json` publishes.

pub use super::latency::{Bucket, Latency};
pub use crate::case::grade::{Law, Level};
use crate::exchange::record::ExchangeRecord;
pub use crate::law::verdict::Verdict;
use serde::{Deserialize, Serialize};

/// The value of [`Report::format`] in this version.
pub const FORMAT: &str = "proofmark.report/1";

/// The verdict on the whole run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Overall {
    /// At least one MUST was decided, none broke, and none was lost to an error or to the exchange budget.
    Conforms,
    /// A MUST broke.
    Fails,
    /// No MUST was decided, or some were lost: the target went away, or the run was cut short.
    Undecided,
}

impl Overall {
    /// The verdict that follows from the cases. A broken SHOULD or MAY changes nothing, and neither does a case
    /// that was skipped for want of configuration or that the answers do not decide.
    pub fn of(cases: &[CaseReport]) -> Self {
        let left_out = cases.iter().any(|case| case.level == Level::Must && case.left_out);
        let any = |verdict| cases.iter().any(|case| case.level == Level::Must && case.verdict == verdict);
        if cases.iter().any(|case| case.verdict == Verdict::Fail) {
            Self::Fails
        } else if any(Verdict::Pass) && !any(Verdict::Error) && !left_out {
            Self::Conforms
        } else {
            Self::Undecided
        }
    }

    /// The word that reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Conforms => "conforms",
            Self::Fails => "fails",
            Self::Undecided => "undecided",
        }
    }
}

/// What was judged against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuiteInfo {
    /// The contract's title.
    pub name: String,
    /// The contract's version.
    pub version: String,
    /// `blake3:` and the hex digest over contract, dialect and cases.
    pub digest: String,
    /// The dialect that it was spoken in, where one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialect: Option<String>,
}

/// Which proofmark judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolInfo {
    /// Always `proofmark`.
    pub name: String,
    /// The version of the crate.
    pub version: String,
}

/// What was judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetInfo {
    /// The base URL.
    pub url: String,
    /// Whether it is the embedded reference.
    pub embedded: bool,
    /// Faults turned on in the embedded reference.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<String>,
    /// The HTTP version that was spoken, `1.1` or `2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<String>,
    /// Whether a proxy was between us and the target.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub proxy: bool,
}

/// Cases by verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Clauses that held.
    pub pass: usize,
    /// Broken MUSTs.
    pub fail: usize,
    /// Broken SHOULDs and MAYs.
    pub warn: usize,
    /// Asked, and not decided by the answer.
    pub inconclusive: usize,
    /// Not run.
    pub skipped: usize,
    /// Failures of the harness or its environment.
    pub error: usize,
}

impl Totals {
    /// Counts cases by verdict.
    pub fn count<'a>(cases: impl IntoIterator<Item = &'a CaseReport>) -> Self {
        let mut totals = Self::default();
        for case in cases {
            totals.add(case.verdict);
        }
        totals
    }

    /// Counts one more case.
    pub fn add(&mut self, verdict: Verdict) {
        *match verdict {
            Verdict::Pass => &mut self.pass,
            Verdict::Fail => &mut self.fail,
            Verdict::Warn => &mut self.warn,
            Verdict::Inconclusive => &mut self.inconclusive,
            Verdict::Skipped => &mut self.skipped,
            Verdict::Error => &mut self.error,
        } += 1;
    }

    /// How many cases had this verdict.
    pub fn get(&self, verdict: Verdict) -> usize {
        match verdict {
            Verdict::Pass => self.pass,
            Verdict::Fail => self.fail,
            Verdict::Warn => self.warn,
            Verdict::Inconclusive => self.inconclusive,
            Verdict::Skipped => self.skipped,
            Verdict::Error => self.error,
        }
    }

    /// How many cases there are.
    pub fn all(&self) -> usize {
        // A report may come from anywhere, and say what it likes.
        let all = [self.pass, self.fail, self.warn, self.inconclusive, self.skipped, self.error];
        all.into_iter().fold(0, usize::saturating_add)
    }
}

/// What broke, and the smallest way to see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// One sentence that names what is wrong.
    pub summary: String,
    /// What the contract asks for.
    pub expected: String,
    /// What the target did, without anything that differs from run to run.
    pub observed: String,
    /// Operation, law, rule and place; equal for findings that have the same cause in the same place.
    pub fingerprint: String,
    /// The rule that broke, a short name; empty in reports of versions that did not tell it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rule: String,
    /// Where or how it broke, such as a place of the answer; empty where the rule says it all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// The code of the answer that broke it, where that is a refusal or leaves the outcome open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The exchanges that show it, smallest request first found; at least one.
    pub minimal: Vec<ExchangeRecord>,
    /// Who sent what when and what came back, where it takes more than one request to break the clause.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timeline: Vec<Moment>,
    /// How often it broke when it was sent again, where requests overlap and that takes luck.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeats: Option<Repeats>,
    /// The script that sent them, for `proofmark replay`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<serde_json::Value>,
}

/// One request of a timeline. Keys, contents and ids of effects have short names, equal where they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// The name of the step that sent it.
    pub role: String,
    /// The idempotency key, such as `key 1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What was asked for under the key, such as `content 1`.
    pub content: String,
    /// Milliseconds from the first request of the timeline to sending.
    pub at_ms: u64,
    /// Milliseconds from sending to the last byte of the answer.
    pub elapsed_ms: u64,
    /// What came back, in a few words.
    pub answer: String,
    /// The effect's id that came back, such as `id 1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Whether this is one of the requests that no order explains.
    pub decisive: bool,
}

impl Moment {
    /// Milliseconds from the first request of the timeline to the last byte of this answer.
    pub fn ended(&self) -> u64 {
        self.at_ms.saturating_add(self.elapsed_ms)
    }
}

/// How often something broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeats {
    /// How often it broke.
    pub failed: usize,
    /// Of how many times.
    pub of: usize,
}

/// A place in the contract's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The file as it was named; a built-in contract by its path in the repository.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// JSON pointer into the document; empty for the whole.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub pointer: String,
}

/// One judged case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseReport {
    /// The stable path of the case, such as `operation/request/field/maxLength/above`.
    pub id: String,
    /// The position of the case in the plan of the unsharded run; shards are merged by it.
    #[serde(default)]
    pub index: usize,
    /// The operation's id.
    pub operation: String,
    /// What the case asks, in a few words.
    pub title: String,
    /// The clause of the contract, with its source.
    pub clause: String,
    /// How binding the clause is.
    pub level: Level,
    /// The law that judged.
    pub law: Law,
    /// What the case is about in short words that cases share, such as `keyword:maxLength`, and what kinds of answers
    /// it met, such as `answered:refused`; causes are told by them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub traits: Vec<String>,
    /// What became of it.
    pub verdict: Verdict,
    /// Why the verdict is what it is, in one sentence.
    pub reason: String,
    /// Requests sent for this case, retries and shrinking included.
    pub exchanges: usize,
    /// Milliseconds from the first request of the case to the verdict.
    #[serde(default)]
    pub elapsed_ms: u64,
    /// What broke; only with `fail` and `warn`.
    pub finding: Option<Finding>,
    /// Where the contract says what broke; only with a finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Whether the exchange budget of the run kept the case from being decided.
    #[serde(default, skip_serializing_if = "is_false")]
    pub left_out: bool,
    /// How often it broke, where it was judged again with the same seed and the judgements differ. The verdict is
    /// that of the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flaky: Option<Repeats>,
    /// Why what broke does not fail a run that is compared with a snapshot, in a few words: on which terms the failure
    /// was accepted, or that it is flaky.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excused: Option<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes by reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// Whether a row of the contract's status table or code catalogue was put to the test, and what came of it. Where
/// shards say different things, the greatest holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowState {
    /// No case brought it about: what calls for it was not configured, or answered with another row that is as right.
    NeverProvoked,
    /// No request from outside can bring it about, and none did.
    NotProvokable,
    /// It stood in the answers of a case that asks for it and passed, and of none that broke.
    ProvokedRight,
    /// A case that asks for it broke.
    ProvokedWrong,
}

/// A code of the catalogue and what the run saw of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeCoverage {
    /// The code.
    pub code: String,
    /// How many answers carried it.
    pub seen: usize,
    /// Whether the contract documents it.
    pub documented: bool,
    /// What came of its row; absent for codes without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<RowState>,
    /// Why no request from outside can bring it about, where the contract says so and none did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unprovokable: Option<String>,
}

/// A status of the contract and what the run saw of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusCoverage {
    /// The status.
    pub status: String,
    /// How many answers carried it.
    pub seen: usize,
    /// What came of its row; absent for statuses without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<RowState>,
    /// Why no request from outside can bring it about, where the contract says so and none did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unprovokable: Option<String>,
}

/// A place of the request schema and whether the run exercised it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoundaryCoverage {
    /// The operation's id.
    pub operation: String,
    /// JSON pointer into the request.
    pub pointer: String,
    /// The schema keyword.
    pub keyword: String,
    /// Which side of the bound, such as `at` or `above`.
    pub side: String,
    /// Whether a payload for it was sent and judged.
    pub exercised: bool,
}

/// What the run reached of the contract.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Every documented code in the order of the catalogue, then every other that was seen, sorted.
    pub codes: Vec<CodeCoverage>,
    /// Every documented status in the order of the contract, then every other that was seen, sorted.
    pub statuses: Vec<StatusCoverage>,
    /// Every boundary of the request schema.
    pub boundaries: Vec<BoundaryCoverage>,
}

/// A whole report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// [`FORMAT`].
    pub format: String,
    /// What was judged against.
    pub suite: SuiteInfo,
    /// Which proofmark judged.
    pub tool: ToolInfo,
    /// What was judged.
    pub target: TargetInfo,
    /// The seed that all payloads follow from.
    pub seed: u64,
    /// `I/N`, or null for a whole run.
    pub shard: Option<String>,
    /// When the run started, RFC 3339 in UTC.
    pub started: String,
    /// How long the run took, in milliseconds.
    pub elapsed_ms: u64,
    /// Requests sent for all cases. The greeting, by which a run finds out whether the target is there, belongs
    /// to none of them, so that shards add up to the whole.
    pub exchanges: usize,
    /// The verdict on the whole.
    pub verdict: Overall,
    /// Cases by verdict.
    pub totals: Totals,
    /// Every selected case, in plan order.
    pub cases: Vec<CaseReport>,
    /// What the run reached.
    pub coverage: Coverage,
    /// How long answers took, by operation, sorted. A time: it differs from run to run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub latency: Vec<Latency>,
}
