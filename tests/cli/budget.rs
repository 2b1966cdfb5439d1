//! `--exchanges`: which cases a run has room for, and what it may then say.

use crate::listener::{Listener, Manner};
use crate::support::{Place, ids};
use serde_json::Value;
use std::collections::BTreeSet;

fn report(place: &Place, line: &str, code: i32) -> Value {
    place.run(&format!("run {line} --report json=r.json")).exit(code);
    place.json("r.json")
}

/// What must not depend on how many cases run at once: of each case the verdict, its reason, its requests.
fn steady(report: &Value) -> Vec<String> {
    let cases = report["cases"].as_array().unwrap().iter();
    cases
        .map(|case| {
            format!("{} {} {} {}", case["id"], case["verdict"], case["exchanges"], case["finding"]["summary"])
        })
        .collect()
}

#[test]
fn what_has_no_room_is_left_out_and_nothing_is_claimed_of_it() {
    let place = Place::new();
    let report = report(&place, "--exchanges 100", 3);
    assert_eq!(report["verdict"], "undecided");
    let sent = report["exchanges"].as_u64().unwrap();
    // One is the greeting.
    assert!((90..=99).contains(&sent), "{sent}");
    let cases = report["cases"].as_array().unwrap();
    let skipped = ids(&report, "skipped");
    assert!(!skipped.is_empty() && ids(&report, "pass").len() > 70, "{skipped:?}");
    for case in cases {
        let left_out = case["left_out"] == true;
        assert_eq!(left_out, case["verdict"] == "skipped", "{case}");
        if left_out {
            assert_eq!(case["reason"], "the exchange budget of 100 went to other cases");
            assert_eq!(case["exchanges"], 0);
        }
    }
    for law in ["shape", "status", "code", "idempotency", "header", "robustness"] {
        assert!(cases.iter().any(|case| case["law"] == law && case["left_out"] != true), "{law}");
    }
}

#[test]
fn a_budget_with_room_for_all_changes_nothing() {
    let place = Place::new();
    let whole = report(&place, "", 0);
    let same = report(&place, "--exchanges 100000", 0);
    assert_eq!(steady(&whole), steady(&same));
    assert_eq!(same["verdict"], "conforms");
}

#[test]
fn a_larger_budget_judges_whatever_a_smaller_one_judges() {
    let place = Place::new();
    let judged = |budget: usize| -> BTreeSet<String> {
        let line = format!("run --exchanges {budget} --report json=r.json");
        place.run(&line);
        let report = place.json("r.json");
        let cases = report["cases"].as_array().unwrap().iter().filter(|case| case["left_out"] != true);
        cases.map(|case| case["id"].as_str().unwrap().to_owned()).collect()
    };
    let (least, less, all) = (judged(100), judged(500), judged(2_000));
    assert!(least.is_subset(&less) && less.is_subset(&all));
    assert!(least.len() < less.len() && less.len() < all.len());
}

#[test]
fn what_is_broken_is_found_all_the_same() {
    let place = Place::new();
    let report = report(&place, "--exchanges 100 --fault crash-on-empty-body", 1);
    assert_eq!(report["verdict"], "fails");
    assert_eq!(ids(&report, "fail"), ["sendInbox/robustness/empty-body"]);
}

#[test]
fn concurrency_chooses_no_cases() {
    let place = Place::new();
    // Sound; with searches for smaller requests; with every request sent again as often as the contract allows.
    for fault in
        ["", "--fault access-token-accepts-129 --fault counts-utf8-bytes", "--fault never-settles-unknown"]
    {
        let of = |concurrency: usize| {
            // A burst needs leave for several requests at once.
            let skip = "--skip */burst-* --skip */twin*";
            let line = format!(
                "run --exchanges 300 --concurrency {concurrency} {skip} --report json=r.json {fault}"
            );
            place.run(&line);
            place.json("r.json")
        };
        let (one, many) = (of(1), of(16));
        assert_eq!(steady(&one), steady(&many), "{fault}");
        assert!(one["exchanges"].as_u64().unwrap() <= 299, "{fault}");
    }
}

#[test]
fn the_target_sees_no_more_than_the_budget() {
    let place = Place::new();
    for budget in [1, 7, 40] {
        let listener = Listener::start(Manner::Refuse);
        place.run(&format!("run --target {} --exchanges {budget}", listener.url));
        assert!(listener.requests().len() <= budget, "{budget}: {}", listener.requests().len());
    }
}

#[test]
fn a_nightly_job_compares_its_part_with_the_accepted_whole() {
    let place = Place::new();
    place.run("run --snapshot a.snap").exit(0);
    let done = place.run("run --exchanges 300 --snapshot a.snap").exit(0);
    assert!(done.out.contains("nothing changed since a.snap"), "{}", done.out);
    place.run("run --exchanges 300 --snapshot a.snap --fault crash-on-empty-body").exit(1);
    assert!(!place.has("a.snap.new"), "a part never takes the place of the whole");
    let done = place.run("run --exchanges 300 --snapshot b.snap").exit(3);
    assert!(done.err.contains("the exchange budget left cases out"), "{}", done.err);
    assert!(!place.has("b.snap"));
}

#[test]
fn a_profile_may_name_the_budget() {
    let place = Place::new();
    place.write("proofmark.toml", "[profile.nightly.limits]\nexchanges = 50\n");
    assert!(report(&place, "--profile nightly", 3)["exchanges"].as_u64().unwrap() < 50);
    place.run("run --profile nightly --exchanges 5000").exit(0);
    place.write("proofmark.toml", "[limits]\nexchanges = 0\n");
    assert!(place.run("run").exit(2).err.contains("limits.exchanges"));
    assert!(place.run("run --exchanges 0").exit(2).err.contains("--exchanges"));
}
