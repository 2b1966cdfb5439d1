//! Every case of the run in plan order. There may be thousands: each is laid out by the browser when it comes into
//! view.

use super::super::model::Report;
use super::super::{text, words};
use super::page::line;
use super::parts::badge;
use super::places::Places;
use maud::{Markup, html};

/// As many cases stand open.
const OPEN: usize = 30;

pub(super) fn section(report: &Report, places: &Places<'_>) -> Markup {
    html! {
        section #cases aria-labelledby="cases-title" {
            h2 #cases-title { "All cases" }
            details #all-cases open[report.cases.len() <= OPEN] {
                summary { (text::count(report.cases.len(), "case")) " in plan order" }
                ol.cases {
                    @for (nth, case) in report.cases.iter().enumerate() {
                        @let (verdict, law, level) = (words::verdict(case.verdict), words::law(case.law), words::level(case.level));
                        li id={ "case-" (nth + 1) } data-verdict=(verdict) data-law=(law) data-level=(level) {
                            (badge(case.verdict))
                            div {
                                code { (line(&case.id)) }
                                p { (line(&case.title)) ": " (line(&case.reason)) }
                                p.meta {
                                    (law) ", " (words::level_capitals(case.level)) ", " (text::count(case.exchanges, "exchange"))
                                    @if case.exchanges > 0 { " in " (text::duration(case.elapsed_ms)) }
                                    @if let Some(cause) = places.cause(&case.id) { " · " a href={ "#cause-" (cause + 1) } { "finding" } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
