use crate::build::{broken, case, every_verdict, finding, report};
use proofmark::report::compare::{Baseline, State, Transition, transition};
use proofmark::report::diff::{between, render};
use proofmark::report::model::{CaseReport, Law, Verdict};
use proofmark::report::terminal::Style;

/// A case in a word: `-` none, a verdict, and for findings a fingerprint and a summary.
fn state(word: &str) -> Option<CaseReport> {
    let mut parts = word.split(':');
    let verdict = match parts.next()? {
        "-" => return None,
        "pass" => Verdict::Pass,
        "fail" => Verdict::Fail,
        "warn" => Verdict::Warn,
        "inconclusive" => Verdict::Inconclusive,
        "skipped" => Verdict::Skipped,
        "error" => Verdict::Error,
        other => panic!("{other}"),
    };
    let mut made = case("a/b", Law::Code, verdict, "");
    if let (Some(fingerprint), Some(summary)) = (parts.next(), parts.next()) {
        made = broken("a/b", Law::Code, verdict, finding(fingerprint, summary, vec![]));
    }
    Some(made)
}

#[test]
fn transitions() {
    use Transition::{Changed, Gone, New, NewlyBroken, NewlyFixed};
    for (before, now, diff, snapshot) in [
        ("-", "fail:1:x", Some(NewlyBroken), Some(NewlyBroken)),
        ("-", "pass", Some(New), Some(New)),
        ("-", "warn:1:x", Some(New), Some(New)),
        ("-", "error", Some(New), Some(New)),
        ("pass", "-", Some(Gone), Some(Gone)),
        ("fail:1:x", "-", Some(Gone), Some(Gone)),
        ("pass", "pass", None, None),
        ("pass", "fail:1:x", Some(NewlyBroken), Some(NewlyBroken)),
        ("warn:1:x", "fail:1:x", Some(NewlyBroken), Some(NewlyBroken)),
        ("inconclusive", "fail:1:x", Some(NewlyBroken), Some(NewlyBroken)),
        ("skipped", "fail:1:x", Some(NewlyBroken), Some(NewlyBroken)),
        ("error", "fail:1:x", Some(NewlyBroken), Some(NewlyBroken)),
        ("fail:1:x", "fail:1:x", None, None),
        ("fail:1:x", "fail:2:x", Some(Changed), Some(NewlyBroken)),
        ("fail:1:x", "fail:1:y", Some(Changed), Some(Changed)),
        ("fail:1:x", "pass", Some(NewlyFixed), Some(NewlyFixed)),
        ("fail:1:x", "warn:1:x", Some(Changed), Some(Changed)),
        ("fail:1:x", "inconclusive", Some(Changed), Some(Changed)),
        ("fail:1:x", "skipped", Some(Changed), Some(Changed)),
        ("fail:1:x", "error", Some(Changed), Some(Changed)),
        ("pass", "warn:1:x", Some(Changed), Some(Changed)),
        ("warn:1:x", "pass", Some(Changed), Some(Changed)),
        ("warn:1:x", "warn:2:x", Some(Changed), Some(Changed)),
        ("pass", "error", Some(Changed), Some(Changed)),
        ("pass", "skipped", Some(Changed), Some(Changed)),
    ] {
        let [was, is] = [before, now].map(|word| state(word).as_ref().map(State::of));
        let (was, is) = (was.as_ref(), is.as_ref());
        assert_eq!(transition(Baseline::Earlier, was, is), diff, "diff {before} → {now}");
        assert_eq!(transition(Baseline::Accepted, was, is), snapshot, "snapshot {before} → {now}");
    }
}

#[test]
fn a_diff_reads_well() {
    let old = every_verdict();
    let mut cases = old.cases.clone();
    cases[0] = broken(&cases[0].id, Law::Shape, Verdict::Fail, finding("f", "a bound is off by one", vec![]));
    cases[1].verdict = Verdict::Pass;
    cases[1].finding = None;
    cases[2].finding.as_mut().unwrap().observed = "status A".into();
    cases.remove(5);
    cases.push(case("createOrder/status/late", Law::Status, Verdict::Pass, "held"));
    let diff = between(&old, &report(cases), None);
    assert!(diff.newly_broke());
    let style = Style { color: false, width: 80, quiet: false };
    assert_text!(render(&diff, style));
    assert_eq!(
        render(&diff, Style { quiet: true, ..style }).lines().last(),
        Some("1 newly broken, 1 newly fixed, 1 changed, 1 new, 1 gone")
    );
}

#[test]
fn a_report_is_no_different_from_itself() {
    let diff = between(&every_verdict(), &every_verdict(), None);
    assert!(diff.is_empty() && !diff.newly_broke());
    assert_eq!(render(&diff, Style { color: false, width: 80, quiet: false }), "nothing changed\n");
}
