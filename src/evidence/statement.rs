//! The in-toto statement (v1) about a report, with the predicate Test Result v0.1.
//!
//! What the predicate has no member for stands in a member `proofmark` of it, as the specification's rules for
//! extension fields have it. The whole statement follows from report, journals and requirement set, so that whoever
//! verifies makes it anew and compares.

use super::check::Refusal;
use super::requirements::{Meets, Standing};
use crate::law::verdict::Verdict;
use crate::report::model::{CaseReport, Overall, Report, SuiteInfo, TargetInfo, ToolInfo, Totals};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The `_type` of a statement.
pub const STATEMENT: &str = "https://in-toto.io/Statement/v1";
/// The predicate's type.
pub const TEST_RESULT: &str = "https://in-toto.io/attestation/test-result/v0.1";
/// The format of the member `proofmark` in this version.
pub const FORMAT: &str = "proofmark.evidence/1";

/// A file or another thing, named with its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Descriptor {
    /// The file's name without its folder, or what the thing is called.
    pub name: String,
    /// Hex digests by algorithm, such as `sha256`.
    pub digest: BTreeMap<String, String>,
    /// What it is, in `role`, and what more there is to say.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub annotations: Map<String, Value>,
}

impl Descriptor {
    /// A thing with this SHA-256 digest.
    pub fn new(name: &str, sha256: &str, annotations: Vec<(String, Value)>) -> Self {
        Self {
            name: name.to_owned(),
            digest: [("sha256".to_owned(), sha256.to_owned())].into(),
            annotations: annotations.into_iter().collect(),
        }
    }

    /// The SHA-256 digest in hex; empty where there is none.
    pub fn sha256(&self) -> &str {
        self.digest.get("sha256").map_or("", String::as_str)
    }

    /// What it is.
    pub fn role(&self) -> &str {
        self.annotations.get("role").and_then(Value::as_str).unwrap_or_default()
    }
}

/// What was attested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// [`STATEMENT`].
    #[serde(rename = "_type")]
    pub kind: String,
    /// The report, then the journals.
    pub subject: Vec<Descriptor>,
    /// [`TEST_RESULT`].
    #[serde(rename = "predicateType")]
    pub predicate_type: String,
    /// What came of the run.
    pub predicate: TestResult,
}

/// The result of the run as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Outcome {
    /// Everything that was asked for was decided, and held.
    Passed,
    /// No MUST broke, and something is broken that is no MUST, undecided, or left out.
    Warned,
    /// A MUST broke, or no verdict was reached.
    Failed,
}

/// The predicate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TestResult {
    /// The result.
    pub result: Outcome,
    /// What was judged by: contract, dialect, cases, suite, tool, requirement set.
    pub configuration: Vec<Descriptor>,
    /// Where the run can be looked up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The ids of the cases that passed.
    pub passed_tests: Vec<String>,
    /// Of those in which a SHOULD or MAY broke.
    pub warned_tests: Vec<String>,
    /// Of those in which a MUST broke.
    pub failed_tests: Vec<String>,
    /// What Test Result has no member for.
    pub proofmark: Evidence,
}

/// A case that is in none of the lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// The case's id.
    pub name: String,
    /// `inconclusive`, `skipped` or `error`.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
}

/// What a report says beyond the lists of cases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// [`FORMAT`].
    pub format: String,
    /// Whether the verdicts follow from journals among the subjects. Without one nobody can judge again.
    pub rejudged: bool,
    /// What this says and does not say, for people.
    pub note: String,
    /// The verdict on the whole.
    pub verdict: Overall,
    /// Cases by verdict.
    pub totals: Totals,
    /// Cases that the suite has and the report does not.
    pub unselected: usize,
    /// Cases without a decision.
    pub open: Vec<Open>,
    /// What was judged against.
    pub suite: SuiteInfo,
    /// Which proofmark judged.
    pub tool: ToolInfo,
    /// What was judged.
    pub target: TargetInfo,
    /// The seed of the payloads.
    pub seed: u64,
    /// The shard, or null for a whole run.
    pub shard: Option<String>,
    /// When the run started, RFC 3339.
    pub started: String,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
    /// Requests sent.
    pub exchanges: usize,
    /// Where the report stands under a requirement set, where one was named. The lists then hold its cases alone, and
    /// the result is the one under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requirements: Option<Standing>,
}

/// What a statement is made from, beside the report.
pub struct Parts {
    /// Report and journals.
    pub subject: Vec<Descriptor>,
    /// What was judged by.
    pub configuration: Vec<Descriptor>,
    /// Where the run can be looked up.
    pub url: Option<String>,
    /// Whether the verdicts were judged again.
    pub rejudged: bool,
    /// How many cases the suite has.
    pub cases: usize,
    /// Where the report stands under a requirement set, and the ids of its cases.
    pub standing: Option<(Standing, BTreeSet<String>)>,
}

