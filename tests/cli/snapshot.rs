//! `run --snapshot`, `accept` and `diff`.

use crate::support::{Place, case};

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
    let done = place.run(&format!("{RUN} {FAULT} {OTHER} --quiet")).exit(1);
    assert!(done.out.contains("newly broken"), "{}", done.out);
    assert!(done.out.contains("case:      sendInbox/request/requestId/minLength/below"), "{}", done.out);
    assert!(!done.out.contains("maxLength/around"), "what is accepted is no news: {}", done.out);
    assert!(done.out.contains(" 3 fail"), "{}", done.out);
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

const ABOVE: &str = "sendInbox/request/requestId/maxLength/above";
const TERMS: &[&str] =
    &["--owner", "ann@example.test", "--reason", "TICKET-7: the gateway's limit", "--expires", "2027-01-31"];

/// `accept r.json --snapshot a.snap` with further arguments, some of which hold spaces.
fn accept(place: &Place, more: &[&str], code: i32) -> crate::support::Done {
    let arguments = [&["accept", "r.json", "--snapshot", "a.snap", "--today", "2026-12-01"], more].concat();
    crate::support::Done::from(place.command(&arguments).output().unwrap()).exit(code)
}

/// A snapshot that accepts one fault on the terms above.
fn accepted() -> Place {
    let place = Place::new();
    place.run(RUN).exit(0);
    place.run(&format!("{RUN} {FAULT} --report json=r.json")).exit(1);
    let done = accept(&place, TERMS, 0);
    assert!(done.err.contains("2 failures are accepted on these terms"), "{}", done.err);
    assert!(!done.err.contains("without expiry"), "{}", done.err);
    place
}

#[test]
fn an_acceptance_says_who_why_and_until_when() {
    let place = accepted();
    let text = place.read("a.snap");
    let terms = "    owner:       ann@example.test\n    reason:      TICKET-7: the gateway's limit\n    \
                 expires:     2027-01-31\n";
    assert_eq!(text.matches(terms).count(), 2, "{text}");
    // It holds on its last day, and not on the next.
    for (today, code) in [("2026-12-01", 0), ("2027-01-31", 0), ("2027-02-01", 1)] {
        let done = place.run(&format!("{RUN} {FAULT} --today {today}")).exit(code);
        assert_eq!(done.out.contains("Newly broken (2)"), code == 1, "{today}: {}", done.out);
        assert_eq!(done.out.contains("accepted by ann@example.test, until 2027-01-31"), code == 1);
    }
    assert_eq!(place.files(), ["a.snap", "r.json"], "there is nothing to accept but a later date");
    // Accepting the report once more does not make it last longer, unless that is said.
    let arguments = "accept r.json --snapshot a.snap --today 2027-02-01";
    let done = place.run(arguments).exit(0);
    assert!(done.err.contains("2 failures are expired"), "{}", done.err);
    assert_eq!(place.read("a.snap"), text);
    let done = place.run(&format!("{arguments} --expires 2027-06-30")).exit(0);
    assert!(!done.err.contains("expired"), "{}", done.err);
    assert_eq!(place.read("a.snap"), text.replace("2027-01-31", "2027-06-30"));
    place.run(&format!("{RUN} {FAULT} --today 2027-02-01")).exit(0);
}

#[test]
fn an_acceptance_stays_with_its_own_failure() {
    let place = accepted();
    let before = place.read("a.snap");
    // Another fault leaves it alone, in the pending file too.
    place.run(&format!("{RUN} {FAULT} {OTHER} --report json=r.json")).exit(1);
    assert_eq!(place.read("a.snap.new").matches("owner:").count(), 2);
    let done = accept(&place, &[], 0);
    assert!(done.err.contains("1 failure is accepted without expiry"), "{}", done.err);
    let text = place.read("a.snap");
    assert_eq!(text.matches("owner:").count(), 2, "{text}");
    // Another failure of the same case does not inherit it.
    let other = before.replace("fingerprint: sendInbox/", "fingerprint: elsewhere/");
    assert_ne!(other, before);
    place.write("a.snap", other);
    let done = place.run(&format!("{RUN} {FAULT}")).exit(1);
    assert!(done.out.contains("Newly broken (2)") && done.out.contains("fingerprint was: elsewhere/"));
    assert!(!place.read("a.snap.new").contains("owner:"));
}

