//! `proofmark run` against the embedded wallet.

use crate::support::{Place, case, ids};
use serde_json::{Value, json};

/// Cheap, and still a MUST.
const ONE: &str = "--only */accessToken/required/missing";

fn schema() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(include_str!("../../schemas/report.v1.json")).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

#[track_caller]
fn assert_fits_schema(report: &Value) {
    let schema = schema();
    let errors: Vec<String> =
        schema.iter_errors(report).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn without_arguments_the_embedded_wallet_conforms() {
    let place = Place::new();
    let done = place.run("run").exit(0);
    assert_eq!(done.err, "", "no progress bar where stderr is a pipe");
    assert!(!done.out.contains('\u{1b}'), "no colour where stdout is a pipe");
    let last = done.out.lines().last().unwrap();
    assert!(last.starts_with("conforms: "), "{last}");
    for word in [" pass", " exchanges", "seed 1", "http://127.0.0.1:", "(embedded)"] {
        assert!(last.contains(word), "{word} in {last}");
    }
    for secret in ["demo-token-", "BEGIN", "signature="] {
        assert!(!done.out.contains(secret), "{secret} in {}", done.out);
    }
    assert!(place.files().is_empty(), "nothing is written unasked: {:?}", place.files());
}

#[test]
fn the_json_report_is_as_promised() {
    let place = Place::new();
    place.run("run --fault request-id-accepts-129 --report json=r.json").exit(1);
    let report = place.json("r.json");
    assert_fits_schema(&report);
    assert_eq!(report["format"], "proofmark.report/1");
    for (table, fields) in [
        ("suite", &["name", "version", "digest"][..]),
        ("tool", &["name", "version"]),
        ("target", &["url", "embedded"]),
        ("totals", &["pass", "fail", "warn", "inconclusive", "skipped", "error"]),
        ("coverage", &["codes", "statuses", "boundaries"]),
    ] {
        for field in fields {
            assert!(report[table].get(field).is_some(), "{table}.{field}");
        }
    }
    assert_eq!(report["target"]["embedded"], true);
    assert_eq!((&report["seed"], &report["shard"]), (&json!(1), &Value::Null));
    assert!(report["started"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok());
    assert!(report["exchanges"].as_u64().unwrap() > 200 && report["elapsed_ms"].is_u64());
    assert_eq!(report["verdict"], "fails");
    let cases = report["cases"].as_array().unwrap();
    for case in cases {
        for field in ["id", "operation", "title", "clause", "level", "law", "verdict", "reason", "exchanges"]
        {
            assert!(!case[field].is_null(), "{field} of {}", case["id"]);
        }
        assert_eq!(case["finding"].is_null(), case["verdict"] != "fail" && case["verdict"] != "warn");
    }
    for law in ["shape", "status", "code", "idempotency", "header", "robustness"] {
        assert!(cases.iter().any(|case| case["law"] == law), "{law}");
    }
    let finding = &case(&report, "sendInbox/request/requestId/maxLength/above")["finding"];
    for field in ["summary", "expected", "observed"] {
        assert!(finding[field].as_str().is_some_and(|text| !text.is_empty()), "{field}");
    }
    let exchange = &finding["minimal"][0];
    assert!(exchange["request"].is_object() && exchange["response"].is_object());
    assert!(exchange["curl"].as_str().unwrap().contains("curl "));
    let total: u64 = report["totals"].as_object().unwrap().values().filter_map(Value::as_u64).sum();
    assert_eq!(total, cases.len() as u64);
    let failed = ids(&report, "fail");
    let about = ["/requestId/maxLength/a", "/shape/length-", "/code/cause-illegal-length"];
    assert!(failed.iter().all(|id| about.iter().any(|part| id.contains(part))), "{failed:?}");
}

#[test]
fn every_format_is_written() {
    let place = Place::new();
    let formats = "--report json=r.json --report junit=r.xml --report html=r.html --report markdown=r.md \
                   --report har=r.har";
    place.run(&format!("run --only */requestId/* --fault request-id-accepts-129 {formats}")).exit(1);
    let id = "sendInbox/request/requestId/maxLength/above";
    assert_fits_schema(&place.json("r.json"));
    let junit = place.read("r.xml");
    assert!(
        junit.starts_with("<?xml") && junit.contains("<testsuites") && junit.contains("<failure"),
        "{junit}"
    );
    let html = place.read("r.html");
    assert!(html.to_lowercase().starts_with("<!doctype html>") && html.trim_end().ends_with("</html>"));
    let markdown = place.read("r.md");
    for (name, text) in [("junit", &junit), ("html", &html), ("markdown", &markdown)] {
        assert!(text.contains(id), "{id} in {name}: {text}");
    }
    let har = place.json("r.har");
    assert_eq!(har["log"]["version"], "1.2");
    assert!(har["log"]["entries"].as_array().is_some_and(|entries| !entries.is_empty()));
}

#[test]
fn the_terminal_report_reads_well() {
    let done =
        Place::new().run("run --only */accessToken/required/* --fault access-token-may-be-missing").exit(1);
    insta::with_settings!({ omit_expression => true, filters => vec![
        (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
        (r"in [\d.]+ m?s\b", "in TIME"),
        (r#""requestId":"pm'"\$N"'\w+""#, r#""requestId":"pm'"$$N"'KEY""#),
    ] }, {
        insta::assert_snapshot!(done.out);
    });
}

#[test]
fn quiet_says_no_more_than_failures_and_the_verdict() {
    let place = Place::new();
    let done = place.run(&format!("run --quiet {ONE}")).exit(0);
    assert_eq!((done.out.lines().count(), done.err.as_str()), (1, ""), "{}", done.out);
    assert!(done.out.starts_with("conforms: 1 pass"), "{}", done.out);
    let done = place.run(&format!("run --quiet {ONE} --fault access-token-may-be-missing")).exit(1);
    assert!(done.out.starts_with("FAIL  a request without accessToken: "), "{}", done.out);
    assert!(done.out.lines().last().unwrap().starts_with("fails: 1 fail"), "{}", done.out);
}

#[test]
fn colour_is_there_where_it_is_asked_for_only() {
    let place = Place::new();
    let line = format!("run {ONE}");
    assert!(place.run_with(&line, &[("CLICOLOR_FORCE", "1")]).exit(0).out.contains('\u{1b}'));
    let both = [("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")];
    assert!(!place.run_with(&line, &both).exit(0).out.contains('\u{1b}'));
}

#[test]
fn a_level_selects_what_is_at_least_as_binding() {
    let place = Place::new();
    let levels = |line: &str| -> Vec<String> {
        let done = place.run(&format!("list --format json {line}")).exit(0);
        let list: Value = serde_json::from_str(&done.out).unwrap();
        let mut levels: Vec<String> =
            list.as_array().unwrap().iter().map(|case| case["level"].as_str().unwrap().to_owned()).collect();
        levels.sort();
        levels.dedup();
        levels
    };
    assert_eq!(levels("--level must"), ["must"]);
    assert_eq!(levels("--level should"), ["must", "should"]);
    place.run("run --level must --report json=r.json").exit(0);
    let report = place.json("r.json");
    assert!(report["cases"].as_array().unwrap().iter().all(|case| case["level"] == "must"));
}

#[test]
fn a_broken_should_warns_and_exits_zero() {
    let place = Place::new();
    let all: Value = serde_json::from_str(&place.run("list --format json").exit(0).out).unwrap();
    let should: Vec<&str> = all
        .as_array()
        .unwrap()
        .iter()
        .filter(|case| case["level"] == "should")
        .map(|case| case["id"].as_str().unwrap())
        .collect();
    place.run("run --fault response-time-missing --report json=r.json --samples 1");
    let report = place.json("r.json");
    let warned = ids(&report, "warn");
    assert!(!warned.is_empty() && warned.iter().all(|id| should.contains(&id.as_str())), "{warned:?}");
    let only = warned.join(" --only ");
    let done = place.run(&format!("run --fault response-time-missing --only {only}")).exit(0);
    assert!(done.out.contains("WARN  "), "{}", done.out);
}

#[test]
fn a_report_that_cannot_be_written_costs_neither_the_others_nor_the_verdict() {
    let place = Place::new();
    if !std::path::Path::new("/dev/full").exists() {
        eprintln!("skipped: there is no /dev/full");
        return;
    }
    let done = place.run(&format!("run {ONE} --report json=/dev/full --report junit=r.xml")).exit(4);
    assert!(done.err.contains("cannot write /dev/full"), "{}", done.err);
    assert!(done.out.contains("conforms: 1 pass"), "{}", done.out);
    assert!(place.read("r.xml").contains("</testsuites>"));
}
