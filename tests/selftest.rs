//! Every fault of the reference wallet is noticed by a case that names it, and every correct variant of it is
//! left alone; so each law has a fault that makes it fail and correct targets that it does not touch.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use proofmark::case::select::Selection;
use proofmark::case::suite::Suite;
use proofmark::law::verdict::Verdict;
use proofmark::reference::{Settings, fault, faults, variants};
use proofmark::report::model::CaseReport;
use proofmark::selftest::{Scope, detection, judge, kill, nightly, smallest_budget, spare};
use std::collections::BTreeSet;
use std::sync::Arc;

fn suite() -> Arc<Suite> {
    Arc::new(Suite::builtin().expect("the built-in suite is sound"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_is_noticed_by_a_case_that_names_it() {
    let suite = suite();
    let mut survivors = Vec::new();
    for fault in faults() {
        let kill = kill(&suite, fault, Scope::Named, 1).await.unwrap();
        if !kill.is_noticed() {
            survivors.push(fault.name);
        }
    }
    assert!(survivors.is_empty(), "not noticed: {survivors:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_correct_wallet_is_left_alone() {
    let suite = suite();
    for variant in std::iter::once(None).chain(variants().iter().map(Some)) {
        // `selftest --seeds` takes as many as it is given.
        let seeds: &[u64] = if variant.is_none() { &[1, 2] } else { &[1] };
        for &seed in seeds {
            let spared = spare(&suite, variant, seed).await.unwrap();
            let name = variant.map_or("the wallet as it is", |variant| variant.name);
            assert!(spared.accused.is_empty(), "{name}, seed {seed}: {:?}", spared.accused);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn faults_add_up() {
    let suite = suite();
    for pair in [
        ["replay-refused", "access-token-accepts-129"],
        ["race-without-lock", "response-unsigned"],
        ["expired-token-accepted", "key-ignores-case"],
        ["wrong-charset", "crash-on-deep-nesting"],
    ] {
        let faults: Vec<_> = pair.iter().map(|name| fault(name).expect("a fault")).collect();
        let named: Vec<String> =
            faults.iter().flat_map(|fault| fault.noticed_by).map(|&glob| glob.to_owned()).collect();
        let selection = Selection::new(&named, &[], None, None).unwrap();
        let settings = Settings { faults: faults.clone(), ..Settings::default() };
        let report = judge(&suite, settings, &selection, 1).await.unwrap();
        for fault in faults {
            let globs =
                fault.noticed_by.iter().map(|glob| globset::Glob::new(glob).unwrap().compile_matcher());
            let noticed = |case: &&CaseReport| {
                matches!(case.verdict, Verdict::Fail | Verdict::Warn)
                    && globs.clone().any(|glob| glob.is_match(&case.id))
            };
            assert!(report.cases.iter().any(|case| noticed(&case)), "{} of {pair:?}", fault.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_race_is_detected_and_a_nightly_job_finds_what_it_has_room_for() {
    let suite = suite();
    let race = fault("race-without-lock").unwrap();
    let detection = detection(&suite, race, 2, 1).await.unwrap();
    assert_eq!((detection.runs, detection.noticed), (2, 2));
    let cheap = fault("put-accepted").unwrap();
    assert_eq!(smallest_budget(&suite, cheap, 1).await, Ok(Some(100)));
    assert_eq!(smallest_budget(&suite, race, 1).await, Ok(Some(500)));
    let never = fault("get-accepted").unwrap();
    let found = nightly(&[(cheap, Some(100)), (race, Some(500)), (never, None)]);
    let told: Vec<_> = found.iter().map(|one| (one.exchanges, one.found, one.missed.clone())).collect();
    let (race, never) = (race.name, never.name);
    assert_eq!(told, [(100, 1, vec![race, never]), (500, 2, vec![never]), (2_000, 2, vec![never])]);
}

#[test]
fn every_law_has_a_fault() {
    let broken: BTreeSet<&str> = faults().iter().map(|fault| fault.law).collect();
    for law in ["shape", "status", "code", "idempotency", "header", "robustness"] {
        assert!(broken.contains(law), "no fault breaks the law {law}");
    }
}

#[test]
fn every_pattern_of_a_fault_names_a_case() {
    let suite = suite();
    for fault in faults() {
        for pattern in fault.noticed_by {
            let glob = globset::Glob::new(pattern).expect("a pattern").compile_matcher();
            let named = suite.cases.iter().any(|case| glob.is_match(&case.id));
            assert!(named, "{}: no case is called {pattern}", fault.name);
        }
    }
}
