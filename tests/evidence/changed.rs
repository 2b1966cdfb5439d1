//! What was changed is refused: by one byte, or by whoever holds the key.

use super::bundle::{attested, place, sign, statement};
use super::support::{Done, Place};
use serde_json::{Value, json};

/// A file with one byte changed, whatever it was.
fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
    changed
}

#[track_caller]
fn refused(done: &Done, word: &str) {
    assert_eq!(done.code, Some(1), "{}", done.all());
    assert!(done.err.contains("refused: ") && done.err.contains(word), "{word}: {}", done.err);
    assert!(!done.out.contains("verdict"), "{}", done.out);
}

/// Verifies with each of some bytes of a file changed, every `step`th.
fn sweep(place: &Place, name: &str, (from, to): (usize, usize), step: usize, word: &str) {
    let whole = std::fs::read(place.path(name)).unwrap();
    for at in (from..to.min(whole.len())).step_by(step) {
        place.write(name, flipped(&whole, at));
        refused(&place.run("verify report.intoto.json --key k.pub"), word);
    }
    place.write(name, whole);
    place.run("verify report.intoto.json --key k.pub").exit(0);
}

#[test]
fn one_changed_byte_of_the_report_is_refused() {
    let place = place();
    attested(&place, "");
    let length = place.read("report.json").len();
    sweep(&place, "report.json", (0, 40), 3, "report.json: its SHA-256 is");
    sweep(&place, "report.json", (40, length), length / 40, "report.json: its SHA-256 is");
    sweep(&place, "report.json", (length - 1, length), 1, "report.json: its SHA-256 is");
}

#[test]
fn one_changed_byte_of_the_envelope_is_refused() {
    let place = place();
    attested(&place, "");
    let text = place.read("report.intoto.json");
    let payload = text.find("\"payload\":\"").unwrap() + 11;
    let end = payload + text[payload..].find('"').unwrap();
    sweep(
        &place,
        "report.intoto.json",
        (payload, end),
        (end - payload) / 60,
        "the envelope: no signature is of the key",
    );
    let id = text.find("\"keyid\":\"").unwrap() + 9;
    sweep(&place, "report.intoto.json", (id, id + 50), 7, "the envelope: ");
    let signature = text.find("\"sig\":\"").unwrap() + 7;
    sweep(&place, "report.intoto.json", (signature, signature + 96), 1, "the envelope: ");
    // The names and marks between them.
    sweep(&place, "report.intoto.json", (0, payload), 1, "");
}

#[test]
fn a_changed_or_another_key_is_refused() {
    let place = place();
    attested(&place, "");
    let text = place.read("k.pub");
    let begin = text.find('\n').unwrap() + 1;
    let end = text.find("\n-----END").unwrap();
    for at in (begin..end).filter(|at| text.as_bytes()[*at] != b'\n') {
        place.write("k.pub", flipped(text.as_bytes(), at));
        refused(&place.run("verify report.intoto.json --key k.pub"), "");
    }
    place.write("k.pub", include_str!("keys/cosign.pub"));
    refused(&place.run("verify report.intoto.json --key k.pub"), "names another key");
}

/// A word of the refusal, and what is done to the document.
type Edit<'a> = (&'a str, &'a dyn Fn(&mut Value));

/// The holder of the key edits the report and attests it.
#[test]
fn a_report_that_contradicts_itself_is_not_attested() {
    let place = place();
    place.run("run --quiet --fault key-trimmed --report json=bad.json").exit(1);
    let bad = place.json("bad.json");
    let broken = bad["cases"].as_array().unwrap().iter().position(|case| case["verdict"] == "fail").unwrap();
    let edits: [Edit<'_>; 8] = [
        ("/verdict is \"conforms\"", &|report| report["verdict"] = json!("conforms")),
        ("/totals say", &|report| report["totals"]["fail"] = json!(0)),
        ("holds a finding", &|report| report["cases"][broken]["verdict"] = json!("pass")),
        ("/totals say", &|report| {
            report["cases"][broken]["verdict"] = json!("pass");
            report["cases"][broken]["finding"] = Value::Null;
        }),
        ("is `fail`, and no MUST", &|report| report["cases"][broken]["level"] = json!("should")),
        ("is no case of the suite", &|report| report["cases"][broken]["id"] = json!("sendInbox/made-up")),
        ("digest", &|report| report["suite"]["digest"] = json!(format!("blake3:{}", "0".repeat(64)))),
        ("/exchanges is", &|report| report["exchanges"] = json!(7)),
    ];
    for (word, edit) in edits {
        let mut report = bad.clone();
        edit(&mut report);
        place.write("edited.json", report.to_string());
        let done = place.run("attest edited.json --key k.key");
        refused(&done, word);
        assert!(!place.has("edited.intoto.json"), "{word}");
    }
    place.run("attest bad.json --key k.key").exit(0);
    let done = place.run("verify bad.intoto.json --key k.pub").exit(1);
    assert!(done.out.contains("verdict    fails") && !done.err.contains("refused"), "{}", done.all());
}

