//! One self-contained page: no network, no script, everything from the target escaped.
//!
//! The policy in its head allows the one style sheet by its hash and nothing else, so that even a
//! mistake in escaping runs nothing. Rows and findings carry `data-law`, `data-verdict` and
//! `data-level`, which is what filters select by.

mod finding;
mod tables;

use super::group::{by_fingerprint, by_reason};
use super::model::{Overall, Report, Verdict};
use super::{text, variables, words};
use base64::Engine as _;
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("style.css");

/// The report as a page.
pub fn render(report: &Report) -> String {
    let verdict = report.verdict.as_str();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta name="generator" content=(line(&format!("{} {}", report.tool.name, report.tool.version)));
                title { (verdict) ": " (line(&report.suite.name)) " on " (line(&report.target.url)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#findings" { "Skip to the findings" }
                (header(report))
                main {
                    (tables::totals(report))
                    (findings(report))
                    (reasons(report))
                    (tables::laws(report))
                    (tables::coverage(&report.coverage))
                    (tables::cases(report))
                }
                footer { p { "Judged by " (line(&report.tool.name)) " " (line(&report.tool.version)) "." } }
            }
        }
    };
    let mut page = page.into_string();
    page.push('\n');
    page
}

/// Nothing but the one style sheet.
fn policy() -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, STYLE.as_bytes());
    let hash = base64::engine::general_purpose::STANDARD.encode(digest);
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'")
}

/// One line of a target's text; maud escapes the markup.
fn line(value: &str) -> String {
    text::cut(&text::line(value), 4_000)
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
