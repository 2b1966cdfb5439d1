//! A history as a graphic: one row a request, with a bar from sending to answer. It is a table, so that who cannot see
//! the bars has the same in words.

use super::super::model::{Finding, Moment};
use super::super::{text, timeline};
use super::page::line;
use super::parts::{prose, table};
use maud::{Markup, html};

/// Units of a bar's width.
const WIDTH: u64 = 1_000;
/// The narrowest bar that is still seen.
const THIN: u64 = 8;

pub(super) fn figure(finding: &Finding) -> Markup {
    let moments = &finding.timeline;
    let end = moments.iter().map(Moment::ended).max().unwrap_or(0);
    let head = html! {
        th scope="col" { "Request" }
        th.span scope="col" { span { "0 ms" } span { (text::duration(end)) } }
        th scope="col" { "Time" }
        th scope="col" { "Key and content" }
        th scope="col" { "Answer" }
    };
    let rows = html! {
        @for moment in moments {
            tr data-decisive[moment.decisive] {
                th scope="row" {
                    (line(&moment.role))
                    @if moment.decisive { " " span.tag { "unexplained" } }
                }
                td { (bar(moment, end)) }
                td { (moment.at_ms) "–" (moment.ended()) " ms" }
                td {
                    @if let Some(key) = &moment.key { (line(key)) ", " }
                    (line(&moment.content))
                }
                td { (line(&moment.answer)) @if let Some(id) = &moment.id { ", " (line(id)) } }
            }
        }
    };
    let words = timeline::words(finding);
    html! {
        figure.timeline {
            (table("Timeline", &head, &rows))
            @if !words.is_empty() {
                figcaption { @for sentence in words { p { (prose(&sentence)) } } }
            }
        }
    }
}

fn bar(moment: &Moment, end: u64) -> Markup {
    let place = |ms: u64| {
        u64::try_from(u128::from(ms) * u128::from(WIDTH - THIN) / u128::from(end.max(1))).unwrap_or(0)
    };
    let (from, to) = (place(moment.at_ms), place(moment.ended()));
    html! {
        svg.bar viewBox={ "0 0 " (WIDTH) " 12" } preserveAspectRatio="none" aria-hidden="true" {
            rect.track x="0" y="5" width=(WIDTH) height="2" {}
            rect.sent data-decisive[moment.decisive] x=(from) y="0" width=(to - from + THIN) height="12" {}
        }
    }
}
