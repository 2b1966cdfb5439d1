//! Dialects: how a wallet speaks is data, a run names it, and the wrong one is found out.

use crate::support::{Done, Place, Serve, case, ids};
use serde_json::Value;

/// Cases that depend on how a wallet speaks.
const TELLING: &str =
    "--only sendInbox/wire/* --only sendInbox/header/* --only sendInbox/code/* --only sendInbox/status/*";
/// A dialect that differs from the default one in the address, and in how signatures are written.
const OWN: &str = r#"format: proofmark.dialect/1
id: mine
title: a wallet of ours
operations: [sendInbox]
changes:
  - { at: /servers, to: [{ url: /acl/api }], source: our gateway }
  - { at: "/paths/*/post/x-proofmark/signing/encoding", to: base64url, source: our gateway }
  - { at: "/paths/*/post/x-proofmark/signing/answers", to: [base64url], source: our gateway }
"#;

fn names(place: &Place) -> Vec<String> {
    let listed = place.run("list --dialect --format json").exit(0);
    let list: Value = serde_json::from_str(&listed.out).unwrap();
    list.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_wallet_conforms_in_every_dialect_that_is_shipped() {
    let place = Place::new();
    let names = names(&place);
    assert_eq!(names[0], "default");
    assert!(names.len() >= 7, "{names:?}");
    for name in names {
        place.run(&format!("run --dialect {name} {TELLING} --report json=r.json")).exit(0);
        let report = place.json("r.json");
        assert_eq!(report["suite"]["dialect"], name.as_str());
        assert_eq!(ids(&report, "fail").len() + ids(&report, "warn").len(), 0, "{name}");
        assert!(ids(&report, "pass").len() > 80, "{name}: {}", report["totals"]);
    }
}

#[test]
fn every_shipped_dialect_is_sound() {
    let place = Place::new();
    let folder = format!("{}/schemas/dialects", env!("CARGO_MANIFEST_DIR"));
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path().display().to_string();
        let done = Done::from(place.command(&["lint", &path]).output().unwrap()).exit(0);
        assert_eq!(done.out, format!("{path}: no problems\n"));
    }
}

#[test]
fn the_family_conforms_in_a_dialect_with_a_base_path() {
    let place = Place::new();
    let line = "run --suite family --dialect tng --only */header/* --only */status/* --report json=r.json";
    let done = place.run(line).exit(0);
    assert!(done.err.contains("not documented by the sources of the dialect tng"), "{}", done.err);
    let report = place.json("r.json");
    assert_eq!(ids(&report, "fail").len() + ids(&report, "warn").len(), 0);
    assert!(ids(&report, "pass").len() > 100, "{}", report["totals"]);
}

#[test]
fn the_wrong_dialect_is_found_out_and_the_configured_one_is_right() {
    let place = Place::new();
    let run = |more: &str| place.run(&format!("run {TELLING} --report json=r.json {more}"));
    let serve = Serve::start(&place, "--dialect tng");
    run("--config conf/proofmark.toml").exit(0);
    assert_eq!(place.json("r.json")["suite"]["dialect"], "tng");
    run("--config conf/proofmark.toml --dialect qi").exit(1);
    let wrong = case(&place.json("r.json"), "sendInbox/status/success").clone();
    assert_eq!(wrong["finding"]["observed"], "HTTP 404, status F, code INVALID_API");
    drop(serve);
    let serve = Serve::start(&place, "--dialect alipay-connect");
    place.write("near.yaml", OWN.replace("/acl/api", "/api/open"));
    run("--config conf/proofmark.toml --dialect near.yaml").exit(1);
    let report = place.json("r.json");
    let misencoded = case(&report, "sendInbox/header/response-signature");
    assert_eq!(misencoded["finding"]["expected"], "the signature in base64url");
    assert_eq!(misencoded["finding"]["observed"], "the signature in url-encoded-base64");
    drop(serve);
}

