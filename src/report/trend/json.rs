//! A trend for machines.

use super::super::model::Totals;
use super::Trend;
use super::group::{Group, Kind, Mark, Run, Track};
use serde_json::{Value, json};

/// The value of `format` in this version.
pub const FORMAT: &str = "proofmark.trend/1";

/// The trend as JSON: two spaces, and a line feed at the end.
pub(super) fn render(trend: &Trend) -> String {
    let groups: Vec<Value> = trend.groups.iter().map(group).collect();
    format!("{:#}\n", json!({ "format": FORMAT, "groups": groups }))
}

fn group(group: &Group) -> Value {
    let suites: Vec<Value> =
        group.suites.iter().map(|(run, what)| json!({ "run": run, "what": what })).collect();
    json!({
        "target": group.target,
        "suite": group.suite,
        "dialect": group.dialect,
        "times_of": if group.of_answers { "answers" } else { "cases" },
        "runs": group.runs.iter().map(run).collect::<Vec<_>>(),
        "suite_changes": suites,
        "cases": group.tracks.iter().map(|track| case(track, &group.runs)).collect::<Vec<_>>(),
    })
}

fn run(run: &Run) -> Value {
    let Totals { pass, fail, warn, inconclusive, skipped, error } = run.totals;
    json!({
        "path": run.path,
        "started": run.started,
        "verdict": run.verdict.as_str(),
        "totals": {
            "pass": pass, "fail": fail, "warn": warn,
            "inconclusive": inconclusive, "skipped": skipped, "error": error,
        },
        "p50_us": run.p50_us,
        "p95_us": run.p95_us,
    })
}

fn case(track: &Track, runs: &[Run]) -> Value {
    let events = track.events.iter().map(|event| {
        let run = runs.get(event.run);
        json!({
            "run": event.run,
            "started": run.map(|run| &run.started),
            "path": run.map(|run| &run.path),
            "what": word(event.kind),
            "summary": event.summary,
        })
    });
    let marks: String = track.marks.iter().map(|mark| letter(*mark)).collect();
    json!({
        "id": track.id,
        "must": track.must,
        "broken_now": track.broken_since().is_some(),
        "flaky": track.is_flaky(),
        "changes": track.changes,
        "called_flaky": track.marked,
        "marks": marks,
        "events": events.collect::<Vec<_>>(),
    })
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Broke => "broke",
        Kind::Changed => "changed",
        Kind::Fixed => "fixed",
    }
}

/// One letter a report.
fn letter(mark: Mark) -> char {
    match mark {
        Mark::Absent => '-',
        Mark::Undecided => '?',
        Mark::Held => 'h',
        Mark::Flaky => 'f',
        Mark::Broke => 'b',
    }
}
