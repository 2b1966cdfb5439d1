//! Everything that proofmark makes of a report, held against what each form promises.

use jiff::civil::{Date, date};
use proofmark::report::format::{Format, render};
use proofmark::report::model::Report;
use proofmark::report::terminal::{self, Style};
use proofmark::report::{cause, diff, html, json, review, snapshot, trend};
use std::path::Path;
use std::sync::LazyLock;

/// A report that a run wrote.
pub(super) static BASE: LazyLock<Report> =
    LazyLock::new(|| json::parse(include_bytes!("../base.json"), Path::new("base.json")).expect("a report"));

/// The day on which snapshots are looked at.
pub(super) fn today() -> Date {
    date(2026, 1, 1)
}

/// How often a page of ours has each element that acts, but for what is in its text.
fn active(page: &str) -> [usize; 4] {
    ["<script", "<style", "<iframe", "javascript:"].map(|text| page.matches(text).count())
}

static ACTIVE: LazyLock<[usize; 4]> = LazyLock::new(|| active(&html::render(&BASE)));

/// Writes a report in every form; gives all that was written.
pub(super) fn all(report: &Report) -> Vec<String> {
    let mut written: Vec<String> = Vec::new();
    for format in Format::ALL {
        let text = render(format, report);
        match format {
            Format::Json => {
                let read = json::parse(text.as_bytes(), Path::new("again.json"));
                assert_eq!(read.expect("what is written is read"), *report);
            }
            Format::Har | Format::Ctrf | Format::Sarif => {
                let read: Result<serde_json::Value, _> = serde_json::from_str(&text);
                assert!(read.is_ok(), "{} is no JSON: {read:?}", format.as_str());
            }
            Format::Junit => {
                let read = quick_junit::Report::deserialize_from_str(&text);
                assert!(read.is_ok(), "{:?}: {text}", read.err());
            }
            Format::Html => assert_eq!(active(&text), *ACTIVE, "{text}"),
            Format::Markdown => inert(&text),
            Format::Ndjson => {}
        }
        written.push(text);
    }
    for (width, quiet) in [(80, false), (30, true), (usize::MAX, false)] {
        let text = terminal::render(report, Style { color: false, width, quiet }, Some("report.json"));
        inert(&text);
        written.push(text);
    }
    written.push(terminal::render(report, Style { color: true, width: 100, quiet: false }, None));
    let _ = cause::of(report);
    written.extend(compared(report));
    written
}

/// What comes of a report beside others.
fn compared(report: &Report) -> Vec<String> {
    let style = Style { color: false, width: 80, quiet: false };
    let mut written = Vec::new();
    assert!(
        !has_names(report) || diff::between(report, report, None).is_empty(),
        "a report differs from itself"
    );
    for (old, new) in [(&*BASE, report), (report, &*BASE)] {
        let diff = diff::between(old, new, None);
        let text = diff::render(&diff, style);
        inert(&text);
        written.extend([text, diff::markdown(&diff), diff::json(&diff)]);
        let page = diff::html(&diff);
        assert!(active(&page)[2..] == [0, 0], "{page}");
        written.push(page);
    }
    let accepted = snapshot::render(report);
    inert(&accepted);
    let read = snapshot::parse(&accepted);
    match read {
        // Two cases of one name, which no run has, cannot be told apart.
        Err(error) => assert!(!has_names(report), "{error}: {accepted}"),
        Ok(read) => {
            let seen = review::review(&read, report, today());
            assert!(
                !has_names(report) || seen.changes.is_empty(),
                "a report is not as it was accepted: {accepted}"
            );
            written.push(review::render(&seen, true, style));
        }
    }
    written.push(accepted);
    let mut reports = trend::Reports::default();
    for (report, path) in [(&*BASE, "base.json"), (report, "report.json")] {
        let _ = reports.add(json::to_string(report).as_bytes(), path, &|_| true);
    }
    let trend = reports.trend(false);
    let text = trend::render(&trend, style, true);
    inert(&text);
    written.extend([text, trend::html(&trend), trend::json(&trend)]);
    written
}

/// Whether every case has a name, and one of its own.
fn has_names(report: &Report) -> bool {
    let mut ids: Vec<&str> = report.cases.iter().map(|case| case.id.trim()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.len() == report.cases.len() && !ids.contains(&"")
}

/// Holds text for people against the promise that nothing of a target acts on the terminal.
fn inert(text: &str) {
    let acts = |c: char| (c.is_control() && c != '\n' && c != '\t') || ('\u{202a}'..='\u{202e}').contains(&c);
    let found = text.chars().find(|c| acts(*c));
    assert_eq!(found, None, "{text}");
}
