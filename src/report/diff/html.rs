//! The differences as one self-contained page.

use super::super::html::page::{Page, line};
use super::super::html::parts::badge;
use super::super::text;
use super::section::{Item, Section, Step, Tone};
use super::{Diff, Side};
use maud::{Markup, html};

const STYLE: &str = include_str!("diff.css");
/// A list longer than this is closed until it is opened.
const OPEN: usize = 50;

pub(super) fn render(diff: &Diff) -> String {
    let [old, new] = &diff.sides;
    let sections = diff.sections();
    let title = if diff.targets {
        format!("{} against {}", old.name, new.name)
    } else {
        format!("What changed at {}", new.url)
    };
    let body = html! {
        header.verdict data-verdict=(if diff.newly_broke() { "fails" } else { "conforms" }) {
            p.suite { (line(&title)) }
            h1 { (headline(diff)) }
            p { (line(&diff.tail())) }
            (sides(diff))
            @for note in &diff.notes { p.note { "Note: " (line(note)) "." } }
        }
        main #main {
            @if sections.is_empty() { p { "Every case came to the same, and for the same reason." } }
            @for (nth, section) in sections.iter().enumerate() { (list(section, nth)) }
        }
        footer { p { "Compared by proofmark " (env!("CARGO_PKG_VERSION")) "." } }
    };
    Page { title: &title, body: &body, style: STYLE, script: "" }.render()
}

fn headline(diff: &Diff) -> String {
    let broken = text::count(diff.changes.newly_broken.len(), "case");
    match (diff.newly_broke(), diff.targets) {
        (true, false) => format!("{broken} newly broken"),
        (true, true) => format!("{broken} broken at {} only", diff.sides[1].name),
        (false, false) => "Nothing newly broken".to_owned(),
        (false, true) => format!("Nothing broken at {} only", diff.sides[1].name),
    }
}

fn sides(diff: &Diff) -> Markup {
    html! {
        div.wide tabindex="0" role="group" aria-label="The two reports" {
            table {
                thead {
                    tr {
                        th scope="col" { "Report" } th scope="col" { "Target" } th scope="col" { "Started" }
                        th.number scope="col" { "Cases" } th.number scope="col" { "Broken" }
                    }
                }
                tbody {
                    @for (word, side) in ["old", "new"].into_iter().zip(&diff.sides) {
                        @let Side { name, url, started, cases, broken } = side;
                        tr {
                            th scope="row" { @if diff.targets { (line(name)) } @else { (word) } }
                            td { code { (line(url)) } }
                            td { time datetime=(line(started)) { (line(started)) } }
                            td.number { (cases) } td.number { (broken) }
                        }
                    }
                }
            }
        }
    }
}

fn list(section: &Section, nth: usize) -> Markup {
    let id = format!("list-{nth}");
    let tone = match section.tone {
        Tone::Bad => "bad",
        Tone::Good => "good",
        Tone::Unsure => "unsure",
        Tone::Plain => "plain",
    };
    html! {
        section.change data-tone=(tone) data-kind=(section.kind) aria-labelledby=(id) {
            h2 #(id) { (line(&section.title)) " (" (section.items.len()) ")" }
            @if section.items.len() > OPEN {
                details {
                    summary { "Show " (text::count(section.items.len(), "case")) }
                    (items(section))
                }
            } @else {
                (items(section))
            }
        }
    }
}

fn items(section: &Section) -> Markup {
    html! { ul.plain { @for item in &section.items { li.case { (case(item)) } } } }
}

fn case(item: &Item) -> Markup {
    html! {
        p {
            @match item.step {
                Step::Verdicts(Some(before), Some(now)) if before != now => {
                    (badge(before)) " " span aria-hidden="true" { "→" } span.away { "to" } " " (badge(now))
                }
                Step::Verdicts(_, Some(only)) | Step::Verdicts(Some(only), None) => (badge(only)),
                Step::Verdicts(None, None) => {}
                Step::Word(word) => (word),
            }
            " " code { (line(&item.id)) }
        }
        @if !item.lines.is_empty() {
            dl {
                @for (label, said) in &item.lines {
                    dt { @if label.is_empty() { "finding" } @else { (line(label)) } }
                    dd { (line(said)) }
                }
            }
        }
    }
}
