//! `serve` in one process and `run` in another.

use crate::support::{Place, Serve, ids};

const RUN: &str = "run --config conf/proofmark.toml --report json=r.json";

#[test]
fn the_first_line_says_where() {
    let place = Place::new();
    let mut serve = Serve::start(&place, "--fault put-accepted --fault get-accepted");
    let port: u16 = serve.url.trim_start_matches("http://127.0.0.1:").parse().unwrap();
    assert_eq!(serve.first, format!("listening on http://127.0.0.1:{port}\n"));
    assert_eq!(serve.line(), "configuration: conf/proofmark.toml");
    assert_eq!(serve.line(), "fault: put-accepted");
    assert_eq!(serve.line(), "fault: get-accepted");
    assert!(place.read("conf/proofmark.toml").contains(&serve.url));
}

#[test]
fn it_ends_in_order() {
    let place = Place::new();
    for signal in ["TERM", "INT"] {
        assert_eq!(Serve::start(&place, "").end(signal), Some(0), "{signal}");
    }
}

#[test]
fn a_correct_wallet_conforms() {
    let place = Place::new();
    let serve = Serve::start(&place, "");
    let done = place.run(&format!("{RUN} --target {}", serve.url)).exit(0);
    assert!(done.out.lines().last().unwrap().starts_with("conforms: "), "{}", done.out);
    let report = place.json("r.json");
    assert_eq!(report["target"]["embedded"], false);
    for verdict in ["fail", "warn", "skipped", "error"] {
        assert!(ids(&report, verdict).is_empty(), "{verdict}: {:?}", ids(&report, verdict));
    }
}

/// Several faults of different laws, each found by a case that it names.
#[test]
fn a_fault_is_found_over_the_network() {
    let place = Place::new();
    let known = place.run("faults --format json").exit(0).out;
    let known: serde_json::Value = serde_json::from_str(&known).unwrap();
    for name in [
        "request-id-accepts-129",
        "refusal-as-html",
        "validation-as-500",
        "unscoped-token-accepted",
        "new-message-id-on-replay",
        "race-without-lock",
        "signature-not-checked",
        "crash-on-malformed-json",
    ] {
        let fault = known.as_array().unwrap().iter().find(|fault| fault["name"] == name).expect(name);
        let mut only = String::new();
        let mut noticing = globset::GlobSetBuilder::new();
        for case in fault["noticed_by"].as_array().unwrap() {
            let case = case.as_str().unwrap();
            only.push_str(&format!(" --only {case}"));
            noticing.add(globset::Glob::new(case).unwrap());
        }
        let noticing = noticing.build().unwrap();
        let serve = Serve::start(&place, &format!("--fault {name}"));
        place.run(&format!("{RUN} --target {}{only} --samples 1", serve.url)).exit(1);
        let failed = ids(&place.json("r.json"), "fail");
        assert!(failed.iter().any(|id| noticing.is_match(id)), "{name}: {failed:?}");
    }
}

#[test]
fn the_configured_url_is_used_where_no_target_is_named() {
    let place = Place::new();
    let serve = Serve::start(&place, "");
    place.run(&format!("{RUN} --only */accessToken/required/*")).exit(0);
    let report = place.json("r.json");
    assert_eq!(report["target"]["url"], format!("{}/", serve.url));
    assert_eq!(report["target"]["embedded"], false);
}

#[test]
fn a_rate_is_kept_and_changes_no_verdict() {
    let place = Place::new();
    let line = "run --only */accessToken/required/* --rate 40 --report json=r.json";
    place.run(line).exit(0);
    let report = place.json("r.json");
    let (exchanges, elapsed) =
        (report["exchanges"].as_u64().unwrap(), report["elapsed_ms"].as_u64().unwrap());
    // n requests at 40 a second have n - 1 pauses of 25 ms between them; a burst of a few is allowed for.
    assert!(elapsed + 1 >= exchanges.saturating_sub(2) * 25, "{exchanges} exchanges in {elapsed} ms");
}
