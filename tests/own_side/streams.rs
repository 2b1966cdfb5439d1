//! Standard streams that are closed, and readers that go away.

use crate::machine::{FAULT, FEW, shell};
use crate::support::Place;
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

#[test]
fn streams_that_are_closed_at_the_start_are_no_report_s() {
    let place = Place::new();
    for closed in ["<&-", ">&-", "2>&-", "<&- >&-", ">&- 2>&-", "<&- >&- 2>&-"] {
        for (fault, code) in [("", 0), (FAULT, 1)] {
            let reports = "--report ndjson=j --report json=r --report har=h";
            let done =
                shell(&place, &format!("exec $P {} {fault} {reports} {closed}", FEW.replace("--quiet ", "")));
            assert_eq!(done.code, Some(code), "{closed}: {}", done.err);
            assert_eq!(place.json("r")["verdict"], ["conforms", "fails"][usize::from(code == 1)]);
            place.json("h");
            for line in place.read("j").lines() {
                serde_json::from_str::<Value>(line)
                    .unwrap_or_else(|error| panic!("{closed}: {error}: {line}"));
            }
            assert!(!done.err.contains("proofmark failed"), "{closed}: {}", done.err);
        }
    }
    for line in [
        "list",
        "explain sendInbox/status/accepted-effect",
        "generate sendInbox",
        "faults",
        "--version",
        "--help",
    ] {
        shell(&place, &format!("exec $P {line} <&- >&- 2>&-")).exit(0);
    }
    for line in ["list --no-such-option", "run --report json=nowhere/r", "diff a b", "init"] {
        shell(&place, &format!("exec $P {line} <&- >&- 2>&-")).exit(2);
    }
}

/// Reads one line of what a command prints and goes away; the exit code and what stood on stderr.
fn head(place: &Place, line: &str) -> (Option<i32>, String) {
    let arguments: Vec<&str> = line.split_whitespace().collect();
    let mut child = place
        .command(&arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut first = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut first).unwrap();
    assert!(!first.is_empty(), "{line}");
    drop(out);
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    (child.wait().unwrap().code(), err)
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let place = Place::new();
    let few = FEW.replace("--quiet ", "");
    std::fs::create_dir(place.path("days")).unwrap();
    for day in 1..=3 {
        place.run(&format!("{FEW} {FAULT} --report json=days/{day}.json")).exit(1);
    }
    for (line, code) in [
        ("list".to_owned(), 0),
        ("list --format json".to_owned(), 0),
        ("faults".to_owned(), 0),
        ("explain sendInbox/status/accepted-effect".to_owned(), 0),
        ("generate sendInbox --valid 1000000000".to_owned(), 0),
        ("generate sendInbox --violating 1000000000".to_owned(), 0),
        ("trend days".to_owned(), 0),
        ("diff days/1.json days/2.json".to_owned(), 0),
        (format!("{few} --report json=r --report junit=x"), 0),
        (format!("{few} {FAULT} --report json=r --report junit=x"), 1),
        (format!("{few} --report ndjson=/dev/stdout --report json=r --report junit=x"), 0),
        (format!("{few} {FAULT} --report ndjson=/dev/stdout --report json=r --report junit=x"), 1),
        (format!("{few} --report json=/dev/stdout --report json=r --report junit=x"), 0),
    ] {
        assert_eq!(head(&place, &line), (Some(code), String::new()), "{line}");
        if line.starts_with("run") {
            assert_eq!(place.json("r")["verdict"], ["conforms", "fails"][usize::from(code == 1)], "{line}");
            assert!(place.read("x").trim_end().ends_with("</testsuites>"), "{line}");
            std::fs::remove_file(place.path("r")).unwrap();
            std::fs::remove_file(place.path("x")).unwrap();
        }
    }
}

#[test]
fn a_report_on_standard_output_does_not_take_the_place_of_the_verdict() {
    let place = Place::new();
    for name in ["/dev/stdout", "/dev/fd/1"] {
        shell(&place, &format!("exec $P {FEW} --report json={name} > out")).exit(0);
        let text = place.read("out");
        let (report, verdict) = text.split_once("\n}\n").unwrap();
        let report: Value = serde_json::from_str(&format!("{report}\n}}")).unwrap();
        assert_eq!(report["verdict"], "conforms");
        assert!(verdict.starts_with("conforms: "), "{verdict}");
    }
}
