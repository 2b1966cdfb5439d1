use crate::build::{broken, case, every_verdict, finding, hostile, report};
use jiff::civil::{Date, date};
use proofmark::report::model::{CaseReport, Law, Repeats, Verdict};
use proofmark::report::review::{Review, doubts, review};
use proofmark::report::snapshot::{Snapshot, parse, pending_path, render};
use proptest::prelude::*;

const TODAY: Date = date(2026, 11, 26);

#[test]
fn the_accepted_file() {
    // As an attribute of another snapshot, for a file within a file would end at the first `---`.
    assert_text!(render(&every_verdict()).replace("---\n", "(three dashes)\n"));
}

#[test]
fn insta_opens_the_file_and_ours_opens_what_insta_reads() {
    let folder = tempfile::tempdir().unwrap();
    for report in [every_verdict(), hostile(), report(vec![])] {
        let text = render(&report);
        let path = folder.path().join("orders.snap");
        std::fs::write(&path, &text).unwrap();
        let snapshot = insta::Snapshot::from_file(&path).unwrap();
        assert_eq!(snapshot.metadata().source(), Some("proofmark"));
        let insta::internals::SnapshotContents::Text(contents) = snapshot.contents() else {
            panic!("not text")
        };
        let accepted_by_insta = format!("---\nsource: proofmark\n---\n{contents}\n");
        assert_eq!(parse(&accepted_by_insta).unwrap(), Snapshot::of(&report));
    }
    assert_eq!(pending_path("a/orders.snap".as_ref()), std::path::Path::new("a/orders.snap.new"));
}

#[test]
fn what_was_rendered_is_what_is_read() {
    for report in [every_verdict(), hostile(), report(vec![])] {
        assert_eq!(parse(&render(&report)).unwrap(), Snapshot::of(&report));
        assert_eq!(parse(&render(&report).replace('\n', "\r\n")).unwrap(), Snapshot::of(&report));
        assert_eq!(review(&parse(&render(&report)).unwrap(), &report, TODAY), Review::default());
    }
}

#[test]
fn nothing_volatile_is_in_it() {
    let before = every_verdict();
    let mut after = before.clone();
    after.seed += 1;
    after.started = "2030-01-01T00:00:00Z".into();
    after.elapsed_ms += 1;
    after.exchanges += 1;
    after.target.url = "http://127.0.0.1:1".into();
    after.cases.reverse();
    for case in &mut after.cases {
        case.elapsed_ms += 1;
        case.exchanges += 1;
        if let Some(finding) = &mut case.finding {
            finding.minimal.truncate(1);
        }
    }
    assert_eq!(render(&before), render(&after));
}

#[test]
fn an_error_names_its_line_and_the_mend() {
    let body = |body: &str| parse(&format!("---\nsource: proofmark\n---\n{body}")).unwrap_err().to_string();
    assert_text!(
        [
            parse("").unwrap_err().to_string(),
            parse("---\nsource: proofmark\n").unwrap_err().to_string(),
            body("<<<<<<< ours\n"),
            body("pass\n"),
            body("    summary: x\n"),
            body("fail  a\n    summary: x\n"),
            body("fail  a\n    because: x\n"),
            body("fail  a\n    summary: x\n    summary: y\n"),
            body("pass  a\n\npass  a\n"),
        ]
        .join("\n")
    );
}

#[test]
fn an_accepted_failure_covers_its_own_fingerprint_only() {
    let failing = |fingerprint: &str| {
        report(vec![broken("a/b", Law::Code, Verdict::Fail, finding(fingerprint, "wrong", vec![]))])
    };
    let accepted = Snapshot::of(&failing("one"));
    assert!(!review(&accepted, &failing("one"), TODAY).fails(false));
    assert!(review(&accepted, &failing("two"), TODAY).fails(false));
    let held = Snapshot::of(&report(vec![case("a/b", Law::Code, Verdict::Pass, "held")]));
    assert!(review(&held, &failing("one"), TODAY).fails(false));
    assert!(review(&Snapshot::default(), &failing("one"), TODAY).fails(false));
}

proptest! {
    #[test]
    fn any_text_survives_the_file(
        texts in prop::collection::vec(any::<String>(), 4),
        id in "[ -~]{0,20}/\\PC{0,10}",
    ) {
        let mut odd = finding(&texts[0], &texts[1], vec![]);
        odd.expected.clone_from(&texts[2]);
        odd.observed.clone_from(&texts[3]);
        let report = report(vec![broken(&id, Law::Code, Verdict::Fail, odd)]);
        prop_assert_eq!(parse(&render(&report)).unwrap(), Snapshot::of(&report));
    }
}

#[test]
fn a_race_that_was_seen_twice_is_in_no_doubt() {
    let failing = |fingerprint: &str, failed: Option<usize>| {
        let mut found = finding(fingerprint, "wrong", vec![]);
        found.repeats = failed.map(|failed| Repeats { failed, of: 5 });
        broken("a/b", Law::Idempotency, Verdict::Fail, found)
    };
    let none = Snapshot::default();
    for (case, doubted) in [
        (failing("a/idempotency/replay-new-id", None), true),
        (failing("a/idempotency/replay-new-id", Some(0)), true),
        (failing("a/idempotency/replay-new-id", Some(1)), false),
        // A single answer is wrong, and a burst only has more chances to meet it.
        (failing("a/http-status", Some(3)), true),
    ] {
        assert_eq!(doubts(&none, &case, TODAY), doubted, "{case:?}");
        let known = Snapshot::of(&report(vec![case.clone()]));
        assert!(!doubts(&known, &case, TODAY), "what is as accepted is not asked again");
        let held = CaseReport { verdict: Verdict::Pass, finding: None, ..case };
        assert!(doubts(&known, &held, TODAY) && !doubts(&none, &held, TODAY));
    }
}

#[test]
fn a_flaky_case_changes_nothing() {
    let failing = broken("a/b", Law::Code, Verdict::Fail, finding("one", "wrong", vec![]));
    let flaky = CaseReport { flaky: Some(Repeats { failed: 1, of: 3 }), ..failing.clone() };
    let held = report(vec![case("a/b", Law::Code, Verdict::Pass, "held")]);
    let now = report(vec![flaky]);
    for before in [Snapshot::default(), Snapshot::of(&held), Snapshot::of(&report(vec![failing]))] {
        let review = review(&before, &now, TODAY);
        assert!(!review.fails(true) && review.changes.is_empty(), "{review:?}");
        assert_eq!(review.flaky.len(), 1);
        assert_eq!(before.next(&now), before);
    }
}
