//! `merge`, `accept`, `diff` and `replay`: reports from files.

use crate::support::{Place, Serve};

const ID: &str = "sendInbox/request/requestId/maxLength/above";
const FAULT: &str = "--fault request-id-accepts-129";

/// A report with one finding.
fn broken(place: &Place, more: &str) {
    place.run(&format!("run --only */requestId/maxLength/* {more} --report json=r.json")).exit(1);
}

#[track_caller]
fn refused(place: &Place, line: &str, wanted: &[&str]) {
    let before = place.files();
    let done = place.run(line).exit(2);
    assert!(done.err.starts_with("error: ") && done.out.is_empty(), "{line}: {}", done.all());
    for word in wanted {
        assert!(done.err.contains(word), "{line}: no `{word}` in {}", done.err);
    }
    assert_eq!(place.files(), before, "{line}");
}

#[test]
fn what_is_no_report_is_refused() {
    let place = Place::new();
    broken(&place, FAULT);
    let text = place.read("r.json");
    place.write("text.json", "no JSON");
    place.write("half.json", &text[..text.len() / 2]);
    place.write("other.json", r#"{"format": "something/1"}"#);
    place.write("field.json", text.replace("\"verdict\": \"fail\"", "\"verdict\": \"broken\""));
    place.write("twice.json", text.replace("requestId/maxLength/near", "requestId/maxLength/above"));
    for (file, wanted) in [
        ("none.json", &["none.json", "--report json"][..]),
        ("text.json", &["text.json:1"]),
        ("half.json", &["half.json:"]),
        ("other.json", &["something/1", "proofmark.report/1"]),
        ("field.json", &["cases[", "broken"]),
        ("twice.json", &["twice.json: at `cases[", "].id`: there is a case of that name before it"]),
    ] {
        refused(&place, &format!("diff r.json {file}"), wanted);
        refused(&place, &format!("diff {file} r.json"), wanted);
        refused(&place, &format!("accept {file} --snapshot a.snap"), wanted);
        refused(&place, &format!("merge {file} --report json=m.json"), wanted);
        refused(&place, &format!("replay {file} {ID}"), wanted);
    }
    refused(&place, "accept r.json --snapshot none/a.snap", &["none/a.snap"]);
    refused(&place, "accept r.json", &["--snapshot"]);
}

#[test]
fn shards_of_different_runs_are_not_merged() {
    let place = Place::new();
    let shard = |name: &str, shard: &str, more: &str| {
        let line = format!("run --only */requestId/maxLength/* --shard {shard} {more} --report json={name}");
        assert!(matches!(place.run(&line).code, Some(0 | 1)), "{name}");
    };
    shard("1.json", "1/2", "");
    shard("2.json", "2/2", "");
    shard("seed.json", "2/2", "--seed 5");
    shard("fault.json", "2/2", FAULT);
    shard("three.json", "2/3", "");
    place.run("run --only */requestId/maxLength/* --report json=whole.json").exit(0);
    for (line, wanted) in [
        ("merge 1.json --report json=m.json", &["2/2", "missing"][..]),
        ("merge 1.json 1.json --report json=m.json", &["both shard 1/2"]),
        ("merge 1.json seed.json --report json=m.json", &["the seed", "1.json", "seed.json"]),
        ("merge 1.json fault.json --report json=m.json", &["the target", "request-id-accepts-129"]),
        ("merge 1.json three.json --report json=m.json", &["the number of shards"]),
        ("merge whole.json --report json=m.json", &["whole.json is no shard"]),
        ("merge 1.json 2.json --report json=none/m.json", &["no folder none"]),
        ("merge 1.json 2.json --report json=m --report har=m", &["one file"]),
        ("merge 1.json 2.json", &["--report"]),
        ("merge --report json=m.json", &["SHARD.json"]),
    ] {
        refused(&place, line, wanted);
    }
    place.run("merge 1.json 2.json --report json=m.json").exit(0);
}

#[test]
fn a_finding_is_replayed_against_the_embedded_wallet() {
    let place = Place::new();
    broken(&place, FAULT);
    let done = place.run(&format!("replay r.json {ID}")).exit(1);
    assert!(done.out.starts_with(&format!("still broken: {ID}\n")), "{}", done.out);
    let done = place.run(&format!("replay r.json {ID} --fault put-accepted")).exit(0);
    assert!(done.out.starts_with(&format!("holds now: {ID}\n")), "{}", done.out);
    refused(&place, &format!("replay r.json {ID} --fault nope"), &["nope"]);
}

#[test]
fn a_finding_is_replayed_over_the_network() {
    let place = Place::new();
    let faulty = Serve::start(&place, FAULT);
    let config = "--config conf/proofmark.toml";
    broken(&place, config);
    let target = faulty.url.clone();
    place.run(&format!("replay r.json {ID} {config}")).exit(1);
    place.run(&format!("replay r.json {ID} {config} --target {target}")).exit(1);
    let mended = Serve::start(&place, "");
    let done = place.run(&format!("replay r.json {ID} {config} --target {}", mended.url)).exit(0);
    assert!(done.out.starts_with("holds now"), "{}", done.out);
    // Without the token that the case needs nothing can be said, and nothing is sent.
    refused(&place, &format!("replay r.json {ID} --target {target}"), &["tokens.valid", "--config"]);
    drop(faulty);
    let done = place.run(&format!("replay r.json {ID} {config} --target {target}")).exit(3);
    assert!(done.out.starts_with("undecided"), "{}", done.all());
}

#[test]
fn what_cannot_be_replayed_is_refused() {
    let place = Place::new();
    broken(&place, FAULT);
    refused(&place, "replay r.json sendInbox/request/requestId/maxLength/abov", &["did you mean", ID]);
    refused(&place, "replay r.json zzz", &["zzz"]);
    refused(&place, "replay r.json sendInbox/request/requestId/maxLength/at", &["no finding", "pass"]);
    refused(&place, "replay r.json", &["CASE_ID"]);
    refused(&place, &format!("replay r.json {ID} --target ftp://host"), &["ftp://host"]);
}
