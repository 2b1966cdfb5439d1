//! Totals, laws, and the tables of statuses and codes.

use super::super::model::{CodeCoverage, Report, RowState, StatusCoverage, Totals};
use super::super::{rows, words};
use super::page::cell;
use super::parts::{mark, sign, table};
use maud::{Markup, html};

/// Units of the bar of totals.
const WIDTH: usize = 1_000;

/// What part of the bar so many of all take.
fn share(count: usize, all: usize) -> usize {
    usize::try_from(count as u128 * WIDTH as u128 / all as u128).unwrap_or(WIDTH)
}

/// How many cases had which verdict, as a bar and in numbers.
pub(super) fn totals(totals: Totals) -> Markup {
    let all = totals.all().max(1);
    let mut before: usize = 0;
    html! {
        svg.totals viewBox={ "0 0 " (WIDTH) " 10" } preserveAspectRatio="none" aria-hidden="true" {
            @for verdict in words::VERDICTS {
                @let (from, count) = (before, totals.get(verdict));
                @let () = before = before.saturating_add(count);
                // What is rare is seen as well.
                @let width = if count == 0 { 0 } else { share(count, all).max(4) };
                rect data-kind=(words::verdict(verdict)) x=(share(from, all).min(WIDTH - 4)) y="0" width=(width) height="10" {}
            }
        }
        ul.tally aria-label="Cases by verdict" {
            @for verdict in words::VERDICTS {
                @let (count, kind) = (totals.get(verdict), words::verdict(verdict));
                li data-kind=(kind) data-none[count == 0] {
                    strong { (count) } " " span { span.sign aria-hidden="true" { (sign(kind)) } (kind) }
                }
            }
        }
    }
}

pub(super) fn laws(report: &Report) -> Markup {
    let head = html! {
        th scope="col" { "Law" }
        @for verdict in words::VERDICTS { th.number scope="col" { (words::verdict(verdict)) } }
    };
    let rows = html! {
        @for law in words::LAWS {
            @let totals = Totals::count(report.cases.iter().filter(|case| case.law == law));
            @if totals.all() > 0 {
                tr {
                    th scope="row" { (words::law(law)) }
                    @for verdict in words::VERDICTS {
                        @let count = totals.get(verdict);
                        td.number data-kind=(words::verdict(verdict)) data-none[count == 0] { (count) }
                    }
                }
            }
        }
    };
    html! {
        section #laws aria-labelledby="laws-title" {
            h2 #laws-title { "Laws" }
            (table("Verdicts by law", &head, &rows))
        }
    }
}

/// Which rows of the contract's tables were put to the test, and what came of them.
pub(super) fn coverage(report: &Report) -> Markup {
    let coverage = &report.coverage;
    let counted = |name: &str| {
        rows::tables(coverage).into_iter().find(|rows| rows.name == name).map(|rows| rows.counted())
    };
    let status =
        |row: &StatusCoverage| state_row(&row.status, row.seen, true, row.state, row.unprovokable.as_deref());
    let code = |row: &CodeCoverage| {
        state_row(&row.code, row.seen, row.documented, row.state, row.unprovokable.as_deref())
    };
    html! {
        @if !coverage.statuses.is_empty() {
            h3 { "Statuses" }
            @if let Some(counted) = counted("statuses") { p { (counted) } }
            (table("Statuses", &head("Status"), &html! { @for row in &coverage.statuses { (status(row)) } }))
        }
        @if !coverage.codes.is_empty() {
            h3 { "Codes" }
            @if let Some(counted) = counted("codes") { p { (counted) } }
            (table("Codes", &head("Code"), &html! { @for row in &coverage.codes { (code(row)) } }))
        }
    }
}

fn head(what: &str) -> Markup {
    html! {
        th scope="col" { (what) }
        th scope="col" { "What came of it" }
        th.number scope="col" { "Answers" }
        th scope="col" { "Why" }
    }
}

fn state_row(
    name: &str,
    seen: usize,
    documented: bool,
    state: Option<RowState>,
    why: Option<&str>,
) -> Markup {
    let (kind, word) = match state {
        Some(RowState::ProvokedRight) => ("pass", rows::word(RowState::ProvokedRight)),
        Some(RowState::ProvokedWrong) => ("fail", rows::word(RowState::ProvokedWrong)),
        Some(RowState::NotProvokable) => ("skipped", rows::word(RowState::NotProvokable)),
        Some(RowState::NeverProvoked) => ("inconclusive", rows::word(RowState::NeverProvoked)),
        None if !documented => ("warn", "not documented"),
        None if seen > 0 => ("pass", "seen"),
        None => ("skipped", "not seen"),
    };
    html! {
        tr {
            th scope="row" { code { (cell(name)) } }
            td { (mark(kind, word)) }
            td.number data-none[seen == 0] { (seen) }
            td.prose { (why.map(cell).unwrap_or_default()) }
        }
    }
}
