//! Plots as SVG: their colours are those of the page, and their words can be read aloud.

use super::super::html::page::line;
use super::group::Mark;
use maud::{Markup, html};
use std::fmt::Write as _;

const WIDTH: usize = 540;
const HEIGHT: usize = 160;
/// Where the plot itself begins and ends.
const LEFT: usize = 72;
const TOP: usize = 24;
const BOTTOM: usize = 132;
/// The height of a strip.
const STRIP: usize = 12;

/// A row of values, one a report.
pub(super) struct Line<'a> {
    pub(super) name: &'a str,
    /// The class that gives it its colour.
    pub(super) class: &'a str,
    pub(super) values: Vec<Option<u64>>,
}

/// Rows of values over the same reports.
pub(super) struct Plot<'a> {
    /// Unique on the page.
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    /// The day and the file of each report.
    pub(super) runs: &'a [(&'a str, &'a str)],
    pub(super) lines: &'a [Line<'a>],
    /// A value in words.
    pub(super) said: fn(u64) -> String,
}

/// Lines from left to right, with a legend; each report can be pointed at.
pub(super) fn lines(plot: &Plot<'_>) -> Markup {
    let top = plot.lines.iter().flat_map(|line| line.values.iter().flatten()).max().copied().unwrap_or(0);
    let (title, desc) = (format!("{}-title", plot.id), format!("{}-desc", plot.id));
    let half = |value: u64| (plot.said)(value);
    html! {
        figure {
            figcaption #(title) { (plot.title) }
            svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-labelledby=(title) aria-describedby=(desc) {
                desc #(desc) { (described(plot)) }
                g.axis {
                    @for (value, y) in [(top, TOP), (top / 2, usize::midpoint(TOP, BOTTOM)), (0, BOTTOM)] {
                        @if value > 0 || y == BOTTOM {
                            line x1=(LEFT) x2=(WIDTH) y1=(y) y2=(y) {}
                            text x=(LEFT - 8) y=(y + 4) text-anchor="end" { (half(value)) }
                        }
                    }
                    @if let (Some((first, _)), Some((last, _))) = (plot.runs.first(), plot.runs.last()) {
                        text x=(LEFT) y=(BOTTOM + 20) { (line(first)) }
                        @if plot.runs.len() > 1 {
                            text x=(WIDTH) y=(BOTTOM + 20) text-anchor="end" { (line(last)) }
                        }
                    }
                }
                @for line in plot.lines { path class=(line.class) d=(path(&line.values, top)) {} }
                @for (nth, (day, file)) in plot.runs.iter().enumerate() {
                    @let (from, to) = (place(nth, plot.runs.len()), place(nth + 1, plot.runs.len()));
                    rect.point x=(from) y=(TOP) width=(format!("{:.1}", to - from)) height=(BOTTOM - TOP) {
                        title { (line(&format!("{day}, {file}: {}", values(plot, nth)))) }
                    }
                }
            }
            ul.legend {
                @for line in plot.lines {
                    li { span class=(format!("key {}", line.class)) aria-hidden="true" {} (line.name) }
                }
            }
        }
    }
}

/// What a case came to, as a strip of which equal neighbours are one piece.
pub(super) fn strip(marks: &[Mark], said: &str) -> Markup {
    let mut pieces: Vec<(usize, usize, Mark)> = Vec::new();
    for (nth, mark) in marks.iter().enumerate() {
        match pieces.last_mut() {
            Some((_, to, last)) if last == mark => *to = nth + 1,
            _ => pieces.push((nth, nth + 1, *mark)),
        }
    }
    let at = |nth: usize| nth as f64 * WIDTH as f64 / marks.len().max(1) as f64;
    html! {
        svg.strip viewBox=(format!("0 0 {WIDTH} {STRIP}")) preserveAspectRatio="none" role="img" aria-label=(said) {
            @for (from, to, mark) in pieces {
                rect class=(class(mark)) x=(format!("{:.1}", at(from))) y=(up(mark))
                    width=(format!("{:.1}", at(to) - at(from))) height=(STRIP - up(mark)) {}
            }
        }
    }
}

fn class(mark: Mark) -> &'static str {
    match mark {
        Mark::Absent => "absent",
        Mark::Undecided => "open",
        Mark::Held => "pass",
        Mark::Flaky => "warn",
        Mark::Broke => "fail",
    }
}

/// How far below the top a piece begins, so that it does not take colours to tell them apart.
fn up(mark: Mark) -> usize {
    match mark {
        Mark::Broke => 0,
        Mark::Flaky => 4,
        Mark::Undecided => 7,
        Mark::Held => 9,
        Mark::Absent => 11,
    }
}

/// Where the slot of a report begins.
fn place(nth: usize, of: usize) -> f64 {
    LEFT as f64 + nth as f64 * (WIDTH - LEFT) as f64 / of.max(1) as f64
}

/// The line: as wide as its reports, so that even a single one shows; broken where a value is missing.
fn path(values: &[Option<u64>], top: u64) -> String {
    let mut path = String::new();
    let mut pen = false;
    for (nth, value) in values.iter().enumerate() {
        let Some(value) = value else {
            pen = false;
            continue;
        };
        let y = BOTTOM as f64 - (BOTTOM - TOP) as f64 * (*value as f64) / top.max(1) as f64;
        let (from, to) = (place(nth, values.len()), place(nth + 1, values.len()));
        let _ = write!(path, "{}{from:.1} {y:.1}H{to:.1}", if pen { 'L' } else { 'M' });
        pen = true;
    }
    path
}

fn values(plot: &Plot<'_>, nth: usize) -> String {
    let shown = plot.lines.iter().filter_map(|line| {
        let value = line.values.get(nth).copied().flatten()?;
        Some(format!("{} {}", line.name, (plot.said)(value)))
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// What the plot shows, for those who do not see it.
fn described(plot: &Plot<'_>) -> String {
    let lines = plot.lines.iter().filter_map(|line| {
        let known = || line.values.iter().flatten().copied();
        let (least, most) = (known().min()?, known().max()?);
        let now = line.values.last().copied().flatten().map_or("not known".to_owned(), plot.said);
        Some(format!(
            "{}: from {} to {}, {now} in the last.",
            line.name,
            (plot.said)(least),
            (plot.said)(most)
        ))
    });
    format!("One value a report. {}", lines.collect::<Vec<_>>().join(" "))
}
