//! Whether a report follows from itself, from its suite, and from the recorded exchanges.

use super::requirements::Requirements;
use crate::case::suite::Suite;
use crate::contract::dialect::DEFAULT;
use crate::law::verdict::Verdict;
use crate::report::model::{CaseReport, Level, Overall, Report, Totals};
use crate::run::suite_info;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Why evidence is not to be trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which part: a file, or the envelope.
    pub at: String,
    /// What is wrong, and where in it.
    pub what: String,
    /// What that means.
    pub means: String,
}

impl Refusal {
    /// A refusal.
    pub fn new(at: impl Into<String>, what: impl Into<String>, means: impl Into<String>) -> Self {
        Self { at: at.into(), what: what.into(), means: means.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "refused: {}: {} ({})", self.at, self.what, self.means)
    }
}

/// The means of an edited report.
const EDITED: &str = "the report was edited after proofmark wrote it";

/// What in a report contradicts the report itself; `name` is what the file is called.
pub fn itself(name: &str, report: &Report) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let mut refuse = |what: String| refusals.push(Refusal::new(name, what, EDITED));
    let mut seen = BTreeSet::new();
    for (index, case) in report.cases.iter().enumerate() {
        let at = format!("/cases/{index}, {},", case.id);
        if !seen.insert(&case.id) {
            refuse(format!("{at} is there twice"));
        }
        if let Some(what) = contradiction(case) {
            refuse(format!("{at} {what}"));
        }
    }
    let totals = Totals::count(&report.cases);
    if totals != report.totals {
        refuse(format!("/totals say {}, and the cases are {}", counts(&report.totals), counts(&totals)));
    }
    let verdict = Overall::of(&report.cases);
    if verdict != report.verdict {
        let (said, follows) = (report.verdict.as_str(), verdict.as_str());
        refuse(format!("/verdict is {said:?}, and {follows:?} follows from the cases"));
    }
    let exchanges: usize = report.cases.iter().map(|case| case.exchanges).sum();
    if exchanges != report.exchanges {
        refuse(format!("/exchanges is {}, and the cases sent {exchanges}", report.exchanges));
    }
    refusals
}

/// How a case's members contradict each other.
fn contradiction(case: &CaseReport) -> Option<&'static str> {
    let broken = matches!(case.verdict, Verdict::Fail | Verdict::Warn);
    match (&case.finding, broken) {
        (Some(_), false) => return Some("holds a finding, and is neither `fail` nor `warn`"),
        (None, true) => return Some("is broken, and holds no finding"),
        _ => {}
    }
    match (case.verdict, case.level) {
        (Verdict::Fail, Level::Should | Level::May) => Some("is `fail`, and no MUST"),
        (Verdict::Warn, Level::Must) => Some("is `warn`, and a MUST"),
        (Verdict::Pass, _) if case.left_out => Some("is `pass`, and left out"),
        (Verdict::Pass, _) if case.exchanges == 0 => Some("is `pass`, and nothing was sent for it"),
        _ => None,
    }
}

fn counts(totals: &Totals) -> String {
    let Totals { pass, fail, warn, inconclusive, skipped, error } = totals;
    format!(
        "{pass} pass, {fail} fail, {warn} warn, {inconclusive} inconclusive, {skipped} skipped, {error} error"
    )
}

/// What the cases of a report can be held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The suite of this proofmark: contract and cases are the same.
    Own,
    /// A requirement set, which froze the suite that judged; this proofmark has another by now.
    Frozen,
}

/// What a report was judged by, where that is known.
///
/// # Errors
/// The report was judged by contracts or cases that are neither those of this proofmark nor those of the set.
pub fn basis(
    name: &str,
    report: &Report,
    suite: &Suite,
    set: Option<&Requirements>,
) -> Result<Basis, Refusal> {
    let info = suite_info(suite);
    if report.suite == info {
        return Ok(Basis::Own);
    }
    let dialect = report.suite.dialect.as_deref().unwrap_or(DEFAULT);
    if let Some(set) = set
        && set.suites.get(dialect) == Some(&report.suite.digest)
        && (&set.suite, &set.version) == (&report.suite.name, &report.suite.version)
    {
        return Ok(Basis::Frozen);
    }
    let what = format!(
        "/suite is {} with the digest {}, and this proofmark has {} with {}",
        described(report),
        short(&report.suite.digest),
        info.version,
        short(&info.digest)
    );
    let means = format!(
        "other cases or another contract; use proofmark {}, which judged, or name --contract, --cases and --dialect",
        report.tool.version
    );
    Err(Refusal::new(name, what, means))
}

/// What in a report contradicts the suite of this proofmark.
pub fn suite(name: &str, report: &Report, suite: &Suite) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let same_tool = report.tool.version == env!("CARGO_PKG_VERSION");
    for (index, case) in report.cases.iter().enumerate() {
        let Some(own) = suite.case(&case.id) else {
            refusals.push(Refusal::new(
                name,
                format!("/cases/{index}, {}, is no case of the suite", case.id),
                EDITED,
            ));
            continue;
        };
        let mut member = |member: &str, same: bool| {
            if !same {
                let what = format!("/cases/{index}/{member} of {} is not the suite's", case.id);
                refusals.push(Refusal::new(name, what, EDITED));
            }
        };
        member("level", case.level == own.level);
        member("law", case.law == own.law);
        member("operation", case.operation == own.operation);
        member("title", !same_tool || case.title == own.title);
        member("clause", !same_tool || case.clause == own.clause);
    }
    refusals
}

/// What in a report contradicts the set that froze its suite.
pub fn frozen(name: &str, report: &Report, set: &Requirements) -> Vec<Refusal> {
    let known: BTreeMap<&str, Level> = set.cases.iter().map(|case| (case.id.as_str(), case.level)).collect();
    let refuse = |(index, case): (usize, &CaseReport)| match known.get(case.id.as_str()) {
        None => {
            Some(Refusal::new(name, format!("/cases/{index}, {}, is no case of {}", case.id, set.id), EDITED))
        }
        Some(level) if *level != case.level => {
            let what = format!("/cases/{index}/level of {} is not that of {}", case.id, set.id);
            Some(Refusal::new(name, what, EDITED))
        }
        Some(_) => None,
    };
    report.cases.iter().enumerate().filter_map(refuse).collect()
}

fn described(report: &Report) -> String {
    match &report.suite.dialect {
        Some(dialect) => format!("{} {} in the dialect {dialect}", report.suite.name, report.suite.version),
        None => format!("{} {}", report.suite.name, report.suite.version),
    }
}

/// The beginning of a digest, enough to tell two apart.
pub(super) fn short(digest: &str) -> String {
    let (kind, hex) = digest.split_once(':').unwrap_or(("", digest));
    let cut: String = hex.chars().take(12).collect();
    if kind.is_empty() { format!("{cut}…") } else { format!("{kind}:{cut}…") }
}