/// The statement about a report.
pub fn of(report: &Report, parts: Parts) -> Statement {
    let ids = |verdict: Verdict| -> Vec<String> {
        let counts =
            |case: &&CaseReport| parts.standing.as_ref().is_none_or(|(_, cases)| cases.contains(&case.id));
        let cases = report.cases.iter().filter(|case| case.verdict == verdict).filter(counts);
        cases.map(|case| case.id.clone()).collect()
    };
    let unselected = parts.cases.saturating_sub(report.cases.len());
    let open = |case: &CaseReport| {
        matches!(case.verdict, Verdict::Inconclusive | Verdict::Skipped | Verdict::Error).then(|| Open {
            name: case.id.clone(),
            verdict: case.verdict,
            reason: case.reason.clone(),
        })
    };
    let open: Vec<Open> = report.cases.iter().filter_map(open).collect();
    let standing = parts.standing.as_ref().map(|(standing, _)| standing);
    let result = match report.verdict {
        _ if standing.is_some_and(|standing| standing.verdict != Meets::Conforms) => Outcome::Failed,
        _ if standing.is_some_and(|standing| standing.warned.is_empty()) => Outcome::Passed,
        _ if standing.is_some() => Outcome::Warned,
        Overall::Conforms if report.totals.warn == 0 && open.is_empty() && unselected == 0 => Outcome::Passed,
        Overall::Conforms => Outcome::Warned,
        Overall::Fails | Overall::Undecided => Outcome::Failed,
    };
    let note = if parts.rejudged {
        "The verdicts follow from the exchanges in the journals, and whoever has these can judge them again."
    } else {
        "There is no journal: no verdict can be judged again from this, and it is worth what its signer is."
    };
    Statement {
        kind: STATEMENT.to_owned(),
        subject: parts.subject,
        predicate_type: TEST_RESULT.to_owned(),
        predicate: TestResult {
            result,
            configuration: parts.configuration,
            url: parts.url,
            passed_tests: ids(Verdict::Pass),
            warned_tests: ids(Verdict::Warn),
            failed_tests: ids(Verdict::Fail),
            proofmark: Evidence {
                format: FORMAT.to_owned(),
                rejudged: parts.rejudged,
                note: note.to_owned(),
                verdict: report.verdict,
                totals: report.totals,
                unselected,
                open,
                suite: report.suite.clone(),
                tool: report.tool.clone(),
                target: report.target.clone(),
                seed: report.seed,
                shard: report.shard.clone(),
                started: report.started.clone(),
                elapsed_ms: report.elapsed_ms,
                exchanges: report.exchanges,
                requirements: standing.cloned(),
            },
        },
    }
}

impl Statement {
    /// The statement as JSON in one line.
    pub fn to_json(&self) -> String {
        #[expect(clippy::expect_used, reason = "all keys are text, and memory does not fail")]
        serde_json::to_string(self).expect("a statement is JSON")
    }

    /// Reads the payload of an envelope.
    ///
    /// # Errors
    /// It is no statement that this version reads.
    pub fn parse(payload: &[u8]) -> Result<Self, Refusal> {
        let refuse = |what: String| {
            Refusal::new(
                "the statement",
                what,
                "it was not made by `proofmark attest`, or by another version of it",
            )
        };
        let value: Value =
            serde_json::from_slice(payload).map_err(|error| refuse(format!("is not JSON: {error}")))?;
        for (member, wanted) in [("_type", STATEMENT), ("predicateType", TEST_RESULT)] {
            if value[member] != wanted {
                return Err(refuse(format!("/{member} is {}, not {wanted:?}", value[member])));
            }
        }
        let format = &value["predicate"]["proofmark"]["format"];
        if format != FORMAT {
            return Err(refuse(format!("/predicate/proofmark/format is {format}, not {FORMAT:?}")));
        }
        serde_path_to_error::deserialize(value).map_err(|error| {
            let at = error.path().to_string();
            refuse(format!("at `{at}`: {}", error.into_inner()))
        })
    }

    /// The subjects of a role.
    pub fn subjects(&self, role: &str) -> impl Iterator<Item = &Descriptor> {
        self.subject.iter().filter(move |subject| subject.role() == role)
    }

    /// What in this statement does not follow from the report; `own` is made from what was given to check it.
    pub fn against(&self, own: &Self) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        let (said, follows) = (members(&self.predicate), members(&own.predicate));
        for (at, follows) in &follows {
            let said = said.get(at).cloned().unwrap_or_default();
            if said != *follows {
                let what = format!("{at} is {}, and {} follows from the report", cut(&said), cut(follows));
                refusals.push(Refusal::new(
                    "the statement",
                    what,
                    "whoever signed it did not make it from this report",
                ));
            }
        }
        refusals
    }
}

/// What follows from a report alone, by its place.
fn members(predicate: &TestResult) -> BTreeMap<String, Value> {
    let value = serde_json::to_value(predicate).unwrap_or_default();
    let mut members = BTreeMap::new();
    for name in ["result", "passedTests", "warnedTests", "failedTests"] {
        members.insert(format!("/predicate/{name}"), value[name].clone());
    }
    for (name, value) in value["proofmark"].as_object().into_iter().flatten() {
        members.insert(format!("/predicate/proofmark/{name}"), value.clone());
    }
    members
}

/// A value, short enough for one line.
fn cut(value: &Value) -> String {
    const MOST: usize = 80;
    let text = value.to_string();
    if text.chars().count() <= MOST {
        text
    } else {
        format!("{}…", text.chars().take(MOST).collect::<String>())
    }
}
