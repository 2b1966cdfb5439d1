//! CTRF, the Common Test Report Format: one JSON shape that CI actions and dashboards read.
//!
//! A broken SHOULD and what was not decided are `other`, so that they fail no build; `rawStatus` has our verdict.

use super::model::{CaseReport, Report, Verdict};
use super::{cause, text, words};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::HashMap;

/// The version of the format that is written.
const SPECIFIED: &str = "0.0.0";

/// The report in CTRF, as one JSON object.
pub fn render(report: &Report) -> String {
    let causes = cause::of(report);
    let mut titles: HashMap<&str, &str> = HashMap::new();
    for cause in &causes {
        titles.extend(cause.cases().map(|case| (case.id.as_str(), cause.title.as_str())));
    }
    let start = report.started.parse::<Timestamp>().map_or(0, Timestamp::as_millisecond);
    let elapsed = i64::try_from(report.elapsed_ms).unwrap_or(i64::MAX);
    let count =
        |status: &str| report.cases.iter().filter(|case| self::status(case.verdict) == status).count();
    let told: Vec<Value> = causes
        .iter()
        .map(|cause| {
            let cases: Vec<String> = cause.cases().map(|case| text::line(&case.id)).collect();
            json!({
                "title": text::line(&cause.title),
                "verdict": words::verdict(cause.verdict),
                "cases": cases,
                "evidence": cause.evidence.iter().map(|line| text::line(line)).collect::<Vec<_>>(),
            })
        })
        .collect();
    let whole = json!({
        "reportFormat": "CTRF",
        "specVersion": SPECIFIED,
        "generatedBy": "proofmark",
        "results": {
            "tool": { "name": text::line(&report.tool.name), "version": text::line(&report.tool.version) },
            "summary": {
                "tests": report.cases.len(),
                "passed": count("passed"),
                "failed": count("failed"),
                "skipped": count("skipped"),
                "pending": 0,
                "other": count("other"),
                "start": start,
                "stop": start.saturating_add(elapsed),
                "duration": elapsed,
                "extra": { "verdict": report.verdict.as_str(), "causes": told },
            },
            "tests": report.cases.iter().map(|case| test(case, titles.get(case.id.as_str()))).collect::<Vec<_>>(),
            "environment": {
                "appName": text::line(&report.target.url),
                "reportName": text::line(&format!("{} {}", report.suite.name, report.suite.version)),
                "extra": { "seed": report.seed, "digest": text::line(&report.suite.digest) },
            },
        },
    });
    let mut text = format!("{whole:#}");
    text.push('\n');
    text
}

fn status(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "passed",
        Verdict::Fail => "failed",
        Verdict::Skipped => "skipped",
        Verdict::Warn | Verdict::Inconclusive | Verdict::Error => "other",
    }
}

fn test(case: &CaseReport, cause: Option<&&str>) -> Value {
    let mut test = json!({
        "name": text::line(&case.id),
        "status": status(case.verdict),
        "rawStatus": words::verdict(case.verdict),
        "duration": case.elapsed_ms,
        "suite": [text::line(&case.operation), words::law(case.law)],
        "tags": [words::level(case.level)],
        "message": text::cut(&text::line(&case.reason), 4_000),
        "extra": { "title": text::line(&case.title), "clause": text::line(&case.clause) },
    });
    let (Some(finding), Some(members)) = (&case.finding, test.as_object_mut()) else { return test };
    let lines = [
        ("cause", cause.map_or("", |cause| *cause)),
        ("clause", case.clause.as_str()),
        ("expected", finding.expected.as_str()),
        ("observed", finding.observed.as_str()),
    ];
    let told = lines.iter().filter(|(_, value)| !value.is_empty());
    let told: Vec<String> =
        told.map(|(label, value)| format!("{label}: {}", text::cut(&text::line(value), 4_000))).collect();
    members.insert("trace".to_owned(), told.join("\n").into());
    if let Some(exchange) = finding.minimal.first() {
        members.insert("snippet".to_owned(), text::cut(&text::block(&exchange.curl), 8_000).into());
    }
    test
}
