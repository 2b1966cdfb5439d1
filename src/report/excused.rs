//! Failures that do not fail a run that is compared with a snapshot, in the words of every report.

use super::model::{CaseReport, Report};
use std::borrow::Cow;

/// The cases that broke and are excused, in plan order, each with why.
pub(super) fn cases(report: &Report) -> Vec<(&CaseReport, &str)> {
    report.cases.iter().filter_map(|case| Some((case, case.excused.as_deref()?))).collect()
}

/// The report without them; its counts stay.
pub(super) fn without(report: &Report) -> Cow<'_, Report> {
    if report.cases.iter().all(|case| case.excused.is_none()) {
        return Cow::Borrowed(report);
    }
    let mut rest = report.clone();
    rest.cases.retain(|case| case.excused.is_none());
    Cow::Owned(rest)
}