#[test]
fn a_dialect_is_named_by_the_configuration_by_a_profile_and_by_the_command_line() {
    let place = Place::new();
    let serve = Serve::start(&place, "--dialect tng");
    place.write("conf/mine.yaml", OWN);
    let text = place.read("conf/proofmark.toml").replace("\"tng\"", "\"mine.yaml\"");
    place.write("conf/proofmark.toml", format!("{text}[profile.other.target]\ndialect = \"rebell\"\n"));
    let run = |more: &str| {
        let only = "--only */status/success --report json=r.json";
        let done = place.run(&format!("run --config conf/proofmark.toml {only} {more}"));
        (done.code, place.json("r.json")["suite"]["dialect"].as_str().unwrap().to_owned())
    };
    assert_eq!(run(""), (Some(0), "mine".to_owned()));
    assert_eq!(run("--profile other"), (Some(1), "rebell".to_owned()));
    assert_eq!(run("--profile other --dialect tng"), (Some(0), "tng".to_owned()));
    place.write("conf/proofmark.toml", text.replace("mine.yaml", "missing"));
    let done = place.run("run --config conf/proofmark.toml").exit(2);
    assert!(done.err.contains("missing") && done.err.contains("rebell"), "{}", done.err);
    drop(serve);
}

#[test]
fn a_documented_window_is_demanded() {
    let place = Place::new();
    let run = |fault: &str| {
        let only = "--only sendInbox/wire/time-* --only sendInbox/header/request-time-*";
        place.run(&format!("run --dialect rebell --fault {fault} {only} --report json=r.json")).exit(1);
        ids(&place.json("r.json"), "fail")
    };
    let stale = ["sendInbox/header/request-time-stale", "sendInbox/wire/time-beyond-window"];
    assert_eq!(run("stale-time-accepted"), stale);
    assert_eq!(run("request-time-window-too-narrow"), ["sendInbox/wire/time-within-window"]);
    let list = place.run("list --only */wire/time-*").exit(0);
    assert!(!list.out.contains("window"), "no window is documented by default");
}

#[test]
fn documented_statuses_are_demanded() {
    let place = Place::new();
    let serve = Serve::start(&place, "");
    let line = "run --config conf/proofmark.toml --only sendInbox/header/signature-* --report json=r.json";
    place.run(&format!("{line} --dialect rebell")).exit(1);
    let report = place.json("r.json");
    let finding = &case(&report, "sendInbox/header/signature-wrong")["finding"];
    assert_eq!(finding["expected"], "an answer with HTTP 401, 403 and an outcome");
    drop(serve);
    let serve = Serve::start(&place, "--dialect rebell");
    place.run(&format!("{line} --only */code/* --dialect default")).exit(1);
    let report = place.json("r.json");
    let finding = &case(&report, "sendInbox/code/invalid-token")["finding"];
    assert_eq!(finding["observed"], "HTTP 401, status F, code INVALID_ACCESS_TOKEN");
    drop(serve);
}

#[test]
fn whether_answers_are_signed_decides_how_binding_their_signature_is() {
    let place = Place::new();
    let (head, _) = OWN.split_once("  - ").unwrap();
    let dialect = |how: &str| {
        let change = format!(
            "  - {{ at: \"/paths/*/post/x-proofmark/signing/responses\", to: {how}, source: our gateway }}\n"
        );
        place.write("d.yaml", format!("{head}{change}"));
    };
    let verdict = |how: &str| {
        dialect(how);
        let line = "run --dialect d.yaml --fault response-unsigned --only */header/response-signature";
        let done = place.run(&format!("{line} --report json=r.json"));
        assert!(done.err.contains("does not know the dialect mine"), "{}", done.err);
        (done.code, ids(&place.json("r.json"), "warn").len())
    };
    assert_eq!(verdict("must"), (Some(1), 0));
    assert_eq!(verdict("should"), (Some(0), 1));
    dialect("not");
    let done = place.run("list --dialect d.yaml --only */header/response-signature").exit(2);
    assert!(done.err.contains("matches no case"), "{}", done.err);
}

#[test]
fn a_finding_is_replayed_in_its_dialect() {
    let place = Place::new();
    let id = "sendInbox/request/requestId/maxLength/above";
    let fault = "--fault request-id-accepts-129";
    place.run(&format!("run --dialect tng {fault} --only {id} --report json=r.json")).exit(1);
    let done = place.run(&format!("replay r.json {id}")).exit(1);
    assert!(done.out.starts_with("still broken: "), "{}", done.out);
    assert!(done.out.contains("HTTP 200, status S"), "{}", done.out);
}

