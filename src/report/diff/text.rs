//! Lists of cases on a terminal.

use super::super::model::Verdict;
use super::super::paint::Paint;
use super::super::terminal::Style;
use super::super::{text, words};
use super::section::{Section, Step, Tone};
use std::fmt::Write as _;

/// Notes, lists and a last line. With `quiet` only the lists that somebody has to act on, and the last line.
pub(super) fn render(notes: &[String], sections: &[Section], tail: &str, style: Style) -> String {
    let paint = Paint(style.color);
    let mut out = String::new();
    if !style.quiet {
        for note in notes {
            wrapped(&mut out, &format!("note: {note}"), "", "  ", style);
        }
        if !notes.is_empty() {
            out.push('\n');
        }
    }
    for section in sections {
        if !style.quiet || section.decisive {
            list(&mut out, section, paint, style);
        }
    }
    for line in text::wrap(tail, style.width) {
        out.push_str(&line);
        out.push('\n');
    }
    out
}

fn list(out: &mut String, section: &Section, paint: Paint, style: Style) {
    if section.items.is_empty() {
        return;
    }
    let title = match section.tone {
        Tone::Bad => paint.bad(&section.title),
        Tone::Good => paint.good(&section.title),
        Tone::Unsure => paint.unsure(&section.title),
        Tone::Plain => paint.bold(&section.title),
    };
    let _ = writeln!(out, "{title} ({})", section.items.len());
    for item in &section.items {
        let step = match &item.step {
            Step::Verdicts(before, now) => arrow(*before, *now, paint),
            Step::Word(word) => paint.unsure(word),
        };
        let _ = writeln!(out, "  {step}  {}", item.id);
        for (label, line) in &item.lines {
            let said = if label.is_empty() { line.clone() } else { format!("{label}: {line}") };
            wrapped(out, &said, "    ", "      ", style);
        }
    }
    out.push('\n');
}

fn wrapped(out: &mut String, said: &str, first: &str, then: &str, style: Style) {
    for (nth, line) in text::wrap(said, style.width.saturating_sub(then.len())).iter().enumerate() {
        let _ = writeln!(out, "{}{line}", if nth == 0 { first } else { then });
    }
}

/// `pass → fail`, or the one side there is.
fn arrow(before: Option<Verdict>, now: Option<Verdict>, paint: Paint) -> String {
    let word = |verdict: Verdict| paint.verdict(verdict, words::verdict(verdict));
    match (before, now) {
        (Some(before), Some(now)) if before == now => word(now),
        (Some(before), Some(now)) => format!("{} → {}", word(before), word(now)),
        (Some(only), None) | (None, Some(only)) => word(only),
        (None, None) => String::new(),
    }
}
