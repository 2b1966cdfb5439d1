//! The report as one self-contained page, for people who act on it: the verdict and what to do first, then what broke
//! by its cause, then everything else.
//!
//! Findings, groups of undecided cases and cases carry `data-verdict`, `data-law` and `data-level`, words separated by
//! spaces, by which the script filters. Without a script everything is shown.

mod cases;
mod contrast;
mod exchange;
mod filter;
mod finding;
mod first;
mod heat;
mod latency;
pub(crate) mod page;
pub(crate) mod parts;
mod places;
mod pretty;
mod tables;
mod timeline;

use super::cause;
use super::group::by_reason;
use super::model::{CaseReport, Report, Verdict};
use super::{flaky, text, variables, words};
use maud::{Markup, html};
use page::{Page, line};
use parts::badge;
use places::Places;

const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = concat!(include_str!("copy.js"), include_str!("report.js"));

/// The report as a page.
pub fn render(report: &Report) -> String {
    let causes = cause::of(report);
    let places = Places::new(report, &causes);
    let findings = causes.iter().map(|cause| cause.groups.len()).sum();
    let body = html! {
        (first::header(report))
        div.layout {
            div.side {
                (contents(report, findings))
                (filter::form(report))
            }
            main #main {
                (first::steps(report, &causes))
                section #findings aria-labelledby="findings-title" {
                    h2 #findings-title { "Findings" }
                    @if causes.is_empty() { p { "No clause broke." } }
                    @if findings > causes.len() { p { (text::count(findings, "finding")) " of " (text::count(causes.len(), "cause")) "." } }
                    @if let Some(variables) = variables::line(report, &[Verdict::Fail, Verdict::Warn]) {
                        p.note { (line(&variables)) }
                    }
                    (finding::causes(&causes, &places))
                    p.nothing hidden { "No finding matches the filter." }
                }
                (flaky(report, &places))
                (open(report, &places))
                (tables::laws(report))
                section #coverage aria-labelledby="coverage-title" {
                    h2 #coverage-title { "What the run reached" }
                    (heat::maps(&report.coverage, &places))
                    (tables::coverage(report))
                }
                (latency::section(report))
                (cases::section(report, &places))
            }
        }
        footer { p { "Judged by " (line(&report.tool.name)) " " (line(&report.tool.version)) "." } }
    };
    let title = format!("{}: {} on {}", report.verdict.as_str(), report.suite.name, report.target.url);
    Page { title: &title, body: &body, style: STYLE, script: SCRIPT }.render()
}

fn contents(report: &Report, findings: usize) -> Markup {
    html! {
        nav aria-label="On this page" {
            ul.plain {
                li { a href="#first" { "What to do first" } }
                li { a href="#findings" { "Findings" } " " span.of { (findings) } }
                @if !undecided(report).is_empty() {
                    li { a href="#open" { "Not decided" } " " span.of { (undecided(report).iter().map(|(_, groups)| groups.iter().map(|(_, cases)| cases.len()).sum::<usize>()).sum::<usize>()) } }
                }
                li { a href="#laws" { "Laws" } }
                li { a href="#coverage" { "Coverage" } }
                li { a href="#latency" { "Latency" } }
                li { a href="#cases" { "All cases" } " " span.of { (report.cases.len()) } }
            }
        }
    }
}

type Reasons<'a> = Vec<(&'a str, Vec<&'a CaseReport>)>;

/// The cases that neither held nor broke, by verdict and reason.
fn undecided(report: &Report) -> Vec<(Verdict, Reasons<'_>)> {
    let kinds = [Verdict::Error, Verdict::Inconclusive, Verdict::Skipped];
    let groups = kinds.map(|verdict| (verdict, by_reason(report, verdict)));
    groups.into_iter().filter(|(_, groups)| !groups.is_empty()).collect()
}

/// What does not come out alike with the same seed.
fn flaky(report: &Report, places: &Places<'_>) -> Markup {
    let cases = flaky::cases(report);
    html! {
        @if !cases.is_empty() {
            section #flaky aria-labelledby="flaky-title" {
                h2 #flaky-title { "Flaky" }
                ul.plain { @for (case, said) in cases { li { (places.link(&case.id)) " " (said) } } }
            }
        }
    }
}

fn open(report: &Report, places: &Places<'_>) -> Markup {
    let kinds = undecided(report);
    html! {
        @if !kinds.is_empty() {
            section #open aria-labelledby="open-title" {
                h2 #open-title { "Not decided" }
                @for (verdict, groups) in &kinds {
                    @for (reason, cases) in groups {
                        @let laws = words::LAWS.map(words::law).into_iter().filter(|law| cases.iter().any(|case| words::law(case.law) == *law));
                        @let levels = words::LEVELS.map(words::level).into_iter().filter(|level| cases.iter().any(|case| words::level(case.level) == *level));
                        details.reason data-verdict=(words::verdict(*verdict)) data-law=(laws.collect::<Vec<_>>().join(" "))
                            data-level=(levels.collect::<Vec<_>>().join(" ")) {
                            summary { (badge(*verdict)) " " (line(reason)) " " span.tag { (text::count(cases.len(), "case")) } }
                            ul.plain { @for case in cases { li { (places.link(&case.id)) } } }
                        }
                    }
                }
                p.nothing hidden { "Nothing here matches the filter." }
            }
        }
    }
}