#[test]
fn limits_and_statuses_are_changed_like_anything_else() {
    let place = Place::new();
    let (head, _) = OWN.split_once("  - ").unwrap();
    let changes = r#"
  - { at: /components/schemas/SendInboxRequest/properties/requestId/maxLength, to: 64, source: ours }
  - { at: "/paths/*/post/x-proofmark/statuses/A", absent: true, source: ours }
  - { at: "/paths/*/post/x-proofmark/codes/code=ACCEPT", absent: true, source: ours }
  - { at: /components/schemas/Result/properties/resultStatus/enum, to: [S, U, F], source: ours }
"#;
    place.write("d.yaml", format!("{head}{}", changes.trim_start_matches('\n')));
    assert_eq!(place.run("lint d.yaml").exit(0).out, "d.yaml: no problems\n");
    let line = "run --dialect d.yaml --report json=r.json --only";
    let bounds = "sendInbox/request/requestId/maxLength/*";
    place.run(&format!("{line} {bounds} --fault request-id-refuses-65")).exit(0);
    place.run(&format!("{line} {bounds}")).exit(1);
    assert_eq!(
        ids(&place.json("r.json"), "fail"),
        ["above", "around", "above-combining"].map(|side| bounds.replace('*', side))[..2]
    );
    place.run(&format!("{line} */status/*")).exit(0);
    let explained = place.run("explain --dialect d.yaml sendInbox/status/success").exit(0);
    assert!(explained.out.contains("is answered S\n"), "{}", explained.out);
}

/// A dialect broken in one place: exit 2 from `lint` and from `run`, and an error with every wanted word.
#[track_caller]
fn refused(from: &str, to: &str, wanted: &[&str]) {
    let place = Place::new();
    assert!(OWN.contains(from), "{from}");
    place.write("d.yaml", OWN.replacen(from, to, 1));
    for line in ["lint d.yaml", "run --dialect d.yaml"] {
        let done = place.run(line).exit(2);
        for word in wanted {
            assert!(done.err.contains(word), "{line}: no `{word}` in {}", done.err);
        }
        assert!(done.err.contains("d.yaml:"), "{}", done.err);
    }
}

#[test]
fn what_is_wrong_with_a_dialect_is_told_with_its_line() {
    refused("signing/encoding", "signing/encodng", &["d.yaml:7", "encodng"]);
    refused("to: base64url,", "to: base46,", &["d.yaml:7", "base46"]);
    refused("/paths/*/post", "/path/*/post", &["d.yaml:7", "no place", "/path/*/post"]);
    refused("at: /servers", "at: servers", &["/changes/0/at"]);
    refused(", source: our gateway }", " }", &["source"]);
    refused("source: our gateway }", "absent: true, source: our gateway }", &["/changes/0"]);
    refused("dialect/1", "dialect/9", &["/format"]);
    refused("id: mine", "id: my wallet", &["/id"]);
    refused("title: a wallet of ours\n", "", &["title"]);
}

#[test]
fn operations_that_nobody_describes_are_an_error_to_lint_alone() {
    let place = Place::new();
    place.write("d.yaml", OWN.replace("[sendInbox]", "[sendInbox, sendLetter]"));
    let done = place.run("lint d.yaml").exit(2);
    assert!(done.err.contains("sendLetter") && done.err.contains("1 problem"), "{}", done.err);
    place.run("list --dialect d.yaml").exit(0);
    place.write("d.yaml", OWN);
    assert_eq!(place.run("lint d.yaml").exit(0).out, "d.yaml: no problems\n");
}

#[test]
fn a_name_that_is_no_dialect_lists_those_that_are() {
    let place = Place::new();
    for line in ["run --dialect qii", "run --dialect", "serve --dialect qii"] {
        let done = place.run(line).exit(2);
        assert!(done.err.contains("rebell") && done.err.contains("tng"), "{line}: {}", done.err);
    }
}
