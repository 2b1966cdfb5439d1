//! Every fault of the reference wallet is noticed by a case that names it, and every correct variant of it is
//! left alone; so each law has a fault that makes it fail and correct targets that it does not touch.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use proofmark::case::select::Selection;
use proofmark::case::suite::Suite;
use proofmark::law::verdict::Verdict;
use proofmark::reference::{Settings, dialects, fault, faults, variant, variants};
use proofmark::report::model::{CaseReport, RowState};
use proofmark::selftest::{Scope, detection, judge, kill, nightly, smallest_budget, spare, spare_in};
use std::collections::BTreeSet;
use std::sync::Arc;

fn suite() -> Arc<Suite> {
    Arc::new(Suite::builtin().expect("the built-in suite is sound"))
}

fn family() -> Arc<Suite> {
    Arc::new(Suite::chosen(&["family".to_owned()]).expect("the built-in suites are sound"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_is_noticed_by_a_case_that_names_it() {
    let suite = family();
    let mut survivors = Vec::new();
    for fault in faults() {
        // Two requests may miss each other on a busy machine. How often a race is noticed, `selftest --repeats` says.
        let seeds: &[u64] = if fault.race { &[1, 2, 3] } else { &[1] };
        let mut noticed = false;
        for &seed in seeds {
            noticed = noticed || kill(&suite, fault, Scope::Named, seed).await.unwrap().is_noticed();
        }
        if !noticed {
            survivors.push(fault.name);
        }
    }
    assert!(survivors.is_empty(), "not noticed: {survivors:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_correct_wallet_is_left_alone() {
    let suite = family();
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
async fn the_wallet_is_left_alone_in_every_dialect() {
    let files = proofmark::contract::dialect::Dialect::names();
    let spoken: Vec<&str> = dialects().iter().map(|dialect| dialect.name).collect();
    assert_eq!(files.len(), spoken.len());
    for dialect in dialects() {
        assert!(files.iter().any(|name| name == dialect.name), "no file for {}", dialect.name);
        let spared = spare_in(dialect, 1).await.unwrap();
        assert!(spared.accused.is_empty(), "{}: {:?}", dialect.name, spared.accused);
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
    let cheap = fault("crash-on-empty-body").unwrap();
    assert_eq!(smallest_budget(&suite, cheap, 1).await, Ok(Some(100)));
    let dear = fault("put-accepted").unwrap();
    assert_eq!(smallest_budget(&suite, dear, 1).await, Ok(Some(500)));
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
    let suite = family();
    for fault in faults() {
        for pattern in fault.noticed_by {
            let glob = globset::Glob::new(pattern).expect("a pattern").compile_matcher();
            let named = suite.cases.iter().any(|case| glob.is_match(&case.id));
            assert!(named, "{}: no case is called {pattern}", fault.name);
        }
    }
}

/// A rate limit slows a run down and says nothing of the wallet behind it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rate_limit_changes_no_verdict() {
    let suite = suite();
    let verdicts = async |variants| {
        let settings = Settings { variants, ..Settings::default() };
        let report = judge(&suite, settings, &Selection::default(), 3).await.unwrap();
        let of: Vec<_> = report.cases.into_iter().map(|case| (case.id, case.verdict)).collect();
        (of, report.coverage)
    };
    let (plain, _) = verdicts(Vec::new()).await;
    for name in ["limits-rate-by-code", "limits-rate-by-429"] {
        let (limited, coverage) = verdicts(vec![variant(name).unwrap()]).await;
        let differ: Vec<_> = limited.iter().zip(&plain).filter(|(one, other)| one != other).collect();
        assert!(differ.is_empty(), "{name}: {differ:?}");
        let traffic = coverage.codes.iter().find(|row| row.code == "REQUEST_TRAFFIC_EXCEED_LIMIT").unwrap();
        assert_eq!(traffic.seen > 0, name == "limits-rate-by-code", "{traffic:?}");
    }
}

/// The rows of the status table and of the code catalogue: right, wrong, never provoked, not provokable.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn coverage_tells_what_came_of_each_row() {
    use RowState::{NeverProvoked, NotProvokable, ProvokedRight, ProvokedWrong};
    let suite = suite();
    let selection = Selection::new(&["sendInbox/{status,code}/*".to_owned()], &[], None, None).unwrap();
    let codes = ["SUCCESS", "INVALID_ACCESS_TOKEN", "ACCESS_TOKEN_NOT_COVER_THE_SCOPE", "INVALID_API"];
    for (faults, variants, expected, a) in [
        (vec![], vec![], [ProvokedRight, ProvokedRight, ProvokedRight, NeverProvoked], NotProvokable),
        (
            vec!["unscoped-token-accepted"],
            vec![],
            [ProvokedRight, ProvokedRight, ProvokedWrong, NeverProvoked],
            NotProvokable,
        ),
        (
            vec!["scope-error-as-invalid-token"],
            vec![],
            [ProvokedRight, ProvokedRight, ProvokedWrong, NeverProvoked],
            NotProvokable,
        ),
        (
            vec!["success-with-other-code"],
            vec![],
            [ProvokedWrong, ProvokedRight, ProvokedRight, NeverProvoked],
            NotProvokable,
        ),
        (
            vec![],
            vec!["accept-then-success"],
            [ProvokedRight, ProvokedRight, ProvokedRight, NeverProvoked],
            ProvokedRight,
        ),
    ] {
        let name = format!("{faults:?} {variants:?}");
        let settings = Settings {
            faults: faults.into_iter().map(|name| fault(name).unwrap()).collect(),
            variants: variants.into_iter().map(|name| variant(name).unwrap()).collect(),
            ..Settings::default()
        };
        let coverage = judge(&suite, settings, &selection, 1).await.unwrap().coverage;
        for (code, state) in codes.iter().zip(expected) {
            let row = coverage.codes.iter().find(|row| row.code == *code).unwrap();
            assert_eq!(row.state, Some(state), "{name}: {row:?}");
        }
        let status = |name| coverage.statuses.iter().find(|row| row.status == name).unwrap();
        assert_eq!((status("A").state, status("U").state), (Some(a), Some(NotProvokable)), "{name}");
        let silent = coverage.codes.iter().chain([]).filter(|row| row.state == Some(NotProvokable));
        assert!(silent.clone().count() > 3 && silent.clone().all(|row| row.unprovokable.is_some()), "{name}");
    }
}
