//! Merged shards are the report of the whole run, byte for byte but for times and ports.

use crate::support::Place;
use proofmark::report::format::{ReportTarget, render};
use proofmark::report::json;

const SHARDS: usize = 7;
/// Header fields that hold the time of an exchange, or follow from it.
const TIMES: [&str; 4] = ["date", "request-time", "response-time", "signature"];

/// The JSON report as it is written, without what a clock or a free port decides: nothing is parsed, so that order,
/// spelling and spaces are compared too.
fn timeless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut timed, mut in_buckets) = (false, false);
    for line in text.lines() {
        if in_buckets {
            in_buckets = !matches!(line.trim_start(), "]" | "],");
            continue;
        }
        let member = line.trim_start().strip_prefix('"').and_then(|rest| rest.split_once('"'));
        let (name, rest) = member.unwrap_or_default();
        let comma = if line.ends_with(',') { "," } else { "" };
        let line = match name {
            "started" => line.replace(rest, &format!(": \"2026-01-01T00:00:00Z\"{comma}")),
            // Whether a request that is left by its caller is still answered is a matter of time, and so `answers` is.
            "elapsed_ms" | "at_ms" | "total_us" | "max_us" | "answers" => {
                line.replace(rest, &format!(": 0{comma}"))
            }
            "buckets" => {
                in_buckets = true;
                line.replace(rest, ": []")
            }
            "value" if timed => line.replace(rest, &format!(": \"\"{comma}")),
            _ => portless(line),
        };
        timed = name == "name"
            && TIMES.iter().any(|time| rest.to_lowercase().trim_end_matches(',') == format!(": \"{time}\""));
        out.push_str(&line);
        out.push('\n');
    }
    out
}

fn portless(line: &str) -> String {
    let mut parts = line.split("127.0.0.1:");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, part| out + "127.0.0.1:1" + part.trim_start_matches(|c: char| c.is_ascii_digit()))
}

#[track_caller]
fn assert_same(whole: &str, merged: &str, what: &str) {
    if whole != merged {
        let diff = similar::TextDiff::from_lines(whole, merged);
        panic!("{what}\n{}", diff.unified_diff().context_radius(6).header("whole", "merged"));
    }
}

/// Runs once as a whole and once in shards; what comes of both has to be the same in every format.
#[track_caller]
fn compare(options: &str) {
    let place = Place::new();
    let whole = place.run(&format!("run --quiet {options} --report json=whole.json"));
    let mut codes = Vec::new();
    let mut files = Vec::new();
    for shard in 1..=SHARDS {
        let report = format!("{shard}.json");
        // Whichever count is told.
        let told = if shard % 2 == 0 {
            format!("{shard}/{SHARDS}")
        } else {
            format!("index:{}/{SHARDS}", shard - 1)
        };
        let done = place.run(&format!("run --quiet {options} --shard {told} --report json={report}"));
        assert!(matches!(done.code, Some(0 | 1 | 3)), "{}", done.all());
        assert_eq!(place.json(&report)["shard"], format!("{shard}/{SHARDS}"));
        codes.push(done.code);
        files.push(report);
    }
    files.reverse();
    let merged = place.run(&format!("merge {} --report json=merged.json", files.join(" ")));
    assert_eq!(merged.code, whole.code, "{}", merged.all());
    assert_eq!(codes.contains(&Some(1)), whole.code == Some(1), "{codes:?}");
    let (one, other) = (timeless(&place.read("whole.json")), timeless(&place.read("merged.json")));
    assert_same(&one, &other, "json");
    // What the other formats show follows from the report, and so from these two.
    place.write("whole.json", &one);
    place.write("merged.json", &other);
    let read = |name: &str| json::read(place.path(name)).unwrap();
    let (one, other) = (read("whole.json"), read("merged.json"));
    for format in ["junit", "html", "markdown", "har"] {
        let target: ReportTarget = format!("{format}=x").parse().unwrap();
        assert_same(&render(target.format, &one), &render(target.format, &other), format);
    }
}

#[test]
fn of_a_wallet_that_conforms() {
    compare("");
}

#[test]
fn of_a_wallet_that_breaks_in_many_ways() {
    compare(
        "--seed 7 --fault request-id-accepts-129 --fault replay-delivers-again --fault validation-as-500 \
         --fault response-unsigned --fault put-accepted --fault key-trimmed",
    );
}

#[test]
fn of_all_suites_at_once() {
    compare("--suite family");
}

#[test]
fn of_all_suites_with_faults() {
    compare("--suite family --fault key-trimmed --fault pay-takes-zero --only *key* --only *idempotency*");
}
