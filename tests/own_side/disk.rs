//! A disk that is full, and files that may not grow.

use crate::machine::{ALL, FAULT, FEW, assert_told, shell, temporary, with_mounts};
use crate::support::{Place, timeless};
use serde_json::Value;

/// A report without what differs from run to run, and from port to port.
fn told(mut report: Value) -> Value {
    report["target"]["url"] = Value::Null;
    timeless(report)
}

#[test]
fn a_report_that_finds_no_room_costs_no_other() {
    let place = Place::new();
    for format in ["json", "junit", "html", "markdown", "har", "sarif", "ctrf"] {
        let done = place.run(&format!("{FEW} --report {format}=/dev/full --report json=r.json")).exit(4);
        assert_told(&done, &["error: cannot write /dev/full: No space left on device", "free some space"]);
        assert!(done.out.starts_with("conforms: "), "{}", done.out);
        assert_eq!(place.json("r.json")["verdict"], "conforms");
        std::fs::remove_file(place.path("r.json")).unwrap();
    }
}

#[test]
fn on_a_small_disk_the_old_report_stays_and_the_rest_is_written() {
    let place = Place::new();
    let Some(done) = with_mounts(
        &place,
        "mkdir small; mount -t tmpfs -o size=64k none small
         echo old > small/r.json; echo old > small/r.html
         $P run --quiet --report json=small/r.json --report html=small/r.html --report junit=r.junit --report json=r.json
         echo code $?; cat small/r.json small/r.html; ls -A small",
    ) else {
        return;
    };
    assert_eq!(done.out.split_once("code ").unwrap().1, "4\nold\nold\nr.html\nr.json\n", "{}", done.err);
    assert_eq!(done.err.matches("free some space").count(), 2, "{}", done.err);
    assert_told(&done, &["cannot write small/r.json", "cannot write small/r.html"]);
    assert_eq!(place.json("r.json")["verdict"], "conforms");
    assert!(place.read("r.junit").trim_end().ends_with("</testsuites>"));
}

#[test]
fn a_disk_without_any_room_is_found_out_before_anything_is_sent() {
    let place = Place::new();
    place.run(&format!("{FEW} {FAULT} --report json=r.json")).exit(1);
    let Some(done) = with_mounts(
        &place,
        "mkdir small; mount -t tmpfs -o size=64k none small; echo old > small/s
         head -c 1m /dev/zero > small/fill 2> fill.err
         $P run --quiet --target http://127.0.0.1:9/ --report json=small/new.json; echo code $?
         $P accept r.json --snapshot small/s; echo code $?; cat small/s; ls -A small",
    ) else {
        return;
    };
    assert_eq!(done.out.split_once("code ").unwrap().1.lines().last(), Some("s"), "{}", done.err);
    let codes: Vec<&str> = done.out.lines().filter_map(|line| line.strip_prefix("code ")).collect();
    // A snapshot that says `old` is none, which is found out first.
    assert_eq!(codes, ["2", "2"], "{}", done.err);
    assert_told(&done, &["--report json=small/new.json: cannot be written: No space left on device"]);
}

#[test]
fn an_accepted_snapshot_survives_a_full_disk() {
    let place = Place::new();
    place.run(&format!("{FEW} --snapshot s")).exit(0);
    place.run("run --quiet --fault success-as-201 --report json=r.json").exit(1);
    let Some(done) = with_mounts(
        &place,
        "mkdir small; mount -t tmpfs -o size=16k none small; cp s small/s
         head -c 1m /dev/zero > small/fill 2> fill.err
         $P accept r.json --snapshot small/s; echo code $?; cmp s small/s && ls -A small",
    ) else {
        return;
    };
    assert_eq!(done.out, "code 4\nfill\ns\n", "{}", done.err);
    assert_told(&done, &["cannot write small/s: No space left on device", "free some space"]);
}

#[test]
fn a_journal_that_ends_where_the_disk_does_is_gone_on_with_elsewhere() {
    let place = Place::new();
    place.run("run --quiet --report json=whole").exit(0);
    let Some(done) = with_mounts(
        &place,
        "mkdir small; mount -t tmpfs -o size=256k none small
         $P run --quiet --report ndjson=small/j --report json=r.json; echo code $?; cp small/j j",
    ) else {
        return;
    };
    assert!(done.out.contains("conforms: ") && done.out.ends_with("code 4\n"), "{}", done.all());
    assert_told(&done, &["the journal small/j ends here", "No space left on device"]);
    assert_eq!(told(place.json("r.json")), told(place.json("whole")));
    // What the journal holds is not asked again.
    let before = place.read("j").matches("\"event\":\"judged\"").count();
    let resumed = place.run("run --quiet --resume j --report json=r.json").exit(0);
    assert_eq!(resumed.err, "");
    assert!(before > 10, "{before}");
    assert_eq!(told(place.json("r.json")), told(place.json("whole")));
}

#[test]
fn files_that_may_not_grow_kill_nobody() {
    let place = Place::new();
    place.run(&format!("{FEW} --report json=whole")).exit(0);
    let done = shell(&place, &format!("ulimit -f 16; exec $P {FEW} --report junit=s.junit {ALL}")).exit(4);
    assert!(done.out.starts_with("conforms: "), "{}", done.all());
    assert_told(&done, &["cannot write r.json: File too large", "the journal r.ndjson ends here"]);
    assert!(done.err.contains("ulimit -f"), "{}", done.err);
    assert!(place.read("s.junit").trim_end().ends_with("</testsuites>"), "what fits is written");
    assert!(!place.has("r.json") && temporary(&place).is_empty(), "{:?}", place.files());
    place.run(&format!("{FEW} --resume r.ndjson --report json=r.json")).exit(0);
    assert_eq!(told(place.json("r.json")), told(place.json("whole")));
}

#[test]
fn what_cannot_be_printed_is_told() {
    let place = Place::new();
    for line in [
        "list",
        "explain sendInbox/status/accepted-effect",
        "generate sendInbox --valid 1000",
        "faults",
        "--help",
    ] {
        let done = shell(&place, &format!("exec $P {line} > /dev/full"));
        assert_eq!(done.code, Some(4), "{line}: {}", done.err);
        assert_told(
            &done,
            &["error: standard output cannot be written: No space left on device", "free some space"],
        );
    }
    let done = shell(&place, &format!("exec $P {FEW} --report json=r > /dev/full")).exit(4);
    assert_told(&done, &["standard output cannot be written"]);
    assert_eq!(place.json("r")["verdict"], "conforms");
}
