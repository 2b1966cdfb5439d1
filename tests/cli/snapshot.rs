//! `run --snapshot`, `accept` and `diff`.

use crate::support::Place;

const RUN: &str = "run --only */requestId/m*Length/* --snapshot a.snap";
const FAULT: &str = "--fault request-id-accepts-129";
const OTHER: &str = "--fault request-id-may-be-empty";

#[test]
fn the_first_run_writes_and_an_equal_one_changes_nothing() {
    let place = Place::new();
    let done = place.run(RUN).exit(0);
    assert!(done.err.contains("a.snap is new"), "{}", done.err);
    let accepted = place.read("a.snap");
    assert!(accepted.contains("pass          sendInbox/request/requestId/maxLength/above\n"), "{accepted}");
    let done = place.run(&format!("{RUN} --seed 9 --concurrency 1")).exit(0);
    assert!(done.out.contains("nothing changed"), "{}", done.out);
    assert_eq!(place.read("a.snap"), accepted);
    assert_eq!(place.files(), ["a.snap"]);
}

#[test]
fn what_newly_broke_waits_for_review() {
    let place = Place::new();
    place.run(RUN).exit(0);
    let accepted = place.read("a.snap");
    let done = place.run(&format!("{RUN} {FAULT}")).exit(1);
    assert!(done.out.contains("newly broken") && done.err.contains("a.snap.new"), "{}", done.all());
    assert_eq!(place.read("a.snap"), accepted, "the accepted file is left alone");
    let pending = place.read("a.snap.new");
    assert!(pending.contains("fail          sendInbox/request/requestId/maxLength/above\n"), "{pending}");
    for volatile in ["127.0.0.1", "Date", "demo-token"] {
        assert!(!pending.contains(volatile), "{volatile} in {pending}");
    }
    place.run(RUN).exit(0);
    assert_eq!(place.files(), ["a.snap"], "a run that is as accepted takes the pending file away");
}

#[test]
fn insta_reads_both_files() {
    let place = Place::new();
    place.run(RUN).exit(0);
    place.run(&format!("{RUN} {FAULT}")).exit(1);
    for name in ["a.snap", "a.snap.new"] {
        let snapshot = insta::Snapshot::from_file(&place.path(name)).unwrap();
        let insta::internals::SnapshotContents::Text(text) = snapshot.contents() else { panic!("{name}") };
        assert!(text.to_string().contains("sendInbox/request/requestId/maxLength/above"), "{text}");
        assert!(snapshot.metadata().source().is_some(), "{name}");
    }
}

#[test]
fn what_is_accepted_as_broken_does_not_count() {
    let place = Place::new();
    place.run(RUN).exit(0);
    place.run(&format!("{RUN} {FAULT} --report json=r.json")).exit(1);
    place.run("accept r.json --snapshot a.snap").exit(0);
    assert_eq!(place.files(), ["a.snap", "r.json"], "accepting takes the pending file away");
    let done = place.run(&format!("{RUN} {FAULT}")).exit(0);
    assert!(done.out.contains("nothing changed"), "{}", done.out);
    let done = place.run(&format!("{RUN} {FAULT} {OTHER}")).exit(1);
    assert!(done.out.contains("newly broken"), "{}", done.out);
    let done = place.run(RUN).exit(0);
    assert!(done.out.contains("newly fixed"), "{}", done.out);
}

#[test]
fn a_part_of_the_suite_is_compared_with_its_part() {
    let place = Place::new();
    place.run(RUN).exit(0);
    let accepted = place.read("a.snap");
    let part = "run --only */requestId/maxLength/above --snapshot a.snap";
    place.run(part).exit(0);
    place.run(&format!("{part} {FAULT}")).exit(1);
    assert_eq!(place.read("a.snap"), accepted);
    assert_eq!(place.files(), ["a.snap"], "a part is never offered as the whole");
}

#[test]
fn diff_exits_one_only_where_something_newly_broke() {
    let place = Place::new();
    let report = |name: &str, fault: &str, code: i32| {
        place.run(&format!("run --only */requestId/m*Length/* {fault} --report json={name}")).exit(code);
    };
    report("good.json", "", 0);
    report("bad.json", FAULT, 1);
    report("worse.json", &format!("{FAULT} {OTHER}"), 1);
    for (line, code, wanted) in [
        ("diff good.json good.json", 0, ""),
        ("diff good.json bad.json", 1, "newly broken"),
        ("diff bad.json good.json", 0, "newly fixed"),
        ("diff bad.json bad.json", 0, ""),
        ("diff bad.json worse.json", 1, "newly broken"),
        ("diff worse.json bad.json", 0, "newly fixed"),
    ] {
        let done = place.run(line).exit(code);
        assert!(done.out.contains(wanted), "{line}: {}", done.out);
        assert_eq!(done.err, "", "{line}");
        assert_eq!(done.out.contains("newly broken"), code == 1, "{line}: {}", done.out);
    }
}

#[test]
fn what_a_first_run_finds_broken_was_not_accepted_before() {
    let place = Place::new();
    let done = place.run(&format!("{RUN} {FAULT}")).exit(1);
    assert!(done.err.contains("a.snap is new and accepts 2 broken"), "{}", done.err);
    place.run(&format!("{RUN} {FAULT}")).exit(0);
}
