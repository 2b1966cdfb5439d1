//! Which bounds of the request were put to the test, and what came of each: one row a field, one column a bound.

use super::super::model::{BoundaryCoverage, Coverage, Verdict};
use super::super::{text, words};
use super::page::line;
use super::parts::sign;
use super::places::Places;
use maud::{Markup, html};

/// What came of one bound.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Held,
    Broke(Verdict),
    Open,
    Never,
}

const LEGEND: [State; 5] =
    [State::Held, State::Broke(Verdict::Fail), State::Broke(Verdict::Warn), State::Open, State::Never];

impl State {
    fn kind(self) -> &'static str {
        match self {
            Self::Held => "pass",
            Self::Broke(verdict) => words::verdict(verdict),
            Self::Open => "inconclusive",
            Self::Never => "skipped",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Broke(Verdict::Warn) => "broke a SHOULD or MAY",
            Self::Broke(_) => "broke",
            Self::Open => "not decided",
            Self::Never => "never exercised",
        }
    }
}

pub(super) fn maps(coverage: &Coverage, places: &Places<'_>) -> Markup {
    let mut operations: Vec<&str> = Vec::new();
    for boundary in &coverage.boundaries {
        if !operations.contains(&boundary.operation.as_str()) {
            operations.push(&boundary.operation);
        }
    }
    let of = |state: State| coverage.boundaries.iter().filter(|one| state_of(one, places).1 == state).count();
    html! {
        h3 { "Bounds of the request" }
        @if operations.is_empty() { p { "The contract sets none." } } @else {
            ul.legend aria-label="What came of the bounds" {
                @for state in LEGEND {
                    li { span.cell data-kind=(state.kind()) aria-hidden="true" { (sign(state.kind())) } (of(state)) " " (state.word()) }
                }
            }
        }
        @for operation in &operations {
            @let map = map(operation, coverage, places);
            @if operations.len() == 1 { (map) } @else {
                details open[operations.len() <= 3] { summary { code { (line(operation)) } } (map) }
            }
        }
    }
}

fn state_of(boundary: &BoundaryCoverage, places: &Places<'_>) -> (Option<usize>, State) {
    let BoundaryCoverage { operation, pointer, keyword, side, exercised } = boundary;
    let case = places.case(&format!("{operation}/request{pointer}/{keyword}/{side}"));
    let state = match case.map(|(_, case)| case.verdict) {
        Some(Verdict::Pass) => State::Held,
        Some(verdict @ (Verdict::Fail | Verdict::Warn)) => State::Broke(verdict),
        _ if *exercised => State::Open,
        _ => State::Never,
    };
    (case.map(|(nth, _)| nth), state)
}

fn map(operation: &str, coverage: &Coverage, places: &Places<'_>) -> Markup {
    let all: Vec<&BoundaryCoverage> =
        coverage.boundaries.iter().filter(|one| one.operation == operation).collect();
    let mut fields: Vec<&str> = Vec::new();
    let mut keywords: Vec<(&str, Vec<&str>)> = Vec::new();
    for one in &all {
        if !fields.contains(&one.pointer.as_str()) {
            fields.push(&one.pointer);
        }
        match keywords.iter_mut().find(|(keyword, _)| *keyword == one.keyword) {
            Some((_, sides)) if sides.contains(&one.side.as_str()) => {}
            Some((_, sides)) => sides.push(&one.side),
            None => keywords.push((&one.keyword, vec![&one.side])),
        }
    }
    let columns =
        || keywords.iter().flat_map(|(keyword, sides)| sides.iter().map(move |side| (*keyword, *side)));
    let find = |field: &str, keyword: &str, side: &str| {
        all.iter().find(|one| one.pointer == field && one.keyword == keyword && one.side == side)
    };
    let label = format!("Bounds of {}", line(operation));
    html! {
        div.wide tabindex="0" role="group" aria-label=(label) {
            table.heat {
                caption.hidden { (label) }
                thead {
                    tr {
                        td rowspan="2" {}
                        @for (keyword, sides) in &keywords {
                            @match &sides[..] {
                                [side] => th.side rowspan="2" scope="col" { span { b { (line(keyword)) } " " (line(side)) } },
                                _ => th scope="colgroup" colspan=(sides.len()) { (line(keyword)) },
                            }
                        }
                    }
                    tr {
                        @for side in keywords.iter().filter(|(_, sides)| sides.len() > 1).flat_map(|(_, sides)| sides) {
                            th.side scope="col" { span { (line(side)) } }
                        }
                    }
                }
                tbody {
                    @for field in &fields {
                        tr {
                            th scope="row" { code { (if field.is_empty() { "whole body".to_owned() } else { line(field) }) } }
                            @for (keyword, side) in columns() {
                                @match find(field, keyword, side) {
                                    Some(one) => td { (cell(one, places)) },
                                    None => td {},
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn cell(one: &BoundaryCoverage, places: &Places<'_>) -> Markup {
    let (case, state) = state_of(one, places);
    let field = if one.pointer.is_empty() { "whole body" } else { &one.pointer };
    let title = text::cut(
        &format!("{} {} {}: {}", line(field), line(&one.keyword), line(&one.side), state.word()),
        400,
    );
    html! {
        @match case {
            Some(nth) => a.cell data-kind=(state.kind()) href={ "#case-" (nth + 1) } title=(title) aria-label=(title) { (sign(state.kind())) },
            None => span.cell data-kind=(state.kind()) title=(title) role="img" aria-label=(title) { (sign(state.kind())) },
        }
    }
}
