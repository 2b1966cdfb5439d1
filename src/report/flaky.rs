//! Cases that do not come out alike with the same seed, in the words of every report.

use super::model::{CaseReport, Repeats, Report};

/// The flaky cases, in plan order, each with how often it broke.
pub(super) fn cases(report: &Report) -> Vec<(&CaseReport, String)> {
    report.cases.iter().filter_map(|case| Some((case, said(case.flaky?)))).collect()
}

/// How often a flaky case broke.
pub(super) fn said(repeats: Repeats) -> String {
    format!("broke {} of {} times with the same seed", repeats.failed, repeats.of)
}
