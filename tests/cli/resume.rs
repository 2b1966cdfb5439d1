//! A run that was killed, and goes on.

use crate::support::{Place, Serve, timeless};
use serde_json::Value;
use std::process::Stdio;
use std::time::{Duration, Instant};

const FAULTS: &str = "--fault key-trimmed --fault success-as-201";

fn lines(place: &Place, name: &str) -> usize {
    std::fs::read(place.path(name)).map_or(0, |text| String::from_utf8_lossy(&text).matches('\n').count())
}

/// Starts a run and kills it once its journal has so many lines.
fn kill_at(place: &Place, line: &str, journal: &str, wanted: usize) {
    let _ = std::fs::remove_file(place.path(journal));
    let arguments: Vec<&str> = line.split_whitespace().collect();
    let mut run = place.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let end = Instant::now() + Duration::from_mins(2);
    while lines(place, journal) < wanted {
        assert!(Instant::now() < end && run.try_wait().unwrap().is_none(), "it ended before it was killed");
        std::thread::sleep(Duration::from_millis(5));
    }
    // This is what `kill -9` sends.
    run.kill().unwrap();
    run.wait().unwrap();
}

#[test]
fn a_killed_run_is_finished_to_the_same_report() {
    let place = Place::new();
    let serve = Serve::start(&place, FAULTS);
    let common = format!(
        "run --quiet --config conf/proofmark.toml --target {} --rate 400 --only */accessToken/* --only */idempotency/key-* --only */status/*",
        serve.url
    );
    let whole =
        place.run(&format!("{common} --report json=whole --report har=whole.har --report ndjson=whole.j"));
    let whole_report = timeless(place.json("whole"));
    let all = lines(&place, "whole.j");
    let mut gone_on_with = 0;
    for (number, wanted) in [1, 2, all / 4, all / 2, all * 3 / 4].into_iter().enumerate() {
        kill_at(&place, &format!("{common} --report ndjson=j"), "j", wanted);
        if number % 2 == 1 {
            // Killed in the middle of a line.
            let mut text = std::fs::read(place.path("j")).unwrap();
            text.extend_from_slice(b"{\"event\":\"heard\",\"id\":\"sendInbox/st");
            place.write("j", text);
        }
        let before = place.read("j").matches("\"event\":\"judged\"").count();
        let done = place.run(&format!("{common} --resume j --report json=r --report har=r.har"));
        assert_eq!(done.code, whole.code, "{}", done.all());
        assert_eq!(timeless(place.json("r")), whole_report, "killed at line {wanted}");
        let text = place.read("j");
        let ends = text.matches("\"event\":\"judged\"").count();
        assert_eq!(ends, place.json("r")["cases"].as_array().unwrap().len(), "killed at line {wanted}");
        gone_on_with += usize::from(before > 0 && before < ends);
        assert_eq!(text.matches("\"event\":\"resumed\"").count(), 1);
        assert!(text.lines().last().unwrap().contains("\"event\":\"finished\""));
        let suite = proofmark::case::suite::Suite::builtin().unwrap();
        let journal = proofmark::run::journal::read("j", text.as_bytes()).unwrap();
        let report: proofmark::report::model::Report = serde_json::from_str(&place.read("r")).unwrap();
        let all = proofmark::run::rejudge::rejudge(&suite, &journal, &report.cases).unwrap();
        let agrees = proofmark::run::rejudge::Agreement::Agrees;
        let others: Vec<_> = all.iter().filter(|one| one.agreement != agrees).collect();
        assert!(others.is_empty(), "{others:#?}");
        let entries = |name: &str| place.json(name)["log"]["entries"].as_array().unwrap().len();
        assert_eq!(entries("r.har"), entries("whole.har"), "killed at line {wanted}");
    }
    assert!(gone_on_with >= 2, "{gone_on_with} of the kills left something known and something to do");
    // A journal that is whole is not gone on with, and nothing is sent.
    drop(serve);
    let again = place.run(&format!("{common} --resume j --report json=r"));
    assert_eq!(again.code, whole.code, "{}", again.all());
    assert_eq!(timeless(place.json("r")), whole_report);
}

#[test]
fn an_interrupted_run_goes_on_with_what_was_cut_off() {
    let place = Place::new();
    let common = "run --quiet --only */accessToken/*";
    place.run(&format!("{common} --rate 20 --budget 300ms --report ndjson=j --report json=first"));
    assert!(place.json("first")["totals"]["error"].as_u64() > Some(0));
    place.run(&format!("{common} --resume j --report json=r")).exit(0);
    place.run(&format!("{common} --report json=whole")).exit(0);
    let embedded = |name: &str| {
        let mut report = timeless(place.json(name));
        report["target"]["url"] = Value::Null;
        report
    };
    assert_eq!(embedded("r"), embedded("whole"));
}

#[test]
fn a_limited_run_leaves_out_the_same_cases() {
    let place = Place::new();
    let serve = Serve::start(&place, FAULTS);
    let common = format!(
        "run --quiet --config conf/proofmark.toml --target {} --exchanges 150 --rate 300 --only */accessToken/* --only */idempotency/*",
        serve.url
    );
    place.run(&format!("{common} --report json=whole"));
    kill_at(&place, &format!("{common} --report ndjson=j"), "j", 60);
    place.run(&format!("{common} --resume j --report json=r"));
    assert_eq!(timeless(place.json("r")), timeless(place.json("whole")));
}

#[test]
fn the_journal_of_another_run_is_refused() {
    let place = Place::new();
    let common = "--quiet --only */accessToken/required/*";
    place.run(&format!("run {common} --seed 7 --report ndjson=j")).exit(0);
    let journal = place.read("j");
    for (more, wanted) in [
        ("", "the seed is 7 there, and 1 here"),
        ("--seed 7 --samples 5", "the number of samples is 2 there, and 5 here"),
        ("--seed 7 --fault key-trimmed", "the target is the embedded wallet by HTTP/1.1 there"),
        ("--seed 7 --target http://127.0.0.1:9/", "the embedded wallet"),
        ("--seed 7 --exchanges 9", "the limit of exchanges is none there, and 9 here"),
        ("--seed 7 --retention 1s", "the retention is none there, and 1000 ms here"),
        ("--seed 7 --shard 1/2", "the shard is none there, and 1/2 here"),
        ("--seed 7 --dialect tng", "the suite is blake3:"),
        ("--seed 7 --skip */requestId/*", "the selection of cases is"),
        ("--seed 7 --report ndjson=other", "--resume goes on writing j (leave this report out)"),
        ("--seed 7 --report json=j", "--resume goes on writing j (name another file)"),
    ] {
        let common = if more.contains("--skip") { "--quiet" } else { common };
        let refused = place.run(&format!("run {common} {more} --resume j")).exit(2);
        assert!(refused.err.contains(wanted), "{more}: {}", refused.err);
        assert_eq!(place.read("j"), journal, "{more}");
        assert!(!place.has("other"));
    }
    place.write("bad", "not a journal\n");
    let refused = place.run("run --resume bad").exit(2);
    assert!(refused.err.contains("bad:1: is no line of a journal"), "{}", refused.err);
    let missing = place.run("run --resume nothing").exit(2);
    assert!(missing.err.contains("nothing: cannot be read"), "{}", missing.err);
}
