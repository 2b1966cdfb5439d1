//! What all pages share: one file, no network, everything from a target escaped.
//!
//! The policy in the head allows the one style sheet and the one script by their digests and nothing else, so that
//! even a mistake in escaping runs nothing, loads nothing and sends nothing. A page never sets a `style` attribute.

use super::super::text;
use base64::Engine as _;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// Colours, type, and the parts of [`super::parts`].
const BASE: &str = include_str!("base.css");

/// Characters of a target's text in one line of a page.
const LINE: usize = 4_000;

/// A page that is one file.
///
/// With a script of its own it hides what has the class `scripted` until that script gives the root the class `js`.
pub(crate) struct Page<'a> {
    /// Plain text.
    pub(crate) title: &'a str,
    /// What stands in `body`; one element has the id `main`, to which the skip link leads.
    pub(crate) body: &'a Markup,
    /// Style added to the common one.
    pub(crate) style: &'a str,
    /// The script, run when the page is there; empty for none.
    pub(crate) script: &'a str,
}

impl Page<'_> {
    /// The page as HTML.
    pub(crate) fn render(&self) -> String {
        let style = format!("{BASE}{}", self.style);
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy(&style, self.script));
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="referrer" content="no-referrer";
                    meta name="generator" content=(concat!("proofmark ", env!("CARGO_PKG_VERSION")));
                    title { (line(self.title)) }
                    style { (PreEscaped(&style)) }
                }
                body {
                    a.skip href="#main" { "Skip to the content" }
                    (self.body)
                    @if !self.script.is_empty() { script { (PreEscaped(self.script)) } }
                }
            }
        };
        let mut page = page.into_string();
        page.push('\n');
        page
    }
}

/// Nothing but the one style and the one script; and no script makes markup out of text.
fn policy(style: &str, script: &str) -> String {
    let scripts = if script.is_empty() { String::new() } else { format!("script-src {}; ", digest(script)) };
    format!(
        "default-src 'none'; {scripts}style-src {}; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'",
        digest(style)
    )
}

fn digest(text: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    format!("'sha256-{}'", base64::engine::general_purpose::STANDARD.encode(digest))
}

/// A line of a target's text as a cell of a table.
pub(crate) fn cell(value: &str) -> String {
    text::cut(&text::cell(value), LINE)
}

/// One line of a target's text; maud escapes the markup.
pub(crate) fn line(value: &str) -> String {
    text::cut(&text::line(value), LINE)
}
