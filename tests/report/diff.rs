use crate::build::{broken, case, every_verdict, finding, report};
use proofmark::report::compare::{Baseline, State, Transition, transition};
use proofmark::report::diff::{self, between, render};
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

/// A report on another target, in which one case broke, one holds, one is gone and one has another reason.
fn elsewhere() -> proofmark::report::model::Report {
    let mut cases = every_verdict().cases;
    cases[0] = broken(&cases[0].id, Law::Shape, Verdict::Fail, finding("f", "a bound is off by one", vec![]));
    cases[1].verdict = Verdict::Pass;
    cases[1].finding = None;
    cases[5].reason = "the target never answered A".into();
    cases.remove(8);
    let mut other = report(cases);
    other.target.url = "https://production.example.test/".into();
    other.suite.version = "1.3.0".into();
    other.seed = 7;
    other
}

#[test]
fn two_targets_are_told_apart_by_name() {
    let (here, there) = (every_verdict(), elsewhere());
    let diff = between(&here, &there, None);
    assert!(diff.targets && diff.newly_broke());
    let style = Style { color: false, width: 90, quiet: false };
    assert_text!(render(&diff, style));
    let named = between(&here, &every_verdict(), Some(["sandbox".into(), "production".into()]));
    assert_eq!(render(&named, style), "no difference\n");
    let named = render(&between(&here, &there, Some(["sandbox".into(), "production".into()])), style);
    assert!(named.contains("Holds at sandbox, broken at production (1)"), "{named}");
    assert!(!named.to_lowercase().contains("newly"), "{named}");
}

#[test]
fn a_diff_is_markdown_a_page_and_json() {
    let diff = between(&every_verdict(), &elsewhere(), None);
    assert_text!(diff::markdown(&diff));
    let page = diff::html(&diff);
    for wanted in ["Holds at 127.0.0.1:4010, broken at production.example.test", "a bound is off by one"] {
        assert!(page.contains(wanted), "{wanted}");
    }
    assert!(!page.contains("<script") && !page.contains(" style="), "{page}");
    let read: serde_json::Value = serde_json::from_str(&diff::json(&diff)).unwrap();
    assert_eq!((&read["format"], &read["newly_broke"]), (&diff::FORMAT.into(), &true.into()));
    assert_eq!(read["sections"][0]["cases"][0]["before"], "pass");
}

#[test]
fn thousands_of_changes_fit_a_step_summary_and_hostile_text_stays_text() {
    let cases = |verdict| {
        let one = |nth: usize| {
            let id = format!("createOrder/request/field-{nth}/maxLength/above");
            let wrong = finding(&format!("f{nth}"), crate::build::HOSTILE, vec![]);
            if verdict == Verdict::Pass {
                case(&id, Law::Shape, verdict, "held")
            } else {
                broken(&id, Law::Shape, verdict, wrong)
            }
        };
        report((0..5_000).map(one).collect())
    };
    let mut new = cases(Verdict::Fail);
    new.target.url = crate::build::HOSTILE.into();
    let diff = between(&cases(Verdict::Pass), &new, None);
    assert_eq!(diff.changes.newly_broken.len(), 5_000);
    let markdown = diff::markdown(&diff);
    assert!(markdown.len() <= 60_000 && markdown.contains("left out"), "{}", markdown.len());
    assert!(!markdown.contains("\n## verdict") && !markdown.contains('\u{202e}'));
    let page = diff::html(&diff);
    assert!(page.contains("field-4999") && !page.contains("<script>"));
    let text = render(&diff, Style { color: false, width: 80, quiet: false });
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\0', '\r']));
}
