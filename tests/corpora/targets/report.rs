//! The reader of JSON reports, and all that is made of them.

use super::outputs::{BASE, all};
use proofmark::report::json;
use proofmark::report::merge::merge;
use proofmark::report::model::Report;
use proofmark::report::trend::Reports;
use proofmark::run::replay;
use std::path::Path;

/// Reads bytes as a report, writes it in every form, and holds it against others.
pub fn report(data: &[u8]) {
    let mut reports = Reports::default();
    let _ = reports.add(data, "report.json", &|_| true);
    let Ok(report) = json::parse(data, Path::new("report.json")) else { return };
    all(&report);
    for case in &report.cases {
        if let Some(finding) = &case.finding {
            let _ = replay::script(finding);
        }
    }
    let shard = |report: &Report, number: u8| {
        let report = Report { shard: Some(format!("{number}/2")), ..report.clone() };
        (format!("{number}.json"), report)
    };
    let alone = [("report.json".to_owned(), report.clone())];
    let _ = merge(&alone);
    let _ = merge(&[shard(&report, 1), shard(&report, 2)]);
    let other = Report { cases: Vec::new(), ..report.clone() };
    if let Ok(merged) = merge(&[shard(&report, 1), shard(&other, 2)]) {
        all(&merged);
    }
    let _ = merge(&[shard(&BASE, 1), shard(&report, 2)]);
}
