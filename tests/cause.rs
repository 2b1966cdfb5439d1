//! Causes are right: a wallet with one fault has one cause, with two faults two, and titles that a person can act on.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

use proofmark::case::select::Selection;
use proofmark::case::suite::Suite;
use proofmark::reference::{Settings, fault, faults};
use proofmark::report::cause::{self, Cause};
use proofmark::report::model::{Report, Verdict};
use proofmark::selftest::judge;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

/// Judges the operations of which the faults name cases.
async fn report(suite: &Arc<Suite>, names: &[&str]) -> Report {
    let faults: Vec<_> = names.iter().map(|name| fault(name).expect(name)).collect();
    let operations: BTreeSet<String> = faults
        .iter()
        .flat_map(|fault| fault.noticed_by)
        .map(|glob| format!("{}/*", glob.split('/').next().unwrap()))
        .collect();
    let selection = Selection::new(&operations.into_iter().collect::<Vec<_>>(), &[], None, None).unwrap();
    judge(suite, Settings { faults, ..Settings::default() }, &selection, 1).await.unwrap()
}

fn suite() -> Arc<Suite> {
    Arc::new(Suite::builtin().unwrap())
}

fn sound(report: &Report, causes: &[Cause<'_>]) {
    let broken = report.cases.iter().filter(|case| matches!(case.verdict, Verdict::Fail | Verdict::Warn));
    let broken: BTreeSet<&str> = broken.map(|case| case.id.as_str()).collect();
    let told: Vec<&str> = causes.iter().flat_map(Cause::cases).map(|case| case.id.as_str()).collect();
    assert_eq!(told.len(), broken.len(), "each broken case belongs to one cause");
    assert_eq!(told.into_iter().collect::<BTreeSet<_>>(), broken);
}

/// One mistake each, of every law but those that take luck to see.
const ONE: [&str; 25] = [
    "access-token-refuses-128",
    "request-id-accepts-129",
    "counts-utf8-bytes",
    "templates-accepts-object",
    "checks-first-template-only",
    "result-message-missing",
    "refusal-without-result",
    "answers-text-html",
    "success-without-delivery",
    "refusal-has-effect",
    "validation-as-500",
    "validation-answered-unknown",
    "refusal-with-undocumented-code",
    "expired-token-accepted",
    "key-cut-at-64",
    "key-trimmed",
    "body-sorted-before-verification",
    "malformed-json-answered-unknown",
    "wrong-charset",
    "get-accepted",
    "response-unsigned",
    "well-formed-signature-accepted",
    "signature-over-prefixed-path",
    "crash-on-malformed-json",
    "redirects-instead-of-answering",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_mistake_is_one_cause() {
    let suite = suite();
    let mut text = String::new();
    for name in ONE {
        let report = report(&suite, &[name]).await;
        let causes = cause::of(&report);
        sound(&report, &causes);
        let _ = writeln!(text, "{name}");
        for cause in &causes {
            let _ = writeln!(text, "  {:?}, {} cases: {}", cause.verdict, cause.cases().count(), cause.title);
        }
    }
    insta::assert_snapshot!(text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_mistakes_are_not_one_cause() {
    let suite = suite();
    for pair in [
        ["access-token-refuses-128", "template-code-may-be-missing"],
        ["request-id-may-be-empty", "expired-token-accepted"],
        ["result-message-missing", "key-trimmed"],
        ["response-unsigned", "new-message-id-on-replay"],
        ["key-ignores-case", "header-names-case-sensitive"],
    ] {
        let both = report(&suite, &pair).await;
        let causes = cause::of(&both);
        sound(&both, &causes);
        // The cases that each fault breaks by itself do not stand in one cause.
        let mut own = Vec::new();
        for name in pair {
            let alone = report(&suite, &[name]).await;
            let broken = alone.cases.iter().filter(|case| case.finding.is_some());
            own.push(broken.map(|case| case.id.clone()).collect::<BTreeSet<_>>());
        }
        let only = |at: usize, id: &str| own[at].contains(id) && !own[1 - at].contains(id);
        for cause in &causes {
            let mixed =
                cause.cases().any(|case| only(0, &case.id)) && cause.cases().any(|case| only(1, &case.id));
            assert!(!mixed, "{pair:?} share the cause {:?}", cause.title);
        }
        assert!(causes.len() > 1, "{pair:?}");
    }
}

/// How many causes each fault of the lab has: `cargo test --test cause -- --ignored --nocapture`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "judges some 350 wallets"]
async fn figures() {
    let suite = Arc::new(Suite::chosen(&["family".to_owned()]).unwrap());
    let mut rows = Vec::new();
    for fault in faults() {
        let report = report(&suite, &[fault.name]).await;
        let causes = cause::of(&report);
        let groups: usize = causes.iter().map(|cause| cause.groups.len()).sum();
        rows.push((causes.len(), groups, fault.name));
    }
    rows.sort_unstable_by(|one, other| other.cmp(one));
    let mean = |of: fn(&(usize, usize, &str)) -> usize| {
        rows.iter().map(of).sum::<usize>() as f64 / rows.len() as f64
    };
    println!(
        "findings a fault {:.2}, causes a fault {:.2}; the worst:",
        mean(|row| row.1),
        mean(|row| row.0)
    );
    rows.iter().take(20).for_each(|(causes, groups, name)| println!("{causes} of {groups} {name}"));
}
