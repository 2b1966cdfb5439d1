//! Few file descriptors: the right verdicts, or a word of what is needed; never the target's fault.

use crate::machine::{FEW, assert_told, script, shell};
use crate::support::{Place, Serve, has_tool, ids};
use crate::waits::{Process, until_lines};
use std::process::{Command, Stdio};

/// The verdicts on all cases.
fn verdicts(place: &Place, name: &str) -> Vec<(String, String)> {
    let report = place.json(name);
    let cases = report["cases"].as_array().unwrap().iter();
    cases.map(|case| (case["id"].to_string(), case["verdict"].to_string())).collect()
}

#[test]
fn sixty_four_are_enough_and_fewer_are_told() {
    let place = Place::new();
    let serve = Serve::start(&place, "");
    let remote = format!("--config conf/proofmark.toml --target {}", serve.url);
    place.run("run --quiet --report json=whole").exit(0);
    for (limit, more, enough) in [
        (64, "", true),
        (64, remote.as_str(), true),
        // One case alone takes 29 beside those that were open before.
        (28, remote.as_str(), false),
        (32, "", false),
        (20, remote.as_str(), false),
        (20, "", false),
        (12, "", false),
        (8, "", false),
    ] {
        let line = format!("ulimit -n {limit}; exec $P run --quiet --report json=r --report ndjson=j {more}");
        let done = shell(&place, &line);
        if enough {
            assert_eq!(done.code, Some(0), "{limit} {more}: {}", done.all());
            assert_told(&done, &[&format!("no more than {limit} files may be open"), "ulimit -n"]);
            assert_eq!(verdicts(&place, "r"), verdicts(&place, "whole"), "{limit} {more}");
            std::fs::remove_file(place.path("r")).unwrap();
        } else {
            assert_eq!((done.code, done.out.as_str()), (Some(4), ""), "{limit} {more}: {}", done.err);
            assert_told(&done, &[&format!("the limit is {limit} (raise it with `ulimit -n")]);
            assert!(!place.has("r"));
        }
    }
    // What may be raised is.
    let done = shell(&place, &format!("ulimit -Sn 40; exec $P {FEW} --report json=r")).exit(0);
    assert_eq!(done.err, "");
    for line in ["selftest", "serve --port 0"] {
        let done = shell(&place, &format!("ulimit -n 10; exec $P {line}"));
        assert_eq!(done.code, Some(4), "{line}: {}", done.err);
        assert_told(&done, &["raise it with `ulimit -n"]);
    }
}

#[test]
fn descriptors_that_run_out_on_the_way_are_our_fault() {
    if !has_tool("prlimit", "--version") {
        return;
    }
    let place = Place::new();
    let serve = Serve::start(&place, "");
    let text = format!(
        "exec $P run --quiet --config conf/proofmark.toml --target {} --rate 150 --report ndjson=j --report json=r",
        serve.url
    );
    let run = script(&place, &text).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut run = Process(run);
    until_lines(&place, "j", 40);
    let fewer =
        Command::new("prlimit").args(["--nofile=12:12", "--pid"]).arg(run.0.id().to_string()).status();
    assert!(fewer.unwrap().success());
    let (code, _) = run.end();
    // The report is written with a descriptor that a connection has given back.
    let report = place.json("r");
    assert_eq!(code, Some(4), "{}", report["totals"]);
    assert!(ids(&report, "fail").is_empty() && ids(&report, "warn").is_empty(), "{}", report["totals"]);
    let cases = report["cases"].as_array().unwrap();
    let starved =
        cases.iter().filter(|case| case["reason"].as_str().unwrap().contains("no file descriptor left"));
    assert!(starved.count() > 10, "{}", report["totals"]);
    assert_eq!(report["verdict"], "undecided");
}
