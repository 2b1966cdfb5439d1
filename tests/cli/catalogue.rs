//! `list`, `explain`, `faults` and `selftest`.

use crate::support::Place;
use serde_json::Value;
use std::collections::BTreeSet;

fn cases(place: &Place) -> Vec<Value> {
    let done = place.run("list --format json").exit(0);
    assert_eq!(done.err, "");
    serde_json::from_str(&done.out).unwrap()
}

#[test]
fn the_list_says_the_same_in_both_formats() {
    let place = Place::new();
    let cases = cases(&place);
    let text = place.run("list").exit(0).out;
    assert!(text.ends_with(&format!("{} cases\n", cases.len())));
    let mut ids = BTreeSet::new();
    for case in &cases {
        let field = |name: &str| case[name].as_str().unwrap_or_else(|| panic!("{name} of {case}"));
        assert!(ids.insert(field("id").to_owned()), "{} is listed twice", field("id"));
        for name in ["id", "title", "clause"] {
            assert!(!field(name).is_empty() && text.contains(field(name)), "{name} of {case}");
        }
        assert!(["must", "should", "may"].contains(&field("level")), "{case}");
        let laws = ["shape", "status", "code", "idempotency", "header", "robustness"];
        assert!(laws.contains(&field("law")), "{case}");
        assert!(case["needs"].is_array(), "{case}");
    }
    for id in ["sendInbox/request/accessToken/maxLength/above", "sendInbox/idempotency/replay-same-result"] {
        assert!(ids.contains(id), "{id} is promised");
    }
}

#[test]
fn a_list_is_narrowed_and_split() {
    let place = Place::new();
    let count = |line: &str| -> usize {
        let done = place.run(&format!("list --format json {line}")).exit(0);
        serde_json::from_str::<Vec<Value>>(&done.out).unwrap().len()
    };
    let all = cases(&place).len();
    assert_eq!((1..=4).map(|shard| count(&format!("--shard {shard}/4"))).sum::<usize>(), all);
    let some = count("--only */idempotency/*");
    assert!(some > 0 && some < all);
    assert_eq!(count("--skip */idempotency/*"), all - some);
    assert_eq!(count("--only */idempotency/* --only */header/* --skip */header/*"), some);
    assert!(place.run("list --only nothing").exit(2).err.contains("no case"));
}

#[test]
fn every_case_is_explained() {
    let place = Place::new();
    let cases = cases(&place);
    for case in &cases {
        let id = case["id"].as_str().unwrap();
        let done = place.run(&format!("explain {id}")).exit(0);
        assert!(done.out.starts_with(&format!("{id}\n")), "{id}: {}", done.out);
        for wanted in [case["clause"].as_str().unwrap(), case["title"].as_str().unwrap()] {
            assert!(done.out.contains(wanted), "{id}: no `{wanted}` in {}", done.out);
        }
        for heading in ["what is sent", "what is accepted", "how to mend"] {
            assert!(done.out.contains(heading), "{id}: no `{heading}` in {}", done.out);
        }
        assert_eq!(done.err, "", "{id}");
    }
}

#[test]
fn an_explanation_reads_well() {
    let place = Place::new();
    let of = |id: &str| place.run(&format!("explain {id}")).exit(0).out;
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(of("sendInbox/request/accessToken/maxLength/above"));
        insta::assert_snapshot!(of("sendInbox/idempotency/replay-same-result"));
    });
}

#[test]
fn an_unknown_case_is_answered_with_the_nearest() {
    let place = Place::new();
    let done = place.run("explain sendInbox/request/accesToken/maxLength/abov").exit(2);
    assert!(done.err.contains("did you mean sendInbox/request/accessToken/maxLength/above?"), "{}", done.err);
    let done = place.run("explain zzz").exit(2);
    assert!(done.err.contains("proofmark list") && !done.err.contains("did you mean"), "{}", done.err);
}

