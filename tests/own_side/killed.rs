//! kill -9, at any moment.

use crate::machine::{FAULT, FEW, temporary};
use crate::support::{Place, Serve, timeless};
use crate::waits::{Process, until};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, SystemTime};

fn start(place: &Place, line: &str) -> Process {
    let arguments: Vec<&str> = line.split_whitespace().collect();
    Process(place.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
}

fn kill(process: &mut Process) {
    // This is what `kill -9` sends. A process that ended before is no failure of the test.
    let _ = process.0.kill();
    process.0.wait().unwrap();
}

#[test]
fn a_run_that_is_killed_again_and_again_ends_with_the_report_of_an_unbroken_one() {
    let place = Place::new();
    let serve = Serve::start(&place, "--fault key-trimmed --fault success-as-201");
    let common = format!(
        "run --quiet --config conf/proofmark.toml --target {} --only */accessToken/* --only */idempotency/*",
        serve.url
    );
    let whole = place.run(&format!("{common} --report json=whole --report har=whole.har"));
    let lines =
        || std::fs::read(place.path("j")).unwrap_or_default().split(|byte| *byte == b'\n').count() - 1;
    let mut more = format!("--report ndjson=j --rate 300 --report json=r {}", "--report har=r.har");
    for (time, further) in [2, 25, 3, 60, 1, 40].into_iter().enumerate() {
        let wanted = lines() + further;
        let mut run = start(&place, &format!("{common} {more}"));
        until("lines", || lines() >= wanted || run.is_over());
        kill(&mut run);
        if time == 2 {
            // Killed in the middle of a write.
            let mut text = std::fs::read(place.path("j")).unwrap();
            text.extend_from_slice(b"{\"event\":\"judged\",\"id\":\"sendInb");
            place.write("j", text);
        }
        assert!(!place.has("r"), "nothing is reported before the end");
        more = "--resume j --rate 300 --report json=r --report har=r.har".to_owned();
    }
    let done = place.run(&format!("{common} {more}"));
    assert_eq!((done.code, done.err.as_str()), (whole.code, ""), "{}", done.out);
    assert_eq!(timeless(place.json("r")), timeless(place.json("whole")));
    let entries = |name: &str| place.json(name)["log"]["entries"].as_array().unwrap().len();
    assert_eq!(entries("r.har"), entries("whole.har"));
    let text = place.read("j");
    let parts: Vec<&str> = text.lines().filter(|line| line.contains("\"event\":\"resumed\"")).collect();
    assert_eq!(parts.len(), 6, "each part says that it goes on");
    let digits: BTreeSet<String> = parts
        .iter()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["run"].to_string())
        .collect();
    assert_eq!(digits.len(), 6, "no part uses the keys of another");
    assert!(text.lines().last().unwrap().contains("\"event\":\"finished\""));
}

#[test]
fn a_report_is_the_old_one_or_the_new_one_and_what_is_left_is_taken_away() {
    let place = Place::new();
    let names = ["r.json", "r.html", "r.junit", "r.har"];
    let line = format!(
        "{FEW} {FAULT} --report json=r.json --report html=r.html --report junit=r.junit --report har=r.har"
    );
    let ends = [("r.json", "}\n"), ("r.html", "</html>"), ("r.junit", "</testsuites>"), ("r.har", "]}}\n")];
    let (mut caught, mut new) = (0, 0);
    for attempt in 0..12 {
        for name in names {
            place.write(name, "old");
        }
        let before = temporary(&place).len();
        let mut run = start(&place, &line);
        // Whether a path can be written to is found out at the start, so not the first file that shows is a report.
        let entries = || std::fs::read_dir(place.path(".")).unwrap().flatten();
        let begun = || {
            entries().any(|entry| {
                entry.file_name().to_string_lossy().starts_with(".proofmark-")
                    && entry.metadata().is_ok_and(|m| m.len() > 4096)
            })
        };
        if attempt % 2 == 0 {
            while temporary(&place).len() <= before && !run.is_over() {}
        } else {
            while !run.is_over() && (temporary(&place).len() <= before || !begun()) {}
        }
        kill(&mut run);
        for (name, end) in ends {
            let text = place.read(name);
            assert!(text == "old" || text.trim_end().ends_with(end.trim_end()), "{name}: {text}");
            new += usize::from(text != "old");
        }
        caught += usize::from(temporary(&place).len() > before);
        if caught >= 2 && new >= 1 {
            break;
        }
    }
    let left = temporary(&place);
    assert!(!left.is_empty(), "no kill hit a report while it was written");
    assert!(left.iter().all(|name| Path::new(name).extension().is_some_and(|end| end == "tmp")), "{left:?}");
    let long_ago = SystemTime::now() - Duration::from_hours(3);
    let old = std::fs::File::options().write(true).open(place.path(&left[0])).unwrap();
    old.set_modified(long_ago).unwrap();
    drop(old);
    place.write(".proofmark-mine", "kept");
    // What somebody writes at the moment is locked, and stays whatever the clock says.
    place.write(".proofmark-locked.tmp", "kept");
    let locked = std::fs::File::options().write(true).open(place.path(".proofmark-locked.tmp")).unwrap();
    locked.lock().unwrap();
    locked.set_modified(long_ago).unwrap();
    place.run(&line).exit(1);
    assert!(!place.has(&left[0]), "{:?}", place.files());
    assert!(left[1..].iter().all(|name| place.has(name)), "what is new may be somebody else's");
    assert!(place.has(".proofmark-mine") && place.has(".proofmark-locked.tmp"));
}

#[test]
fn a_snapshot_is_the_old_one_or_the_new_one() {
    let place = Place::new();
    place.run(&format!("{FEW} {FAULT} --report json=r.json")).exit(1);
    place.run(&format!("{FEW} --snapshot s")).exit(0);
    let old = place.read("s");
    place.run("accept r.json --snapshot s").exit(0);
    let new = place.read("s");
    assert_ne!(old, new);
    for pause in 0..15 {
        place.write("s", &old);
        let mut accept = start(&place, "accept r.json --snapshot s");
        std::thread::sleep(Duration::from_millis(4 * pause));
        kill(&mut accept);
        let text = place.read("s");
        assert!(text == old || text == new, "{text}");
    }
}
