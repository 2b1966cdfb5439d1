//! The differences for machines.

use super::super::words;
use super::Diff;
use super::section::Step;
use serde_json::{Value, json};

/// The value of `format` in this version.
pub const FORMAT: &str = "proofmark.diff/1";

/// The differences as JSON: two spaces, and a line feed at the end.
pub(super) fn render(diff: &Diff) -> String {
    let side = |index: usize| {
        let side = &diff.sides[index];
        json!({ "name": side.name, "started": side.started, "url": side.url, "cases": side.cases, "broken": side.broken })
    };
    let sections: Vec<Value> = diff
        .sections()
        .iter()
        .map(|section| {
            let cases: Vec<Value> = section.items.iter().map(case).collect();
            json!({ "kind": section.kind, "title": section.title, "cases": cases })
        })
        .collect();
    let whole = json!({
        "format": FORMAT,
        "old": side(0),
        "new": side(1),
        "targets_differ": diff.targets,
        "newly_broke": diff.newly_broke(),
        "notes": diff.notes,
        "sections": sections,
    });
    format!("{whole:#}\n")
}

fn case(item: &super::Item) -> Value {
    let (before, now) = match item.step {
        Step::Verdicts(before, now) => (before.map(words::verdict), now.map(words::verdict)),
        Step::Word(_) => (None, None),
    };
    let lines: Vec<Value> =
        item.lines.iter().map(|(label, text)| json!({ "label": label, "text": text })).collect();
    json!({ "id": item.id, "before": before, "now": now, "lines": lines })
}
