//! The parts that pages are made of.

use super::super::model::Verdict;
use super::super::{text, words};
use super::page::line;
use maud::{Markup, html};

/// Bytes of one body or command on a page.
pub(crate) const BLOCK: usize = 16_000;

/// A verdict as a mark with a sign, so that it does not take colours to tell it.
pub(crate) fn badge(verdict: Verdict) -> Markup {
    mark(words::verdict(verdict), words::verdict(verdict))
}

/// A mark in the colours of a kind: a verdict, or the verdict on a whole run.
pub(crate) fn mark(kind: &str, word: &str) -> Markup {
    html! { span.mark data-kind=(kind) { span.sign aria-hidden="true" { (sign(kind)) } (word) } }
}

/// The sign of a kind, which tells it from others without colour.
pub(crate) fn sign(kind: &str) -> &'static str {
    match kind {
        "pass" | "conforms" => "✓",
        "fail" | "fails" => "✗",
        "warn" => "!",
        "error" => "×",
        "skipped" => "–",
        _ => "?",
    }
}

/// A heading of a level from 2 on.
pub(crate) fn heading(level: u8, content: &Markup) -> Markup {
    html! {
        @match level {
            ..=2 => h2 { (content) },
            3 => h3 { (content) },
            4 => h4 { (content) },
            _ => h5 { (content) },
        }
    }
}

/// A sentence of ours in one line, with what stands in backticks set as code.
pub(crate) fn prose(sentence: &str) -> Markup {
    let sentence = line(sentence);
    // Without its twin a backtick is one.
    let parts: Vec<&str> = if sentence.matches('`').count().is_multiple_of(2) {
        sentence.split('`').collect()
    } else {
        vec![&sentence]
    };
    html! {
        @for (nth, part) in parts.into_iter().enumerate() {
            @if nth.is_multiple_of(2) { (part) } @else { code { (part) } }
        }
    }
}

/// A block of text as it is, which scrolls, and which a keyboard can reach to scroll it.
pub(crate) fn pre(content: &str, label: &str) -> Markup {
    pre_of(&html! { (text::cut(&text::block(content), BLOCK)) }, label)
}

/// As [`pre`], of what is markup already.
pub(crate) fn pre_of(content: &Markup, label: &str) -> Markup {
    html! { pre tabindex="0" role="group" aria-label=(label) { code { (content) } } }
}

/// As [`pre`], below its title, with a button that copies it where the page has the script for it.
pub(crate) fn copied(title: &str, content: &str, label: &str) -> Markup {
    html! {
        div.copied {
            div.bar {
                p.label { (title) }
                button.copy.scripted type="button" { "Copy" span.hidden { " the " (label) } }
            }
            (pre(content, label))
        }
    }
}

/// A table that scrolls by itself where the page is narrower; `head` are the cells of its head, `rows` its rows.
pub(crate) fn table(label: &str, head: &Markup, rows: &Markup) -> Markup {
    html! {
        div.wide tabindex="0" role="group" aria-label=(label) {
            table { caption.hidden { (label) } thead { tr { (head) } } tbody { (rows) } }
        }
    }
}
