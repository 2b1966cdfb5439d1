//! The curl commands of findings, pasted into a shell against the wallet that is still faulty.

use crate::support::{Place, Serve, case, has_tool};
use serde_json::Value;
use std::process::{Command, Stdio};

/// A fault, the case that shows it, and what the answer to the last command of its finding holds.
const FOUND: [(&str, &str, &str); 19] = [
    ("request-id-accepts-129", "sendInbox/request/requestId/maxLength/above", "\"resultStatus\":\"S\""),
    ("empty-templates-accepted", "sendInbox/request/templates/minItems/below", "\"resultStatus\":\"S\""),
    ("unscoped-token-accepted", "sendInbox/code/unscoped-token", "\"resultStatus\":\"S\""),
    ("put-accepted", "sendInbox/robustness/method-put", "\"resultStatus\":\"S\""),
    ("signature-not-checked", "sendInbox/header/signature-wrong", "\"resultStatus\":\"S\""),
    ("stale-time-accepted", "sendInbox/header/request-time-stale", "\"resultStatus\":\"S\""),
    ("key-ignores-client", "sendInbox/idempotency/key-other-client", "\"resultStatus\":\"S\""),
    ("key-spaces-collapsed", "sendInbox/idempotency/key-tab", "REPEAT_REQ_INCONSISTENT"),
    ("crash-on-malformed-json", "sendInbox/robustness/invalid-json", "HTTP/1.1 500"),
    ("key-version-ignored", "sendInbox/wire/key-version-unknown", "\"resultStatus\":\"S\""),
    ("signature-client-not-bound", "sendInbox/wire/signature-other-client", "\"resultStatus\":\"S\""),
    ("signature-method-not-bound", "sendInbox/wire/signature-other-method", "\"resultStatus\":\"S\""),
    ("any-known-key-accepted", "sendInbox/wire/signature-other-key", "\"resultStatus\":\"S\""),
    ("short-signature-accepted", "sendInbox/wire/signature-truncated", "\"resultStatus\":\"S\""),
    ("empty-signature-accepted", "sendInbox/wire/signature-empty", "\"resultStatus\":\"S\""),
    ("double-encoding-accepted", "sendInbox/wire/signature-encoded-twice", "\"resultStatus\":\"S\""),
    ("request-time-in-digits-accepted", "sendInbox/wire/time-since-1970", "\"resultStatus\":\"S\""),
    ("crash-on-gzip", "sendInbox/wire/gzip-body", "HTTP/1.1 500"),
    ("chunked-refused", "sendInbox/wire/chunked-body", "HTTP/1.1 411"),
];

fn has_tools() -> bool {
    has_tool("bash", "--version") && has_tool("curl", "--version") && has_tool("openssl", "version")
}

/// The answers to a finding's commands, one shell after the other as a user pastes them.
#[track_caller]
fn paste(place: &Place, report: &Value, id: &str) -> Vec<String> {
    let minimal = case(report, id)["finding"]["minimal"].as_array();
    let minimal = minimal.unwrap_or_else(|| panic!("{id} has no finding: {}", case(report, id)["reason"]));
    let commands: Vec<&str> = minimal.iter().map(|exchange| exchange["curl"].as_str().unwrap()).collect();
    // What one command sets, such as the digits of the key, is there for the next: it is one shell.
    let script = commands.join("\necho; echo --next--\n");
    let mut bash = Command::new("bash");
    bash.arg("-c").arg(&script).stdin(Stdio::null());
    bash.env("PROOFMARK_KEY_FILE", place.path("conf/client.pem"));
    bash.env("PROOFMARK_KEY_FILE_SECOND", place.path("conf/second.pem"));
    for kind in ["valid", "unscoped", "expired", "second"] {
        bash.env(format!("PROOFMARK_TOKENS_{}", kind.to_uppercase()), format!("demo-token-{kind}"));
    }
    let done = bash.output().unwrap();
    assert!(done.stderr.is_empty(), "{id}: {}\n{script}", String::from_utf8_lossy(&done.stderr));
    let out = String::from_utf8_lossy(&done.stdout).into_owned();
    out.split("--next--").map(ToOwned::to_owned).collect()
}

#[test]
fn a_pasted_command_shows_the_fault() {
    if !has_tools() {
        return;
    }
    let place = Place::new();
    for (fault, id, wanted) in FOUND {
        let serve = Serve::start(&place, &format!("--fault {fault}"));
        let done = place.run(&format!("run --config conf/proofmark.toml --only {id} --report json=r.json"));
        assert!(matches!(done.code, Some(0 | 1)), "{}", done.all());
        let answers = paste(&place, &place.json("r.json"), id);
        assert!(answers.last().unwrap().contains(wanted), "{fault}: no {wanted} in {answers:#?}");
        drop(serve);
    }
}

#[test]
fn a_pasted_command_speaks_the_dialect() {
    if !has_tools() {
        return;
    }
    let id = "sendInbox/request/requestId/maxLength/above";
    for dialect in ["qi", "tng", "gcash", "alipay-connect", "rebell"] {
        let place = Place::new();
        let serve = Serve::start(&place, &format!("--dialect {dialect} --fault request-id-accepts-129"));
        place.run(&format!("run --config conf/proofmark.toml --only {id} --report json=r.json")).exit(1);
        let answers = paste(&place, &place.json("r.json"), id);
        assert!(answers[0].contains("\"resultStatus\":\"S\""), "{dialect}: {answers:#?}");
        drop(serve);
    }
}

#[test]
fn a_pasted_sequence_repeats_its_key_and_no_other() {
    if !has_tools() {
        return;
    }
    let place = Place::new();
    let _serve = Serve::start(&place, "--fault new-message-id-on-replay");
    let id = "sendInbox/idempotency/replay-same-result";
    place.run(&format!("run --config conf/proofmark.toml --only {id} --report json=r.json")).exit(1);
    let report = place.json("r.json");
    let message_ids = |answers: &[String]| -> Vec<String> {
        let id = |answer: &String| {
            let rest = answer.split_once("\"messageId\":\"").map(|(_, rest)| rest.to_owned());
            rest.unwrap_or_else(|| panic!("no messageId in {answer}")).split('"').next().unwrap().to_owned()
        };
        answers.iter().map(id).collect()
    };
    let ids = message_ids(&paste(&place, &report, id));
    assert!(ids.len() >= 2 && ids[0] != ids[1], "{ids:?}");
}

#[test]
fn a_mended_wallet_answers_the_same_command_well() {
    if !has_tools() {
        return;
    }
    let place = Place::new();
    let id = "sendInbox/request/requestId/maxLength/above";
    let faulty = Serve::start(&place, "--fault request-id-accepts-129");
    place.run(&format!("run --config conf/proofmark.toml --only {id} --report json=r.json")).exit(1);
    let mended = Serve::start(&place, "");
    let text = place.read("r.json").replace(&faulty.url, &mended.url);
    let answers = paste(&place, &serde_json::from_str(&text).unwrap(), id);
    let last = answers.last().unwrap();
    assert!(last.contains("\"resultCode\":\"PARAM_ILLEGAL\""), "{answers:#?}");
}
