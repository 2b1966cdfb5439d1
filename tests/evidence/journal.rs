//! Journals: whoever edits a verdict is contradicted by the exchanges, and no certificate comes without them.

use super::bundle::{place, sign, statement};
use super::support::{Done, Place};
use serde_json::{Value, json};
use std::sync::OnceLock;

const SET: &str = "sendInbox-v1/2026-11";

/// Report and journal of a run, made once.
fn run(fault: &str, kept: &'static OnceLock<(String, String)>) -> &'static (String, String) {
    kept.get_or_init(|| {
        let place = Place::new();
        place.run(&format!("run --quiet {fault} --report json=report.json --report ndjson=journal.ndjson"));
        (place.read("report.json"), place.read("journal.ndjson"))
    })
}

fn with((report, journal): &(String, String)) -> Place {
    let place = place();
    place.write("report.json", report);
    place.write("journal.ndjson", journal);
    place
}

/// A place with a run against a wallet that conforms.
fn good() -> Place {
    static KEPT: OnceLock<(String, String)> = OnceLock::new();
    with(run("", &KEPT))
}

/// A place with a run against a wallet that trims keys.
fn bad() -> Place {
    static KEPT: OnceLock<(String, String)> = OnceLock::new();
    with(run("--fault key-trimmed", &KEPT))
}

#[track_caller]
fn refused(done: &Done, word: &str) {
    assert_eq!(done.code, Some(1), "{}", done.all());
    assert!(done.err.contains("refused: ") && done.err.contains(word), "{word}: {}", done.err);
}

const ATTEST: &str =
    "attest report.json --key k.key --journal journal.ndjson --requirements sendInbox-v1/2026-11";

/// The report as whoever edits a verdict would leave it, so that nothing in it contradicts the rest.
fn whitewashed(report: &str) -> String {
    let mut report: Value = serde_json::from_str(report).unwrap();
    let mut edited = 0;
    for case in report["cases"].as_array_mut().unwrap().iter_mut().filter(|case| case["verdict"] == "fail") {
        case["verdict"] = json!("pass");
        case["finding"] = Value::Null;
        case["reason"] = json!("both requests have a messageId of their own");
        edited += 1;
    }
    assert!(edited > 0);
    report["totals"]["pass"] = json!(report["totals"]["pass"].as_u64().unwrap() + edited);
    report["totals"]["fail"] = json!(0);
    report["verdict"] = json!("conforms");
    report.to_string()
}

/// The journal with some lines changed or taken out.
fn lines(place: &Place, change: impl Fn(&mut Value) -> bool) -> String {
    let keep = |line: &str| -> Option<String> {
        let mut value: Value = serde_json::from_str(line).unwrap();
        change(&mut value).then(|| format!("{value}\n"))
    };
    place.read("journal.ndjson").lines().filter_map(keep).collect()
}

#[test]
fn verdicts_are_judged_again() {
    let place = good();
    let done = place.run(ATTEST).exit(0);
    assert!(
        done.out.contains("verdicts follow from the exchanges in 1 journal") && done.err.is_empty(),
        "{}",
        done.all()
    );
    let said = statement(&place, "report.intoto.json");
    assert_eq!(said["predicate"]["proofmark"]["rejudged"], true);
    assert_eq!(said["subject"][1]["name"], "journal.ndjson");
    let done = place.run("verify report.intoto.json --key k.pub").exit(0);
    assert!(
        done.out.contains("verdicts follow from the exchanges in 1 journal") && done.err.is_empty(),
        "{}",
        done.all()
    );
    // Where the journal is not at hand, that is said.
    std::fs::rename(place.path("journal.ndjson"), place.path("elsewhere")).unwrap();
    let done = place.run("verify report.intoto.json --key k.pub").exit(0);
    assert!(done.err.contains("not judged again"), "{}", done.err);
    place.run("verify report.intoto.json --key k.pub --journal elsewhere").exit(0);
    // A run that fails is judged again like any other.
    let place = bad();
    place.run(ATTEST).exit(0);
    let done = place.run("verify report.intoto.json --key k.pub").exit(1);
    assert!(done.out.contains("fails under") && !done.err.contains("refused"), "{}", done.all());
}

#[test]
fn one_changed_byte_of_the_journal_is_refused() {
    let place = good();
    place.run(ATTEST).exit(0);
    let whole = std::fs::read(place.path("journal.ndjson")).unwrap();
    for at in (0..whole.len()).step_by(whole.len() / 12).chain([whole.len() - 1]) {
        let mut changed = whole.clone();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        place.write("journal.ndjson", changed);
        refused(&place.run("verify report.intoto.json --key k.pub"), "journal.ndjson: its SHA-256 is");
    }
    // One that was named is no other.
    place.write("journal.ndjson", &whole);
    place.write("other.ndjson", "{}\n");
    let done = place.run("verify report.intoto.json --key k.pub --journal other.ndjson");
    refused(&done, "other.ndjson: its SHA-256 is");
}

#[test]
fn an_edited_verdict_is_contradicted_by_the_exchanges() {
    let place = bad();
    let edited = whitewashed(&place.read("report.json"));
    place.write("report.json", &edited);
    let before = place.files();
    refused(&place.run(ATTEST), "the recorded exchanges say");
    assert_eq!(place.files(), before);

    // Attested without the journal, it is worth what its signer is, and says so.
    let done = place.run(&format!("attest report.json --key k.key --requirements {SET}")).exit(0);
    assert!(done.err.contains("no journal"), "{}", done.err);
    let done = place.run("verify report.intoto.json --key k.pub").exit(0);
    assert!(done.err.contains("no journal was attested"), "{}", done.err);
    // The true journal is then no part of it.
    let done = place.run("verify report.intoto.json --key k.pub --journal journal.ndjson");
    refused(&done, "no journal with it was attested");

    // The holder of the key claims by hand that it was judged again.
    let mut forged = statement(&place, "report.intoto.json");
    place.write("report.json", edited);
    forged["predicate"]["proofmark"]["rejudged"] = json!(true);
    forged["predicate"]["proofmark"]["note"] = json!(
        "The verdicts follow from the exchanges in the journals, and whoever has these can judge them again."
    );
    let Some(digest) = super::bundle::openssl(&place, "dgst -sha256 -r journal.ndjson") else { return };
    let digest = digest.out.split(' ').next().unwrap().to_owned();
    forged["subject"].as_array_mut().unwrap().push(json!({
        "name": "journal.ndjson", "digest": { "sha256": digest }, "annotations": { "role": "journal" },
    }));
    sign(&place, "report.intoto.json", &forged).unwrap();
    refused(&place.run("verify report.intoto.json --key k.pub"), "the recorded exchanges say");
}

/// What was never brought about stands on the certificate, and follows from the journal.
#[test]
fn edited_coverage_is_contradicted_by_the_journal() {
    let place = good();
    let mut report = place.json("report.json");
    let codes = report["coverage"]["codes"].as_array_mut().unwrap();
    let never = codes.iter_mut().find(|code| code["state"] == "never-provoked").unwrap();
    never["state"] = json!("provoked-right");
    place.write("report.json", report.to_string());
    refused(&place.run(ATTEST), "/coverage is not what the journals count");
}

/// Whoever edits the report edits the journal's verdicts too; the exchanges still say otherwise.
#[test]
fn an_edited_journal_is_contradicted_by_its_exchanges() {
    let place = bad();
    let report: Value = serde_json::from_str(&place.read("report.json")).unwrap();
    let is_broken = |case: &&Value| case["verdict"] == "fail";
    let broken = report["cases"].as_array().unwrap().iter().find(is_broken).unwrap()["id"].clone();
    let is = |line: &Value, event: &str| line["event"] == event && line["id"] == broken;
    let journals: Vec<(&str, String, &str)> = vec![
        (
            "the verdict of the case",
            lines(&place, |line| {
                if is(line, "judged") {
                    line["verdict"] = json!("pass");
                    line["finding"] = Value::Null;
                }
                true
            }),
            "the recorded exchanges say",
        ),
        (
            "the judgement of the history",
            lines(&place, |line| {
                if is(line, "heard") {
                    line["judgement"] = json!("held");
                    line["fingerprint"] = Value::Null;
                }
                true
            }),
            "the recorded exchanges say",
        ),
        ("no history of the case", lines(&place, |line| !is(line, "heard")), "the recorded exchanges say"),
        (
            "no line of the case",
            lines(&place, |line| !is(line, "judged") && !is(line, "heard")),
            "in no journal",
        ),
        (
            "no last line",
            lines(&place, |line| line["event"] != "finished"),
            "its last line is not `finished`",
        ),
        (
            "another seed",
            lines(&place, |line| {
                if line["event"] == "started" {
                    line["seed"] = json!(7);
                }
                true
            }),
            "its seed is 7",
        ),
        (
            "another target",
            lines(&place, |line| {
                if line["event"] == "started" {
                    line["target"]["faults"] = json!([]);
                }
                true
            }),
            "its target is",
        ),
    ];
    place.write("report.json", whitewashed(&place.read("report.json")));
    for (name, journal, word) in journals {
        place.write("journal.ndjson", journal);
        let done = place.run(ATTEST);
        assert!(!place.has("report.intoto.json"), "{name}");
        refused(&done, word);
    }
}

/// A journal says of a history that it cannot be judged as it stands, for want of a secret. That is no way around.
#[test]
fn a_verdict_that_nobody_can_judge_again_is_not_taken_for_one() {
    let place = bad();
    let journal = lines(&place, |line| {
        if line["event"] == "heard" && line["judgement"] == "broken" {
            line["differs"] = json!("a secret decided");
        }
        true
    });
    place.write("journal.ndjson", journal);
    place.write("report.json", whitewashed(&place.read("report.json")));
    place.run(ATTEST).exit(0);
    let done = place.run("verify report.intoto.json --key k.pub --certificate c.html").exit(3);
    assert!(done.out.contains("cannot be judged again: a secret decided"), "{}", done.out);
    assert!(!place.has("c.html"));
}

#[test]
fn shards_have_a_journal_each() {
    let place = place();
    for shard in ["1/2", "2/2"] {
        let name = &shard[..1];
        place.run(&format!(
            "run --quiet --shard {shard} --report json=s{name}.json --report ndjson=s{name}.ndjson"
        ));
    }
    place.run("merge s1.json s2.json --report json=report.json").exit(0);
    let attest = "attest report.json --key k.key --requirements sendInbox-v1/2026-11";
    refused(&place.run(&format!("{attest} --journal s1.ndjson")), "are in no journal");
    refused(
        &place.run(&format!("{attest} --journal s1.ndjson --journal s1.ndjson")),
        "of the same part of the run",
    );
    place.run(&format!("{attest} --journal s1.ndjson --journal s2.ndjson")).exit(0);
    place.run("verify report.intoto.json --key k.pub --certificate c.html").exit(0);
    assert!(place.read("c.html").contains("s2.ndjson"));
    std::fs::remove_file(place.path("s2.ndjson")).unwrap();
    let done = place.run("verify report.intoto.json --key k.pub").exit(2);
    assert!(done.err.contains("s2.ndjson"), "{}", done.err);
    // One shard is no whole run.
    place.run("attest s1.json --key k.key --journal s1.ndjson --requirements sendInbox-v1/2026-11").exit(0);
    place.run("verify s1.intoto.json --key k.pub --certificate d.html").exit(3);
    assert!(!place.has("d.html"));
}

#[test]
fn a_certificate_says_what_was_and_was_not_tested() {
    let place = good();
    place.run(ATTEST).exit(0);
    let done = place.run("verify report.intoto.json --key k.pub --certificate c.html").exit(0);
    assert!(done.out.contains("certificate c.html"), "{}", done.out);
    let page = place.read("c.html");
    let report = place.json("report.json");
    let said = statement(&place, "report.intoto.json");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    for wanted in [
        text(&report["target"]["url"]),
        text(&report["started"]),
        text(&report["suite"]["digest"]),
        text(&said["subject"][0]["digest"]["sha256"]),
        text(&said["subject"][1]["digest"]["sha256"]),
        SET.to_owned(),
        "No product is certified here".to_owned(),
        "never brought about".to_owned(),
        "sendInbox/status/unknown-settles".to_owned(),
        "only a target that answers U by itself can be asked".to_owned(),
        "What this does not say".to_owned(),
        "proofmark verify report.intoto.json".to_owned(),
    ] {
        assert!(page.contains(&wanted), "{wanted}");
    }
    printed_on_two_sheets(&place);
    // One file, which loads and runs nothing.
    assert!(page.contains("default-src 'none'"));
    for stranger in ["<script", "<link", "<img", "<iframe", " style=", " src=", "@import", "url("] {
        assert!(!page.contains(stranger), "{stranger}");
    }
}

#[test]
fn no_certificate_comes_without_set_journal_and_conformity() {
    let place = good();
    place.run("attest report.json --key k.key --journal journal.ndjson").exit(0);
    let verify = "verify report.intoto.json --key k.pub --certificate c.html";
    let done = place.run(verify).exit(2);
    assert!(done.err.contains("no requirement set"), "{}", done.err);
    place.run(&format!("{verify} --requirements {SET}")).exit(0);
    std::fs::remove_file(place.path("c.html")).unwrap();
    place.run(&format!("attest report.json --key k.key --requirements {SET}")).exit(0);
    let done = place.run(verify).exit(2);
    assert!(done.err.contains("for want of a journal"), "{}", done.err);
    place.run("run --quiet --level must --report json=report.json --report ndjson=journal.ndjson").exit(0);
    place.run(ATTEST).exit(0);
    place.run(verify).exit(3);
    let broken = bad();
    broken.run(ATTEST).exit(0);
    broken.run(verify).exit(1);
    assert!(!place.has("c.html") && !broken.has("c.html"));
}

/// Prints the page with Chromium, where that is installed.
fn printed_on_two_sheets(place: &Place) {
    let arguments =
        ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--print-to-pdf=c.pdf"];
    let mut chromium = std::process::Command::new("chromium");
    let page = format!("file://{}", place.path("c.html").display());
    match chromium.args(arguments).arg(page).current_dir(place.path(".")).output() {
        Ok(_) if place.has("c.pdf") => {
            let pdf = std::fs::read(place.path("c.pdf")).unwrap();
            let text = String::from_utf8_lossy(&pdf);
            let sheets = text.matches("/Type /Page").count() - text.matches("/Type /Pages").count();
            assert!((1..=2).contains(&sheets), "{sheets} sheets");
        }
        _ => eprintln!("left out: chromium cannot be run"),
    }
}
