//! SARIF 2.1.0: what broke, at the line of the contract that says otherwise, for code scanning and editors.
//!
//! A finding is one result, with its fingerprint, so that a service knows it again in the next run. A finding whose
//! place in the contract is not known is left out: a result without a place is shown nowhere.

use super::cause::{self, Cause};
use super::group::Group;
use super::model::{Report, Verdict};
use super::{text, words};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The published schema of the version that is written.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// Bytes of one message.
const LONGEST: usize = 4_000;

/// The report in SARIF, as one JSON object.
pub fn render(report: &Report) -> String {
    let causes = cause::of(report);
    let mut rules: BTreeMap<String, Value> = BTreeMap::new();
    let mut results = Vec::new();
    for cause in &causes {
        for group in &cause.groups {
            let Some(result) = result(cause, group) else { continue };
            let id = rule(group);
            rules.entry(id.clone()).or_insert_with(|| {
                json!({
                    "id": id,
                    "shortDescription": { "text": format!("The law of {}", words::law(group.lead.law)) },
                    "defaultConfiguration": { "level": level(group) },
                })
            });
            results.push(result);
        }
    }
    let whole = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": text::line(&report.tool.name),
                "semanticVersion": text::line(&report.tool.version),
                "rules": rules.into_values().collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
            "properties": {
                "verdict": report.verdict.as_str(),
                "target": text::line(&report.target.url),
                "seed": report.seed,
                "suite": text::line(&report.suite.digest),
            },
        }],
    });
    let mut text = format!("{whole:#}");
    text.push('\n');
    text
}

/// The law and its rule, such as `shape/bound`.
fn rule(group: &Group<'_>) -> String {
    let rule = group.finding.map_or("", |finding| finding.rule.as_str());
    let law = words::law(group.lead.law);
    if rule.is_empty() { law.to_owned() } else { format!("{law}/{}", text::line(rule)) }
}

fn level(group: &Group<'_>) -> &'static str {
    if group.lead.verdict == Verdict::Fail { "error" } else { "warning" }
}

fn result(cause: &Cause<'_>, group: &Group<'_>) -> Option<Value> {
    let (finding, source) = (group.finding?, group.lead.source.as_ref()?);
    let case = group.lead;
    let cases: Vec<String> =
        std::iter::once(&case).chain(&group.others).map(|case| text::line(&case.id)).collect();
    let said = format!(
        "{}. {}. Expected: {}. Observed: {}. Clause: {}",
        cause.title, finding.summary, finding.expected, finding.observed, case.clause
    );
    Some(json!({
        "ruleId": rule(group),
        "level": level(group),
        "message": { "text": text::cut(&text::line(&said), LONGEST) },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": uri(&source.file) },
                "region": { "startLine": source.line.max(1) },
            },
            "logicalLocations": [{ "fullyQualifiedName": text::line(&source.pointer), "kind": "member" }],
        }],
        "partialFingerprints": { "proofmark/v1": text::line(&finding.fingerprint) },
        "properties": { "cause": text::line(&cause.title), "cases": cases },
    }))
}

/// A path as a URI reference.
fn uri(path: &str) -> String {
    const KEPT: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b'~');
    let path = percent_encoding::utf8_percent_encode(path, KEPT).to_string();
    if path.starts_with('/') { format!("file://{path}") } else { path }
}
