//! What changed between two reports, and how to say it.

use super::compare::{Baseline, Change, Comparison, State, states};
use super::model::{Report, Verdict};
use super::paint::Paint;
use super::terminal::Style;
use super::{text, words};
use std::fmt::Write as _;

/// What changed between two reports.
pub type Diff = Comparison;

/// Compares an earlier report with a later one.
pub fn between(old: &Report, new: &Report) -> Diff {
    Comparison::between(Baseline::Earlier, &states(old), &states(new))
}

/// A comparison as text: the newly broken first, and the counts in the last line. With `quiet` only
/// what newly broke and the last line.
pub fn render(diff: &Diff, style: Style) -> String {
    let paint = Paint(style.color);
    let mut out = String::new();
    section(&mut out, &paint.bad("Newly broken"), &diff.newly_broken, style);
    if !style.quiet {
        section(&mut out, &paint.good("Newly fixed"), &diff.newly_fixed, style);
        section(&mut out, &paint.unsure("Changed"), &diff.changed, style);
        section(&mut out, &paint.bold("New"), &diff.new, style);
        section(&mut out, &paint.bold("Gone"), &diff.gone, style);
    }
    out.push_str(&last_line(diff));
    out.push('\n');
    out
}

fn last_line(diff: &Diff) -> String {
    let counts: Vec<String> = [
        (diff.newly_broken.len(), "newly broken"),
        (diff.newly_fixed.len(), "newly fixed"),
        (diff.changed.len(), "changed"),
        (diff.new.len(), "new"),
        (diff.gone.len(), "gone"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect();
    if counts.is_empty() { "nothing changed".to_owned() } else { counts.join(", ") }
}

fn section(out: &mut String, title: &str, changes: &[Change], style: Style) {
    if changes.is_empty() {
        return;
    }
    let _ = writeln!(out, "{title} ({})", changes.len());
    for change in changes {
        let _ = writeln!(out, "  {}  {}", step(change, Paint(style.color)), text::line(&change.id));
        for detail in details(change) {
            for (index, line) in text::wrap(&detail, style.width.saturating_sub(6)).iter().enumerate() {
                let indent = if index == 0 { "    " } else { "      " };
                let _ = writeln!(out, "{indent}{line}");
            }
        }
    }
    out.push('\n');
}

/// `pass → fail`, or the one side there is.
fn step(change: &Change, paint: Paint) -> String {
    let word = |state: &State| paint.verdict(state.verdict, words::verdict(state.verdict));
    match (&change.before, &change.now) {
        (Some(before), Some(now)) if before.verdict == now.verdict => word(now),
        (Some(before), Some(now)) => format!("{} → {}", word(before), word(now)),
        (Some(only), None) | (None, Some(only)) => word(only),
        (None, None) => String::new(),
    }
}

/// What is worth a line: what is wrong now, and what was wrong before where that differs.
fn details(change: &Change) -> Vec<String> {
    let finding = |state: &Option<State>| state.as_ref().and_then(|state| state.finding.clone());
    let (before, now) = (finding(&change.before), finding(&change.now));
    let mut lines = Vec::new();
    let Some(now) = now else {
        let fixed = change.now.as_ref().is_some_and(|state| state.verdict == Verdict::Pass);
        lines.extend(before.filter(|_| fixed).map(|before| format!("was: {}", before.summary)));
        return lines;
    };
    match before {
        None => {
            lines.push(now.summary);
            lines.push(format!("expected: {}", now.expected));
            lines.push(format!("observed: {}", now.observed));
        }
        Some(before) => {
            for (label, was, is) in [
                ("summary", &before.summary, &now.summary),
                ("expected", &before.expected, &now.expected),
                ("observed", &before.observed, &now.observed),
                ("fingerprint", &before.fingerprint, &now.fingerprint),
            ] {
                if was == is {
                    lines.extend((label == "summary").then(|| is.clone()));
                } else {
                    lines.push(format!("{label} was: {was}"));
                    lines.push(format!("{label} is:  {is}"));
                }
            }
        }
    }
    lines.iter().map(|line| text::cut(line, 2_000)).collect()
}