/// The holder of the key writes a statement by hand.
#[test]
fn a_statement_that_does_not_follow_from_the_report_is_refused() {
    let place = place();
    attested(&place, "--requirements sendInbox-v1/2026-11");
    let honest = statement(&place, "report.intoto.json");
    let edits: [Edit<'_>; 10] = [
        ("/predicate/result", &|it| it["predicate"]["result"] = json!("WARNED")),
        ("/predicate/passedTests", &|it| it["predicate"]["passedTests"] = json!(["sendInbox/all"])),
        ("/predicate/failedTests", &|it| it["predicate"]["failedTests"] = json!(["sendInbox/all"])),
        ("/predicate/proofmark/target", &|it| {
            it["predicate"]["proofmark"]["target"]["embedded"] = json!(false);
        }),
        ("/predicate/proofmark/rejudged", &|it| it["predicate"]["proofmark"]["rejudged"] = json!(true)),
        ("/predicate/proofmark/requirements", &|it| {
            it["predicate"]["proofmark"]["requirements"]["expected"] = json!(1);
        }),
        ("has contract", &|it| {
            it["predicate"]["configuration"][0]["digest"]["sha256"] = json!("0".repeat(64));
        }),
        ("/predicateType is", &|it| it["predicateType"] = json!("https://example.test/v1")),
        ("/predicate/proofmark/format", &|it| {
            it["predicate"]["proofmark"]["format"] = json!("proofmark.evidence/9");
        }),
        ("no subject that is a report", &|it| it["subject"] = json!([])),
    ];
    if sign(&place, "own.json", &honest).is_none() {
        return;
    }
    place.run("verify own.json --key k.pub").exit(0);
    for (word, edit) in edits {
        let mut forged = honest.clone();
        edit(&mut forged);
        sign(&place, "own.json", &forged).unwrap();
        refused(&place.run("verify own.json --key k.pub"), word);
    }
}

/// Reasons quote what a target said.
#[test]
fn a_report_cannot_move_the_cursor() {
    let place = place();
    place.run("requirements freeze bare --output bare.yaml").exit(0);
    let mut report = place.json("report.json");
    let cases = report["cases"].as_array_mut().unwrap();
    cases.iter_mut().find(|case| case["verdict"] == "inconclusive").unwrap()["reason"] =
        json!("\u{1b}[2Jgone\nverdict    conforms");
    place.write("report.json", report.to_string());
    let done = attested(&place, "--requirements bare.yaml");
    assert!(
        done.out.contains("gone")
            && !done.out.contains('\u{1b}')
            && !done.out.contains("\nverdict    conforms"),
        "{}",
        done.out
    );
    let done = place.run("verify report.intoto.json --key k.pub --requirements bare.yaml").exit(3);
    assert!(
        done.out.contains("gone")
            && !done.out.contains('\u{1b}')
            && !done.out.contains("\nverdict    conforms"),
        "{}",
        done.out
    );
}

#[test]
fn what_is_no_attestation_is_wrong_input() {
    let place = place();
    attested(&place, "");
    place.write("text.json", "no attestation");
    place.write("far.intoto.json", place.read("report.intoto.json"));
    std::fs::create_dir(place.path("folder")).unwrap();
    std::fs::rename(place.path("far.intoto.json"), place.path("folder/far.intoto.json")).unwrap();
    for (line, word) in [
        ("verify none.json --key k.pub", "cannot be read"),
        ("verify report.json --key k.pub", "is no DSSE envelope"),
        ("verify text.json --key k.pub", "is no DSSE envelope"),
        ("verify report.intoto.json --key none.pub", "cannot be read"),
        ("verify report.intoto.json --key report.json", "PEM"),
        ("verify folder/far.intoto.json --key k.pub", "name it with --report"),
        ("verify report.intoto.json --key k.pub --requirements none", "sendInbox-v1/2026-11"),
        ("verify report.intoto.json", "--key"),
        ("attest report.json", "--key"),
        ("attest none.json --key k.key", "none.json"),
        ("attest report.json --key k.key --output report.json", "would replace"),
        ("attest report.json --key k.key --output k.key", "would replace"),
    ] {
        let done = place.run(line).exit(2);
        assert!(done.err.contains(word), "{line}: {}", done.err);
    }
    place.run("verify folder/far.intoto.json --key k.pub --report report.json").exit(0);
}

/// A name that leads out of the folder is not followed.
#[test]
fn a_report_is_looked_for_beside_the_attestation_only() {
    let place = place();
    attested(&place, "");
    let honest = statement(&place, "report.intoto.json");
    place.write("sub/keep", "");
    for name in ["../report.json", "/etc/passwd", ".."] {
        let mut forged = honest.clone();
        forged["subject"][0]["name"] = json!(name);
        if sign(&place, "sub/own.json", &forged).is_none() {
            return;
        }
        let done = place.run("verify sub/own.json --key k.pub").exit(2);
        assert!(done.err.contains("is not beside the attestation"), "{name}: {}", done.err);
    }
}
