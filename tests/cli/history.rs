//! Cases that send programs of requests: what is found, how small it is, and that it can be sent again.

use crate::support::{Place, case};
use serde_json::Value;

/// How many requests a finding's script sends.
fn requests(finding: &Value) -> u64 {
    let copies = |step: &Value| match &step["times"] {
        Value::Object(times) => times.values().next().and_then(Value::as_u64).unwrap(),
        _ => 1,
    };
    finding["script"].as_array().unwrap().iter().map(copies).sum()
}

#[test]
fn a_missing_lock_is_found_made_small_and_found_again() {
    let place = Place::new();
    place.run("run --fault race-without-lock --only */history-overlap --report json=r.json").exit(1);
    let report = place.json("r.json");
    let finding = &case(&report, "sendInbox/idempotency/history-overlap")["finding"];
    assert!(requests(finding) <= 4, "{finding:#}");
    assert!(finding["repeats"]["failed"].as_u64().unwrap() >= 1, "{finding:#}");
    let decisive = finding["timeline"].as_array().unwrap().iter().filter(|moment| moment["decisive"] == true);
    assert_eq!(decisive.count(), 2, "{finding:#}");
    place.run("replay r.json sendInbox/idempotency/history-overlap").exit(1);
}

#[test]
fn what_breaks_one_after_the_other_takes_three_requests_at_most() {
    let place = Place::new();
    for fault in
        ["replay-delivers-again", "other-body-sends-again", "replay-without-message-id", "refusal-burns-key"]
    {
        place
            .run(&format!("run --fault {fault} --only */idempotency/* --skip */burst-* --report json=r.json"))
            .exit(1);
        let report = place.json("r.json");
        let broken: Vec<&Value> =
            report["cases"].as_array().unwrap().iter().filter(|case| !case["finding"].is_null()).collect();
        assert!(!broken.is_empty(), "{fault}");
        for case in broken {
            assert!(requests(&case["finding"]) <= 3, "{fault}: {case:#}");
            place.run(&format!("replay r.json {}", case["id"].as_str().unwrap())).exit(1);
        }
    }
}

#[test]
fn requests_to_two_paths_are_made_few_as_well() {
    let place = Place::new();
    place.run("run --suite sendInboxV2 --fault key-ignores-path --only */history-paths --report json=r.json");
    let report = place.json("r.json");
    assert_eq!(requests(&case(&report, "sendInboxV2/idempotency/history-paths")["finding"]), 2);
    place.run("replay r.json sendInboxV2/idempotency/history-paths").exit(1);
}

#[test]
fn a_timeline_stands_in_every_report_that_people_read() {
    let place = Place::new();
    let done = place
        .run("run --fault other-body-sends-again --only */twins-with-other-content --report markdown=r.md --report html=r.html")
        .exit(1);
    for page in [done.out, place.read("r.md"), place.read("r.html")] {
        assert!(page.contains("in every order") || page.contains("neither order"), "{page}");
        assert!(page.contains("key 1, content 2"), "{page}");
    }
}

#[test]
fn programs_that_cannot_be_made_are_refused() {
    let place = Place::new();
    let file = |programs: &str| {
        format!(
            "operation: sendInbox\ngroup: own\nlaw: idempotency\ncases:\n  - id: one\n    title: t\n    clause: c\n    \
             level: must\n    fix: f\n    programs: {programs}\n    expect: {{ rule: history }}\n"
        )
    };
    for (programs, said) in [
        ("{ requests: 1, keys: 1, kinds: [{}] }", "from 2 to 100 are possible"),
        ("{ requests: 4, keys: 0, kinds: [{}] }", "from 1 to 16 are possible"),
        ("{ requests: 4, keys: 1, kinds: [] }", "there is no kind of request"),
        ("{ requests: 4, keys: 1, kinds: [{ as: x }] }", "`as` is the program's own"),
        ("{ requests: 4, keys: 1, kinds: [{ sett: {} }] }", "sett"),
        ("{ requests: 4, keys: 1, kinds: [{ cut-after: 600000 }] }", "wait at most 60,000 ms"),
    ] {
        place.write("own.yaml", file(programs));
        let done = place.run("lint own.yaml").exit(2);
        assert!(done.err.contains(said) && done.err.contains("own.yaml:"), "{programs}: {}", done.err);
    }
    place.write("own.yaml", file("{ requests: 4, keys: 1, kinds: [{}] }"));
    place.run("lint own.yaml").exit(0);
}
