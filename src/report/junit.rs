//! `JUnit` XML, as Jenkins, GitLab and GitHub actions read it: one suite a law, one test case a case.
//!
//! A broken SHOULD is no failure, for it must not fail a build; its text goes to `system-out`.
//! `inconclusive` is skipped: nothing was shown to be wrong, and nothing to hold. So is what broke and is excused by a
//! snapshot, which must not fail a build either.
//!
//! What is written is valid against the schema of the Jenkins `xUnit` plugin (`junit-10.xsd`) and the older one that
//! `JUnit` tests its own reports with (`jenkins-junit.xsd`): no attribute that only one of them knows.

use super::model::{CaseReport, Finding, Report, Verdict};
use super::{cause, flaky, text, words};
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::time::Duration;

/// The report as `JUnit` XML.
pub fn render(report: &Report) -> String {
    let causes = cause::of(report);
    let of_case = |cause: &cause::Cause<'_>| {
        let said = format!("{} ({})", text::line(&cause.title), text::count(cause.cases().count(), "case"));
        cause.cases().map(|case| (case.id.clone(), said.clone())).collect::<Vec<_>>()
    };
    let causes: HashMap<String, String> = causes.iter().flat_map(of_case).collect();
    let mut junit = quick_junit::Report::new("proofmark");
    junit.set_time(Duration::from_millis(report.elapsed_ms));
    for law in words::LAWS {
        let mut suite = TestSuite::new(words::law(law));
        suite.timestamp = report.started.parse().ok();
        for (name, value) in [
            ("seed", report.seed.to_string()),
            ("suite", text::line(&format!("{} {}", report.suite.name, report.suite.version))),
            ("suite.digest", text::line(&report.suite.digest)),
            ("target.url", text::line(&report.target.url)),
            ("tool.version", text::line(&report.tool.version)),
        ] {
            suite.add_property((name, value.as_str()));
        }
        let mut elapsed: u64 = 0;
        for case in report.cases.iter().filter(|case| case.law == law) {
            elapsed = elapsed.saturating_add(case.elapsed_ms);
            suite.add_test_case(test_case(case, causes.get(&case.id)));
        }
        suite.set_time(Duration::from_millis(elapsed));
        if suite.tests > 0 {
            junit.add_test_suite(suite);
        }
    }
    #[expect(clippy::expect_used, reason = "writing to memory, and `XmlString` holds valid XML only")]
    let mut xml = junit.to_string().expect("a report is XML");
    if !xml.ends_with('\n') {
        xml.push('\n');
    }
    without_skipped(&xml)
}

/// The document without the attribute `skipped` of its root, which no schema has; suites keep theirs.
fn without_skipped(xml: &str) -> String {
    let root = xml.find("<testsuites ").and_then(|at| Some((at, at + xml.get(at..)?.find('>')?)));
    let Some((from, to)) = root else { return xml.to_owned() };
    let (head, root, rest) = (&xml[..from], &xml[from..to], &xml[to..]);
    let kept = root
        .split(" skipped=\"")
        .enumerate()
        .map(|(nth, part)| if nth == 0 { part } else { part.split_once('"').map_or("", |(_, rest)| rest) });
    format!("{head}{}{rest}", kept.collect::<String>())
}

fn test_case(case: &CaseReport, cause: Option<&String>) -> TestCase {
    let reason = text::line(&case.reason);
    let status = match case.verdict {
        Verdict::Fail if let Some(why) = &case.excused => {
            let mut status = TestCaseStatus::skipped();
            status.set_description(format!("{}: {reason}", text::line(why)));
            status
        }
        Verdict::Pass | Verdict::Warn => TestCaseStatus::success(),
        Verdict::Fail => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            match &case.finding {
                Some(finding) => status
                    .set_type(text::line(&finding.fingerprint))
                    .set_message(text::line(&finding.summary))
                    .set_description(description(case, finding, cause)),
                None => status.set_message(reason),
            };
            status
        }
        Verdict::Error => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_type("proofmark").set_message(reason);
            status
        }
        Verdict::Inconclusive | Verdict::Skipped => {
            let mut status = TestCaseStatus::skipped();
            // As text: only the newer schema knows the attribute.
            status.set_description(format!("{}: {reason}", words::verdict(case.verdict)));
            status
        }
    };
    let mut test = TestCase::new(text::line(&case.id), status);
    test.set_classname(format!("{}.{}", text::line(&case.operation), words::law(case.law)));
    test.set_time(Duration::from_millis(case.elapsed_ms));
    let mut out = String::new();
    if let Some(repeats) = case.flaky {
        let _ = writeln!(out, "flaky: {}", flaky::said(repeats));
    }
    if case.verdict == Verdict::Warn {
        let said = case.finding.as_ref().map_or(reason_of(case), |finding| description(case, finding, cause));
        let _ = write!(out, "warning ({}): {said}", words::level_capitals(case.level));
    }
    if !out.is_empty() {
        test.set_system_out(out);
    }
    test
}

fn reason_of(case: &CaseReport) -> String {
    text::line(&case.reason)
}

/// At most so many exchanges, for a burst shows no more by its sixteenth request.
const EXCHANGES: usize = 4;

fn description(case: &CaseReport, finding: &Finding, cause: Option<&String>) -> String {
    let mut out = text::line(&finding.summary);
    if let Some(cause) = cause {
        let _ = write!(out, "\ncause: {}", text::cut(cause, 4_000));
    }
    for (label, value) in [
        ("case", &case.title),
        ("clause", &case.clause),
        ("expected", &finding.expected),
        ("observed", &finding.observed),
    ] {
        let _ = write!(out, "\n{label}: {}", text::cut(&text::line(value), 4_000));
    }
    for exchange in finding.minimal.iter().take(EXCHANGES) {
        let curl = text::cut(&text::block(&exchange.curl), 8_000);
        let _ = write!(out, "\n\n{}:\n{curl}", text::line(&exchange.role));
    }
    if let Some(more @ 1..) = finding.minimal.len().checked_sub(EXCHANGES) {
        let _ = write!(out, "\n\n{} more in the JSON report", text::count(more, "exchange"));
    }
    out.push('\n');
    out
}
