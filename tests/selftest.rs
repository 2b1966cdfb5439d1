//! Every fault of the reference wallet is noticed by a case that names it, and every correct variant of it is
//! left alone; so each law has a fault that makes it fail and correct targets that it does not touch.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use proofmark::case::suite::Suite;
use proofmark::reference::{faults, variants};
use proofmark::selftest::{Scope, kill, spare};
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
        for seed in [1, 2] {
            let spared = spare(&suite, variant, seed).await.unwrap();
            let name = variant.map_or("the wallet as it is", |variant| variant.name);
            assert!(spared.accused.is_empty(), "{name}, seed {seed}: {:?}", spared.accused);
        }
    }
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
