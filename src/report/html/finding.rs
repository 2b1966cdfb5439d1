//! Causes and their findings: what broke, and everything needed to see it again.

use super::super::cause::Cause;
use super::super::group::Group;
use super::super::{text, words};
use super::page::line;
use super::parts::{badge, copied, heading, prose};
use super::places::Places;
use super::{contrast, exchange, timeline};
use maud::{Markup, html};

/// How many further cases of a finding are shown without being asked for.
const UNFOLDED: usize = 5;

/// Findings whose exchanges are on the page; of the rest, and there may be thousands, `replay` shows them.
const SHOWN: usize = 300;

/// Exchanges of a finding that are on the page; a long history is in the JSON report as a whole.
const EXCHANGES: usize = 40;

/// The causes, the first few open: a page is read from the top.
pub(super) fn causes(causes: &[Cause<'_>], places: &Places<'_>) -> Markup {
    let mut shown = 0;
    html! {
        @for (nth, cause) in causes.iter().enumerate() {
            @let before = shown;
            @let () = shown += cause.groups.len();
            (self::cause(cause, nth, before, places))
        }
    }
}

fn cause(cause: &Cause<'_>, nth: usize, before: usize, places: &Places<'_>) -> Markup {
    let id = format!("cause-{}", nth + 1);
    let open = nth < 3;
    let (kind, cases) = (words::verdict(cause.verdict), cause.cases().count());
    let evidence = html! {
        @if !cause.evidence.is_empty() {
            ul.evidence { @for sentence in &cause.evidence { li { (prose(sentence)) } } }
        }
    };
    let title = html! {
        (badge(cause.verdict)) " " (heading(3, &html! { (line(&cause.title)) }))
        @if cases > 1 { " " span.tag { (text::count(cases, "case")) } }
    };
    html! {
        section.cause id=(id) data-kind=(kind) {
            @match &cause.groups[..] {
                [group] => article.finding data-verdict=(kind) data-law=(laws(group)) data-level=(levels(group)) {
                    details open[open] {
                        summary { (title) }
                        (evidence)
                        (body(group, before < SHOWN, 4, places))
                    }
                },
                groups => {
                    div.title { (title) }
                    (evidence)
                    @for (which, group) in groups.iter().enumerate() {
                        article.finding data-verdict=(words::verdict(group.lead.verdict)) data-law=(laws(group)) data-level=(levels(group)) {
                            details open[open && which == 0] {
                                summary {
                                    (heading(4, &html! { (line(group.finding.map_or(&group.lead.reason, |finding| &finding.summary))) }))
                                    " " span.tag { (text::count(group.others.len() + 1, "case")) }
                                }
                                (body(group, before + which < SHOWN, 5, places))
                            }
                        }
                    }
                },
            }
        }
    }
}

/// The laws of a finding's cases, as filters read them.
fn laws(group: &Group<'_>) -> String {
    list(group, |case| words::law(case.law))
}

/// The levels of a finding's cases, as filters read them.
fn levels(group: &Group<'_>) -> String {
    list(group, |case| words::level(case.level))
}

fn list(group: &Group<'_>, word: impl Fn(&super::super::model::CaseReport) -> &'static str) -> String {
    let mut words = vec![word(group.lead)];
    for case in &group.others {
        if !words.contains(&word(case)) {
            words.push(word(case));
        }
    }
    words.join(" ")
}

fn body(group: &Group<'_>, whole: bool, level: u8, places: &Places<'_>) -> Markup {
    let case = group.lead;
    html! {
        dl {
            dt { "Case" } dd { (places.link(&case.id)) br; (line(&case.title)) }
            dt { "Clause" }
            dd { span.tag { (words::level_capitals(case.level)) } " " (line(&case.clause)) }
            @if let Some(finding) = group.finding {
                @let (expected, observed) = contrast::sides(&finding.expected, &finding.observed);
                dt { "Expected" } dd.expected { (expected) }
                dt { "Observed" } dd.observed { (observed) }
            } @else {
                dt { "Reason" } dd { (line(&case.reason)) }
            }
            @if !group.others.is_empty() {
                dt { "Also in" }
                dd {
                    details open[group.others.len() <= UNFOLDED] {
                        summary { (group.others.len()) " more " (if group.others.len() == 1 { "case" } else { "cases" }) }
                        ul.plain { @for other in &group.others { li { (places.link(&other.id)) } } }
                    }
                }
            }
        }
        @if let Some(finding) = group.finding {
            @if !finding.timeline.is_empty() {
                (heading(level, &html! { "Timeline" }))
                (timeline::figure(finding))
            } @else {
                @for sentence in super::super::timeline::words(finding) { p.note { (prose(&sentence)) } }
            }
            @if whole {
                @let of = finding.minimal.len();
                @for (nth, one) in finding.minimal.iter().take(EXCHANGES).enumerate() {
                    (exchange::section(one, nth + 1, of, finding.minimal.first().filter(|_| nth > 0), level))
                }
                @if of > EXCHANGES { p.note { "The other " (of - EXCHANGES) " requests are in the JSON report." } }
            } @else {
                p.note { "Its requests and answers are in the JSON report; the command below sends them again." }
            }
        }
        (copied("Send it again", &format!("proofmark replay report.json {}", text::shell_word(&case.id)), "replay command"))
        @if let Some(finding) = group.finding {
            p.note { "Fingerprint " code { (line(&finding.fingerprint)) } }
        }
    }
}