#[test]
fn some_cases_are_accepted_and_the_others_left() {
    let place = Place::new();
    place.run(RUN).exit(0);
    place.run(&format!("{RUN} {FAULT} {OTHER} --report json=r.json")).exit(1);
    let terms = [&["--only", ABOVE], TERMS].concat();
    let done = accept(&place, &terms, 0);
    assert!(done.err.contains("1 failure is accepted on these terms"), "{}", done.err);
    let text = place.read("a.snap");
    assert_eq!((text.matches("fail  ").count(), text.matches("owner:").count()), (1, 1), "{text}");
    assert!(place.read("a.snap.new").contains("owner:"), "the rest still waits, and keeps the terms");
    let done = place.run(&format!("{RUN} {FAULT} {OTHER} --today 2026-12-01")).exit(1);
    let broken = done.out.split("Newly broken").nth(1).unwrap();
    assert!(!broken.contains(&format!("{ABOVE}\n")), "{broken}");
    // Chosen ones get new terms, whatever they had.
    accept(&place, &["--only", ABOVE, "--owner", "ben"], 0);
    let text = place.read("a.snap");
    assert!(text.contains("owner:       ben\n    reason:      TICKET-7"), "{text}");
    accept(&place, &["--only", "*"], 0);
    assert!(!place.has("a.snap.new"));
    place.run(&format!("{RUN} {FAULT} {OTHER} --today 2026-12-01")).exit(0);
}

#[test]
fn a_stale_acceptance_is_told_and_fails_where_that_is_asked() {
    let place = accepted();
    let done = place.run(&format!("{RUN} --report json=r.json")).exit(0);
    assert!(done.out.contains("Newly fixed (2)") && done.out.contains("Stale (2)"), "{}", done.out);
    assert!(done.err.contains("`proofmark accept r.json --snapshot a.snap`"), "{}", done.err);
    let done = place.run(&format!("{RUN} --strict")).exit(1);
    assert!(done.out.contains("2 newly fixed, 1 changed, 2 stale"), "{}", done.out);
    let done = place.run(&format!("{RUN} --strict --quiet")).exit(1);
    assert!(done.out.contains("Stale (2)"), "why it fails is never left out: {}", done.out);
    place.run("accept r.json --snapshot a.snap").exit(0);
    assert!(!place.read("a.snap").contains("owner:"));
    place.run(&format!("{RUN} --strict")).exit(0);
    // A case that is gone is stale as well, where all were judged.
    let place = accepted();
    let text = place.read("a.snap").replace(ABOVE, "sendInbox/request/requestId/maxLength/over");
    place.write("a.snap", text);
    // A part of the suite cannot tell that a case is gone.
    let done = place.run(&format!("{RUN} --today 2026-12-01"));
    assert!(!done.out.contains("Gone"), "{}", done.out);
}

#[test]
fn terms_that_make_no_sense_are_refused() {
    let place = accepted();
    let text = place.read("a.snap");
    for (more, wanted) in [
        (&["--expires", "2026-11-30"][..], "is over"),
        (&["--expires", "soon"], "2026-12-31"),
        (&["--expires", "2027-1-1"], "2026-12-31"),
        (&["--owner", " "], "says nothing"),
        (&["--only", "zzz"], "matches no case"),
        (&["--only", "["], "no pattern"),
    ] {
        let done = accept(&place, more, 2);
        assert!(done.err.contains(wanted), "{more:?}: {}", done.err);
    }
    assert_eq!(place.read("a.snap"), text);
    place.run("run --strict").exit(2);
    for (from, to, wanted) in [
        ("expires:     2027-01-31", "expires:     in spring", "is no date"),
        ("owner:       ann@example.test", "owner:", "`owner` says nothing"),
        ("owner:       ann@example.test", "reason:     twice", "stands twice"),
        ("owner:       ann@example.test", "ticket:     7", "owner, reason, expires"),
    ] {
        place.write("a.snap", text.replacen(from, to, 1));
        let done = place.run(RUN).exit(2);
        assert!(done.err.contains(wanted) && done.err.contains("a.snap: line "), "{to}: {}", done.err);
    }
    let held = format!("pass          {ABOVE}\n    owner:       ann\n");
    place.write("a.snap", format!("---\n---\n{held}"));
    let done = place.run(RUN).exit(2);
    assert!(done.err.contains("only what fails is accepted"), "{}", done.err);
}

#[test]
fn what_is_accepted_fails_no_job_in_any_format() {
    let place = Place::new();
    place.run(&format!("{RUN} {FAULT} --report json=r.json")).exit(1);
    place
        .run("accept r.json --snapshot a.snap --owner gateway --reason planned --expires 2026-12-31 --today 2026-11-26")
        .exit(0);
    let formats = "--report junit=r.xml --report markdown=r.md --report json=r.json --report html=r.html";
    place.run(&format!("{RUN} {FAULT} {formats} --today 2026-12-31")).exit(0);
    let why = "accepted by gateway, until 2026-12-31: planned";
    let report = place.json("r.json");
    let broken = case(&report, "sendInbox/request/requestId/maxLength/above");
    assert_eq!((broken["verdict"].as_str(), broken["excused"].as_str()), (Some("fail"), Some(why)));
    let junit = place.read("r.xml");
    assert!(!junit.contains("<failure") && junit.contains(why), "{junit}");
    let markdown = place.read("r.md");
    assert!(markdown.contains("### Accepted") && !markdown.contains("### Broken"), "{markdown}");
    assert!(place.read("r.html").contains(why));

    place.run(&format!("{RUN} {FAULT} {formats} --today 2027-01-01")).exit(1);
    assert!(place.read("r.xml").contains("<failure") && place.read("r.md").contains("### Broken"));
}