#[test]
fn every_fault_names_cases_that_exist() {
    let place = Place::new();
    for suite in ["", " --suite family"] {
        faults_name_cases(&place, suite);
    }
}

fn faults_name_cases(place: &Place, suite: &str) {
    let listed = place.run(&format!("list --format json{suite}")).exit(0);
    let listed: Vec<Value> = serde_json::from_str(&listed.out).unwrap();
    let ids: Vec<String> = listed.iter().map(|case| case["id"].as_str().unwrap().to_owned()).collect();
    let done = place.run(&format!("faults --format json{suite}")).exit(0);
    let faults: Vec<Value> = serde_json::from_str(&done.out).unwrap();
    let text = place.run(&format!("faults{suite}")).exit(0).out;
    let mut names = BTreeSet::new();
    let mut laws = BTreeSet::new();
    for fault in &faults {
        let name = fault["name"].as_str().unwrap();
        assert!(names.insert(name), "{name} is listed twice");
        laws.insert(fault["law"].as_str().unwrap());
        assert!(text.contains(name) && text.contains(fault["breaks"].as_str().unwrap()), "{name}");
        let noticing = fault["noticed_by"].as_array().unwrap();
        assert!(!noticing.is_empty(), "{name}");
        let matches = |glob: &Value| {
            let glob = globset::Glob::new(glob.as_str().unwrap()).unwrap().compile_matcher();
            ids.iter().any(|id| glob.is_match(id))
        };
        assert!(noticing.iter().any(matches), "{name} names {noticing:?}");
    }
    assert!(faults.len() >= 25, "{}", faults.len());
    assert_eq!(laws, BTreeSet::from(["shape", "status", "code", "idempotency", "header", "robustness"]));
}

#[test]
fn a_selftest_of_one_fault_and_one_variant() {
    let place = Place::new();
    let done = place.run("selftest --only crash-on-empty-body").exit(0);
    for said in [
        "noticed   crash-on-empty-body",
        "noticed by one case only: 1 of 1 faults",
        "100 exchanges: 1 of 1 (100 %)",
        "1 of 1 faults noticed (100 %); 0 of 0 correct wallets",
    ] {
        assert!(done.out.contains(said), "no `{said}` in {}", done.out);
    }
    let done = place.run("selftest --only crash-on-empty-body --format json").exit(0);
    let matrix: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(matrix["faults"][0]["fault"], "crash-on-empty-body");
    assert_eq!(matrix["faults"][0]["killed"], true);
    assert_eq!(matrix["sole"][0]["case"], "sendInbox/robustness/empty-body");
    assert_eq!(matrix["budgets"][2]["found"], 1);
    assert_eq!(matrix["races"], serde_json::json!([]));
    let done =
        place.run("selftest --only lock-per-connection --only slow-answers --repeats 2 --seeds 2").exit(0);
    for said in [
        "correct   slow-answers",
        "lock-per-connection",
        "2 of 2",
        "1 correct wallets failed or warned with 2 seeds",
    ] {
        assert!(done.out.contains(said), "no `{said}` in {}", done.out);
    }
    assert!(place.run("selftest --only nope").exit(2).err.contains("nope"));
    assert!(place.run("selftest --only crash-on-empty-body --only nope").exit(2).err.contains("nope"));
}

#[test]
fn every_exit_code_is_explained() {
    let place = Place::new();
    let all = place.run("explain exit-codes").exit(0).out;
    for code in [0, 1, 2, 3, 4, 130] {
        let one = place.run(&format!("explain {code}")).exit(0).out;
        assert!(one.starts_with(&format!("exit code {code}\n")), "{one}");
        assert!(all.contains(&one), "{code}");
        assert!(place.run("--help").exit(0).out.contains(&code.to_string()), "{code}");
    }
    let unknown = place.run("explain 7").exit(2).err;
    assert!(unknown.contains("0, 1, 2, 3, 4, 130") && unknown.contains("explain exit-codes"), "{unknown}");
}
