//! The report as one self-contained page.
//!
//! Rows and findings carry `data-law`, `data-verdict` and `data-level`, which is what filters select by.

mod finding;
pub(crate) mod page;
pub(crate) mod parts;
mod tables;

use super::group::{by_fingerprint, by_reason};
use super::model::{Overall, Report, Verdict};
use super::{text, variables, words};
use maud::{Markup, html};
use page::{line, page};

/// The report as a page.
pub fn render(report: &Report) -> String {
    let verdict = report.verdict.as_str();
    let body = html! {
        (header(report))
        main #main {
            (tables::totals(report))
            (findings(report))
            (reasons(report))
            (tables::laws(report))
            (tables::coverage(&report.coverage))
            (tables::cases(report))
        }
        footer { p { "Judged by " (line(&report.tool.name)) " " (line(&report.tool.version)) "." } }
    };
    page(&format!("{verdict}: {} on {}", report.suite.name, report.target.url), &body)
}

fn header(report: &Report) -> Markup {
    let verdict = report.verdict.as_str();
    html! {
        header.verdict data-verdict=(verdict) {
            p.suite { (line(&report.suite.name)) " " (line(&report.suite.version)) }
            h1 { (verdict) }
            p { (first_words(report)) }
            dl.facts {
                dt { "Target" }
                dd {
                    code { (line(&report.target.url)) }
                    @if report.target.embedded { " (embedded)" }
                    @for fault in &report.target.faults { " " span.tag { "fault " (line(fault)) } }
                    @for way in words::way(&report.target) { ", " (way) }
                }
                dt { "Started" } dd { time datetime=(line(&report.started)) { (line(&report.started)) } }
                dt { "Took" }
                dd { (text::duration(report.elapsed_ms)) ", " (text::count(report.exchanges, "exchange")) }
                dt { "Seed" } dd { code { (report.seed) } }
                @if let Some(shard) = &report.shard { dt { "Shard" } dd { (line(shard)) " (a part of the run)" } }
                @if let Some(dialect) = &report.suite.dialect { dt { "Dialect" } dd { (line(dialect)) } }
                dt { "Suite" } dd { code { (line(&report.suite.digest)) } }
            }
        }
    }
}

/// What the verdict means and what to do first.
fn first_words(report: &Report) -> String {
    let totals = report.totals;
    match report.verdict {
        Overall::Conforms => {
            format!("Every MUST that was decided holds: {} passed.", text::count(totals.pass, "case"))
        }
        Overall::Fails => {
            let findings = by_fingerprint(report, Verdict::Fail).len();
            let cases = text::count(totals.fail, "case");
            let broke = format!("{} broke a MUST, in {cases}.", text::count(findings, "finding"));
            if findings > 1 { format!("{broke} The first below explains the most cases.") } else { broke }
        }
        Overall::Undecided => "No MUST was decided: see below what was missing.".to_owned(),
    }
}

fn findings(report: &Report) -> Markup {
    let broken = by_fingerprint(report, Verdict::Fail);
    let warned = by_fingerprint(report, Verdict::Warn);
    html! {
        section #findings aria-labelledby="findings-title" {
            h2 #findings-title { "Findings" }
            @if broken.is_empty() && warned.is_empty() { p { "None." } }
            @if let Some(variables) = variables::line(report, &[Verdict::Fail, Verdict::Warn]) {
                p.note { (line(&variables)) }
            }
            // A page is read from the top: what fits on one screen stands open.
            @for (nth, group) in broken.iter().enumerate() { (finding::article(group, nth < 3)) }
            @for group in &warned { (finding::article(group, false)) }
        }
    }
}

fn reasons(report: &Report) -> Markup {
    let kinds = [
        (Verdict::Error, "Errors of the harness"),
        (Verdict::Inconclusive, "Not decided"),
        (Verdict::Skipped, "Skipped"),
    ];
    html! {
        @for (verdict, title) in kinds {
            @let groups = by_reason(report, verdict);
            @if !groups.is_empty() {
                section data-verdict=(words::verdict(verdict)) {
                    h2 { (title) }
                    @for (reason, cases) in groups {
                        details {
                            summary { (text::count(cases.len(), "case")) ": " (line(reason)) }
                            ul { @for case in cases { li { code { (line(&case.id)) } } } }
                        }
                    }
                }
            }
        }
    }
}
