//! The tables of the page: totals, laws, coverage and every case.

use super::super::model::{Coverage, Report, RowState, Totals};
use super::super::rows;
use super::super::{text, words};
use super::page::line;
use super::parts::{badge, table};
use maud::{Markup, html};

pub(super) fn totals(report: &Report) -> Markup {
    html! {
        section aria-label="Totals" {
            ul.totals {
                @for verdict in words::VERDICTS {
                    @let count = report.totals.get(verdict);
                    li data-verdict=(words::verdict(verdict)) data-none[count == 0] {
                        strong { (count) } " " span { (words::verdict(verdict)) }
                    }
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
                tr data-law=(words::law(law)) {
                    th scope="row" { (words::law(law)) }
                    @for verdict in words::VERDICTS {
                        @let count = totals.get(verdict);
                        td.number data-verdict=(words::verdict(verdict)) data-none[count == 0] { (count) }
                    }
                }
            }
        }
    };
    html! {
        section aria-labelledby="laws-title" {
            h2 #laws-title { "Laws" }
            (table("Verdicts by law", &head, &rows))
        }
    }
}

pub(super) fn coverage(coverage: &Coverage) -> Markup {
    let exercised = coverage.boundaries.iter().filter(|boundary| boundary.exercised).count();
    let missed = coverage.boundaries.len() - exercised;
    let seen = coverage.codes.iter().filter(|code| code.documented && code.seen > 0).count();
    let documented = coverage.codes.iter().filter(|code| code.documented).count();
    let (statuses, of) =
        (coverage.statuses.iter().filter(|status| status.seen > 0).count(), coverage.statuses.len());
    html! {
        section aria-labelledby="coverage-title" {
            h2 #coverage-title { "What the run reached" }
            details {
                summary { (seen) " of " (documented) " documented codes, " (statuses) " of " (of) " statuses" }
                @for table in rows::tables(coverage) { p { (table.name) ": " (table.counted()) } }
                ul.chips {
                    @for status in &coverage.statuses {
                        li data-none[status.seen == 0] {
                            code { (line(&status.status)) } " " (status.seen) "×"
                            (state(status.state, status.unprovokable.as_ref()))
                        }
                    }
                    @for code in &coverage.codes {
                        li data-none[code.seen == 0] {
                            code { (line(&code.code)) } " " (code.seen) "×"
                            @if !code.documented { " " span.tag { "not documented" } }
                            (state(code.state, code.unprovokable.as_ref()))
                        }
                    }
                }
            }
            details {
                summary { (exercised) " of " (coverage.boundaries.len()) " boundaries exercised" }
                @if missed == 0 { p { "All of them." } } @else {
                    p { "Not exercised:" }
                    ul.plain {
                        @for boundary in coverage.boundaries.iter().filter(|boundary| !boundary.exercised) {
                            li {
                                code { (line(&boundary.operation)) " " (line(&boundary.pointer)) }
                                " " (line(&boundary.keyword)) " " (line(&boundary.side))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What came of a row, where that is not what its count says already.
fn state(state: Option<RowState>, unprovokable: Option<&String>) -> Markup {
    let told = state.filter(|state| *state != RowState::NeverProvoked);
    html! {
        @if let Some(state) = told { " " span.tag title=[unprovokable.map(|why| line(why))] { (rows::word(state)) } }
    }
}

pub(super) fn cases(report: &Report) -> Markup {
    html! {
        section aria-labelledby="cases-title" {
            h2 #cases-title { "All cases" }
            details {
                summary { (text::count(report.cases.len(), "case")) " in plan order" }
                div.wide tabindex="0" role="group" aria-label="All cases" {
                    table.cases {
                        thead {
                            tr {
                                th scope="col" { "Verdict" }
                                th scope="col" { "Case" }
                                th scope="col" { "Law" }
                                th scope="col" { "Level" }
                                th.number scope="col" { "Exchanges" }
                            }
                        }
                        tbody {
                            @for case in &report.cases {
                                @let verdict = words::verdict(case.verdict);
                                tr data-verdict=(verdict) data-law=(words::law(case.law)) data-level=(words::level(case.level)) {
                                    td { (badge(case.verdict)) }
                                    th scope="row" {
                                        code { (line(&case.id)) }
                                        div.reason { (line(&case.title)) ": " (line(&case.reason)) }
                                    }
                                    td { (words::law(case.law)) }
                                    td { (words::level(case.level)) }
                                    td.number { (case.exchanges) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
