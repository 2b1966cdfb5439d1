//! Each suite of the family holds against the reference wallet, and each of its faults is noticed.

use proofmark::case::select::Selection;
use proofmark::case::suite::Suite;
use proofmark::law::verdict::Verdict;
use proofmark::reference::{Settings, faults, variant};
use proofmark::report::model::CaseReport;
use proofmark::selftest::{Scope, judge, kill, spare};
use std::sync::Arc;

/// The suites that are judged here, and how the names of their faults begin.
const SUITES: [(&str, &str); 7] = [
    ("sendInboxV2", "v2-"),
    ("sendMessage", "message-"),
    ("platformSend", "platform-"),
    ("pay", "pay-"),
    ("inquiryPayment", "inquiry-payment-"),
    ("refund", "refund-"),
    ("inquiryRefund", "inquiry-refund-"),
];

fn suite(names: &[&str]) -> Arc<Suite> {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    Arc::new(Suite::chosen(&names).expect("the built-in suites are sound"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_suite_holds_and_is_decided() {
    for (name, _) in SUITES {
        let report = judge(&suite(&[name]), Settings::default(), &Selection::default(), 1).await.unwrap();
        assert!(report.cases.len() > 60, "{name} has {} cases", report.cases.len());
        // What asks for an outcome that this wallet never has cannot be decided, nor what is refused either way.
        let open = ["never answered", "both are refused", "the request is not refused"];
        let decided = |case: &&CaseReport| {
            let undecided = case.verdict == Verdict::Inconclusive;
            case.verdict == Verdict::Pass || undecided && open.iter().any(|why| case.reason.contains(why))
        };
        let others: Vec<_> = report.cases.iter().filter(|case| !decided(case)).collect();
        assert!(others.is_empty(), "{name}: {others:#?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_contract_has_faults_that_are_all_noticed() {
    let all: Vec<&str> = SUITES.iter().map(|(name, _)| *name).collect();
    let suite = suite(&all);
    for (name, prefix) in SUITES {
        let own: Vec<_> = faults()
            .iter()
            .filter(|fault| fault.name.starts_with(prefix) && fault.noticed_by[0].starts_with(name))
            .collect();
        assert!(own.len() >= 5, "{name} has {} faults", own.len());
        for fault in own {
            let kill = kill(&suite, fault, Scope::Named, 1).await.unwrap();
            assert!(kill.is_noticed(), "{} is not noticed; besides: {:?}", fault.name, kill.besides);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn payments_may_be_answered_in_more_ways_than_one() {
    let suite = suite(&["pay"]);
    for name in ["pays-at-once", "form-by-demo-name", "accept-then-late-success", "unknown-then-success"] {
        let spared = spare(&suite, Some(variant(name).unwrap()), 1).await.unwrap();
        assert!(spared.accused.is_empty(), "{name}: {:?}", spared.accused);
    }
}
