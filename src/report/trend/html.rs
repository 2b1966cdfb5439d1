//! A trend as one self-contained page.

use super::super::html::page::{Page, cell, line};
use super::super::html::parts::mark;
use super::super::text;
use super::Trend;
use super::group::{Event, Group, Mark, Run, Track};
use super::plot::{self, Line};
use super::terminal::time;
use maud::{Markup, html};

const STYLE: &str = include_str!("trend.css");

pub(super) fn render(trend: &Trend) -> String {
    let reports: usize = trend.groups.iter().map(|group| group.runs.len()).sum();
    let broken: usize = trend.groups.iter().map(|group| broken(group).count()).sum();
    let title = format!("Trend over {}", text::count(reports, "report"));
    let body = html! {
        header.verdict data-verdict=(if broken > 0 { "fails" } else { "conforms" }) {
            p.suite { (title) }
            h1 { (text::count(broken, "case")) " broken now" }
            @if trend.groups.len() > 1 {
                nav aria-label="Targets" {
                    ul.chips {
                        @for (nth, group) in trend.groups.iter().enumerate() {
                            li { a href=(format!("#target-{nth}")) { (line(&name(group))) } }
                        }
                    }
                }
            }
        }
        main #main { @for (nth, group) in trend.groups.iter().enumerate() { (of_group(group, nth)) } }
        footer { p { "Drawn by proofmark " (env!("CARGO_PKG_VERSION")) "." } }
    };
    Page { title: &title, body: &body, style: STYLE, script: "" }.render()
}

fn name(group: &Group) -> String {
    let dialect = group.dialect.as_ref().map_or(String::new(), |dialect| format!(", dialect {dialect}"));
    format!("{}: {}{dialect}", group.target, group.suite)
}

fn broken(group: &Group) -> impl Iterator<Item = &Track> {
    group.tracks.iter().filter(|track| track.broken_since().is_some())
}

fn of_group(group: &Group, nth: usize) -> Markup {
    let runs = &group.runs;
    let (first, last) =
        (runs.first().map(Run::day).unwrap_or_default(), runs.last().map(Run::day).unwrap_or_default());
    let what = if group.of_answers { "one answer" } else { "a whole case" };
    let values = |of: fn(&Run) -> Option<u64>| runs.iter().map(of).collect::<Vec<_>>();
    let open = group.tracks.iter().filter(|track| track.open_since().is_some());
    let flaky: Vec<&Track> = group.tracks.iter().filter(|track| track.is_flaky()).collect();
    let fixed = |track: &&Track| track.fixed().is_some() && !track.is_flaky();
    html! {
        section aria-labelledby=(format!("target-{nth}")) {
            h2 #(format!("target-{nth}")) { (line(&name(group))) }
            p { (text::count(runs.len(), "report")) " from " (first) " to " (last) "." }
            @for (run, what) in &group.suites {
                @if let Some(run) = runs.get(*run) {
                    p.note { "Suite: " (line(what)) ", since " (run.day()) " (" code { (line(&run.path)) } ")." }
                }
            }
            div.plots {
                (plot::lines(&plot::Plot {
                    id: &format!("broken-{nth}"),
                    title: "Cases that broke",
                    runs: &runs.iter().map(|run| (run.day(), run.path.as_str())).collect::<Vec<_>>(),
                    lines: &[
                        Line { name: "a MUST", class: "fail", values: values(|run| Some(run.totals.fail as u64)) },
                        Line { name: "a SHOULD or MAY", class: "warn", values: values(|run| Some(run.totals.warn as u64)) },
                    ],
                    said: |count| count.to_string(),
                }))
                (plot::lines(&plot::Plot {
                    id: &format!("times-{nth}"),
                    title: &format!("How long {what} took"),
                    runs: &runs.iter().map(|run| (run.day(), run.path.as_str())).collect::<Vec<_>>(),
                    lines: &[
                        Line { name: "half, at most", class: "p50", values: values(|run| run.p50_us) },
                        Line { name: "95 of 100, at most", class: "p95", values: values(|run| run.p95_us) },
                    ],
                    said: time,
                }))
            }
            (list("Broken now", group, &broken(group).collect::<Vec<_>>()))
            (list("Broke, and not decided now", group, &open.collect::<Vec<_>>()))
            (list("Flaky", group, &flaky))
            (list("Fixed", group, &group.tracks.iter().filter(fixed).collect::<Vec<_>>()))
            (table(group))
        }
    }
}

fn list(title: &str, group: &Group, tracks: &[&Track]) -> Markup {
    html! {
        @if !tracks.is_empty() {
            h3 { (title) " (" (tracks.len()) ")" }
            ul.plain { @for track in tracks { li.track { (case(group, track)) } } }
        }
    }
}

fn case(group: &Group, track: &Track) -> Markup {
    html! {
        p {
            @if track.broken_since().is_some() { (mark(if track.must { "fail" } else { "warn" }, "broken")) " " }
            @if track.is_flaky() { (mark("inconclusive", "flaky")) " " }
            code { (line(&track.id)) }
        }
        (plot::strip(&track.marks, &said(track)))
        p.note {
            @if let Some(event) = track.broken_since() { "Broken since " (place(group, event)) ". " }
            @else if let Some(event) = track.open_since() { "Broke " (place(group, event)) ". " }
            @else if let Some((broke, fixed)) = track.fixed() {
                "Broke " (place(group, broke)) ", fixed " (place(group, fixed)) ". "
            }
            @if track.is_flaky() {
                "Flaky: " (track.unsteady()) "."
            }
        }
        @if let Some(event) = track.events.iter().rev().find(|event| !event.summary.is_empty()) {
            p.note { "Finding: " (line(&event.summary)) "." }
        }
    }
}

/// A strip in words.
fn said(track: &Track) -> String {
    let count = |wanted: Mark| track.marks.iter().filter(|mark| **mark == wanted).count();
    format!(
        "held in {}, broke in {}, flaky in {}, not decided in {}",
        count(Mark::Held),
        count(Mark::Broke),
        count(Mark::Flaky),
        count(Mark::Undecided) + count(Mark::Absent)
    )
}

fn place(group: &Group, event: &Event) -> Markup {
    html! {
        @if let Some(run) = group.runs.get(event.run) { (run.day()) " (" code { (line(&run.path)) } ")" }
    }
}

/// What the plots show, in numbers.
fn table(group: &Group) -> Markup {
    let shown = |us: Option<u64>| us.map_or("–".to_owned(), time);
    html! {
        details {
            summary { "All reports in numbers" }
            div.wide tabindex="0" role="group" aria-label="All reports in numbers" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Started" } th scope="col" { "Report" } th scope="col" { "Verdict" }
                            th.number scope="col" { "Passed" } th.number scope="col" { "Broken" }
                            th.number scope="col" { "Warned" } th.number scope="col" { "p50" }
                            th.number scope="col" { "p95" }
                        }
                    }
                    tbody {
                        @for run in group.runs.iter().rev() {
                            tr {
                                td { time datetime=(line(&run.started)) { (line(&run.started)) } }
                                td { code { (cell(&run.path)) } }
                                td { (mark(run.verdict.as_str(), run.verdict.as_str())) }
                                td.number { (run.totals.pass) } td.number { (run.totals.fail) }
                                td.number { (run.totals.warn) }
                                td.number { (shown(run.p50_us)) } td.number { (shown(run.p95_us)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
