//! A clock that is set while a run goes on.

use crate::machine::FEW;
use crate::support::{Place, timeless};
use crate::waits::{Process, until_lines};
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

/// The library that makes the clock a bad one; nothing where it cannot be built, which is said.
fn bad_clock(place: &Place) -> Option<PathBuf> {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/own_side/clock.c");
    let library = place.path("clock.so");
    let built = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).status();
    if !cfg!(target_os = "linux") || !built.is_ok_and(|status| status.success()) {
        eprintln!("skipped: no library can be built and preloaded here that sets the clock");
        return None;
    }
    // Seconds as `date` has them, a day off: it works.
    let date = |steps: &str| {
        let command =
            format!("sleep 0.2; exec env LD_PRELOAD={} CLOCK_STEPS={steps} date +%s", library.display());
        let output = Command::new("sh").args(["-c", &command]).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().parse::<i64>().unwrap()
    };
    let right = date("1000000");
    let wrong = (0..20).map(|_| date("1")).any(|seconds| (seconds - right).abs() > 1000);
    assert!(wrong, "the clock cannot be set for a program of this machine");
    Some(library)
}

fn command(place: &Place, library: &PathBuf, line: &str) -> Command {
    let arguments: Vec<&str> = line.split_whitespace().collect();
    let mut command = place.command(&arguments);
    command.env("LD_PRELOAD", library).env("CLOCK_STEPS", "90");
    command
}

fn told(mut report: Value) -> Value {
    report["target"]["url"] = Value::Null;
    timeless(report)
}

/// Runs with the bad clock; the report, whose times are sane.
fn run(place: &Place, library: &PathBuf, line: &str) -> Value {
    let began = Instant::now();
    let output =
        command(place, library, &format!("{line} --report json=r --report har=h --report ndjson=j")).output();
    let took = began.elapsed().as_millis();
    let output = output.unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let report = place.json("r");
    assert!(u128::from(report["elapsed_ms"].as_u64().unwrap()) <= took);
    for case in report["cases"].as_array().unwrap() {
        assert!(u128::from(case["elapsed_ms"].as_u64().unwrap()) <= took, "{case}");
    }
    report
}

#[test]
fn verdicts_and_times_do_not_follow_a_clock_that_is_set() {
    let place = Place::new();
    let Some(library) = bad_clock(&place) else { return };
    // In its own process, with the clock of the machine as it is, the wallet refuses requests of another time.
    let serve = crate::support::Serve::start(&place, "--fault key-trimmed");
    let line = format!("run --quiet --config conf/proofmark.toml --target {}", serve.url);
    place.run(&format!("{line} --report json=right")).exit(1);
    assert_eq!(told(run(&place, &library, &line)), told(place.json("right")));
    // The wallet and whoever judges it have the same bad clock.
    let line = "run --quiet --retention 300ms";
    place.run(&format!("{line} --report json=right")).exit(0);
    assert_eq!(told(run(&place, &library, line)), told(place.json("right")));
}

#[test]
fn a_run_is_finished_that_began_at_another_time() {
    let place = Place::new();
    let Some(library) = bad_clock(&place) else { return };
    place.run(&format!("{FEW} --report json=right")).exit(0);
    let mut first = Process(
        command(&place, &library, &format!("{FEW} --rate 60 --report ndjson=j"))
            .stdout(Stdio::null())
            .spawn()
            .unwrap(),
    );
    until_lines(&place, "j", 20);
    first.0.kill().unwrap();
    first.0.wait().unwrap();
    for started in ["1970-01-01T00:00:00Z", "2999-01-01T00:00:00Z"] {
        let text = place.read("j");
        let (line, rest) = text.split_once('\n').unwrap();
        let mut line: Value = serde_json::from_str(line).unwrap();
        line["started"] = started.into();
        place.write("moved", format!("{line}\n{rest}"));
        place.run(&format!("{FEW} --resume moved --report json=r")).exit(0);
        let mut report = place.json("r");
        assert_eq!(report["started"], started);
        report["started"] = Value::Null;
        assert_eq!(told(report), told(place.json("right")));
    }
}
