//! The differences as Markdown: what broke first, within 60 kB.

use super::super::markdown::{LIMIT, code};
use super::super::{text, words};
use super::section::{Item, Section, Step};
use super::{Diff, Side};
use std::fmt::Write as _;

/// Kept free for the note on what was left out.
const RESERVE: usize = 200;

pub(super) fn render(diff: &Diff) -> String {
    let mut out = head(diff);
    let mut left_out = 0;
    for section in diff.sections() {
        let mut title = Some(format!("\n### {} ({})\n\n", code(&section.title), section.items.len()));
        for item in &section.items {
            let part = entry(&section, item);
            let size = part.len() + title.as_ref().map_or(0, String::len);
            if out.len() + size + RESERVE > LIMIT {
                left_out += 1;
                continue;
            }
            out.push_str(&title.take().unwrap_or_default());
            out.push_str(&part);
        }
    }
    if left_out > 0 {
        let cases = text::count(left_out, "case");
        let _ = writeln!(out, "\n*Cut at {} kB: {cases} left out.*", LIMIT / 1000);
    }
    out
}

fn head(diff: &Diff) -> String {
    let mut out = format!("## proofmark: {}\n\n", code(&diff.tail()));
    out.push_str("| | target | started | cases | broken |\n| :-- | :-- | :-- | --: | --: |\n");
    for (word, side) in ["old", "new"].into_iter().zip(&diff.sides) {
        let name = if diff.targets { code(&side.name) } else { word.to_owned() };
        let Side { url, started, cases, broken, .. } = side;
        let _ = writeln!(out, "| {name} | {} | {} | {cases} | {broken} |", cell(url), cell(started));
    }
    if !diff.notes.is_empty() {
        out.push('\n');
    }
    for note in &diff.notes {
        let _ = writeln!(out, "- {}", code(note));
    }
    out
}

/// A code span for a table, where a bar would end the cell.
fn cell(value: &str) -> String {
    code(&value.replace('|', "\u{a6}"))
}

fn entry(section: &Section, item: &Item) -> String {
    let mut out = format!("- {}", code(&item.id));
    if let Step::Verdicts(Some(before), Some(now)) = item.step
        && before != now
    {
        let _ = write!(out, ": {} → {}", words::verdict(before), words::verdict(now));
    } else if let (Step::Verdicts(_, Some(only)) | Step::Verdicts(Some(only), None), false) =
        (&item.step, section.kind == "newly_broken")
    {
        let _ = write!(out, ": {}", words::verdict(*only));
    }
    out.push('\n');
    for (label, line) in &item.lines {
        let label = if label.is_empty() { String::new() } else { format!("{}: ", prose(label)) };
        let _ = writeln!(out, "  - {label}{}", code(line));
    }
    out
}

/// A label, which may hold the name of a target.
fn prose(label: &str) -> String {
    if label.chars().all(|c| c.is_ascii_alphabetic() || c == ' ') { label.to_owned() } else { code(label) }
}
