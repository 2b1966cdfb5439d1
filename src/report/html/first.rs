//! The top of the page: the verdict, what it is of, and what to do first.

use super::super::cause::Cause;
use super::super::model::{Overall, Report, Verdict};
use super::super::{text, words};
use super::page::line;
use super::parts::{badge, sign};
use super::{tables, undecided};
use maud::{Markup, html};

/// Steps that are told.
const STEPS: usize = 3;

pub(super) fn header(report: &Report) -> Markup {
    let verdict = report.verdict.as_str();
    html! {
        header.verdict data-kind=(verdict) {
            div.inner {
                p.suite { (line(&report.suite.name)) " " (line(&report.suite.version)) }
                h1 { span.sign aria-hidden="true" { (sign(verdict)) } (verdict) }
                p.means { (means(report)) }
                (tables::totals(report.totals))
                dl.facts {
                    div {
                        dt { "Target" }
                        dd {
                            code { (line(&report.target.url)) }
                            @if report.target.embedded { " (embedded)" }
                            @for fault in &report.target.faults { " " span.tag { "fault " (line(fault)) } }
                            @for way in words::way(&report.target) { ", " (way) }
                        }
                    }
                    div { dt { "Started" } dd { time datetime=(line(&report.started)) { (line(&report.started)) } } }
                    div { dt { "Took" } dd { (text::duration(report.elapsed_ms)) ", " (text::count(report.exchanges, "exchange")) } }
                    div { dt { "Seed" } dd { code { (report.seed) } } }
                    @if let Some(shard) = &report.shard { div { dt { "Shard" } dd { (line(shard)) " (a part of the run)" } } }
                    @if let Some(dialect) = &report.suite.dialect { div { dt { "Dialect" } dd { (line(dialect)) } } }
                    div { dt { "Suite" } dd { code.digest { (line(&report.suite.digest)) } } }
                }
            }
        }
    }
}

/// What the verdict means.
fn means(report: &Report) -> String {
    let totals = report.totals;
    match report.verdict {
        Overall::Conforms => {
            format!("Every MUST that was decided holds: {} passed.", text::count(totals.pass, "case"))
        }
        Overall::Fails => format!("{} of {} broke a MUST.", totals.fail, text::count(totals.all(), "case")),
        Overall::Undecided => "Whether the target conforms was not decided.".to_owned(),
    }
}

/// The first steps: the causes that explain most, and then what kept cases from being decided.
pub(super) fn steps(report: &Report, causes: &[Cause<'_>]) -> Markup {
    let open = undecided(report);
    let of_ours =
        open.iter().filter(|(verdict, _)| *verdict == Verdict::Error).flat_map(|(_, groups)| groups);
    let reasons: Vec<_> = match report.verdict {
        Overall::Fails => of_ours.collect(),
        Overall::Conforms | Overall::Undecided => open.iter().flat_map(|(_, groups)| groups).collect(),
    };
    html! {
        section #first aria-labelledby="first-title" {
            h2 #first-title { "What to do first" }
            ol.steps {
                @for (nth, cause) in causes.iter().take(STEPS).enumerate() {
                    li {
                        (badge(cause.verdict)) " " a href={ "#cause-" (nth + 1) } { (line(&cause.title)) }
                        @let broken = cause.cases().count();
                        @if broken > 1 { " " span.tag { (text::count(broken, "case")) } }
                    }
                }
                @for (reason, open_cases) in reasons.iter().take(STEPS.saturating_sub(causes.len().min(STEPS))) {
                    li { a href="#open" { (line(reason)) } " " span.tag { (text::count(open_cases.len(), "case")) " not decided" } }
                }
            }
            @if causes.len() > STEPS { p.note { "Then " a href={ "#cause-" (STEPS + 1) } { (causes.len() - STEPS) " more" } "." } }
            @if causes.is_empty() && reasons.is_empty() { p { "Nothing is left to do." } }
        }
    }
}
