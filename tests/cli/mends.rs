//! What reviews found, and must not come back.

use crate::support::Place;

#[test]
fn a_key_or_token_in_the_wrong_form_is_not_echoed() {
    let place = Place::new();
    for (toml, secret) in [
        ("[client]\nprivate_key = \"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\"\n", "MIIEvQ"),
        ("[client]\nserver_public_key = \"MIIBIjANBgkqhkiG9w0BAQEFAAOC\"\n", "MIIBIj"),
        ("[tokens]\nvalid = 123456789012\n", "123456789012"),
        ("[tokens]\nvalid = [[\"canary-token\"]]\n", "canary-token"),
    ] {
        place.write("p.toml", toml);
        let done = place.run("run --config p.toml --target http://127.0.0.1:9").exit(2);
        assert!(!done.all().contains(secret), "{}", done.all());
        assert!(done.err.contains("p.toml"), "{}", done.err);
    }
}

#[test]
fn a_configuration_of_somebody_else_is_left_alone() {
    for name in ["client.pem", "wallet.pub.pem", "proofmark.toml"] {
        let place = Place::new();
        std::fs::create_dir(place.path("conf")).unwrap();
        place.write(&format!("conf/{name}"), "mine");
        let done = place.run("serve --write-config conf").exit(2);
        assert!(done.err.contains(name), "{}", done.err);
        assert_eq!(place.read(&format!("conf/{name}")), "mine");
        assert_eq!(std::fs::read_dir(place.path("conf")).unwrap().count(), 1, "nothing else is written");
    }
}

#[test]
fn a_case_that_cannot_be_sent_is_an_error_of_its_file() {
    let place = Place::new();
    for (step, wanted) in [
        ("{ as: request, headers: { \"Bad Name\": x } }", "Bad Name"),
        ("{ as: request, headers: { X-Odd: \"a\\nb\" } }", "X-Odd"),
        ("{ as: request, method: \"P ST\" }", "P ST"),
        ("{ as: request, set: { /nowhere/0/x: 1 } }", "/nowhere/0/x"),
        ("{ as: request, remove: [/alsonowhere] }", "/alsonowhere"),
        ("{ as: request, set: { /templates/5: {} } }", "/templates/5"),
        ("{ as: request, write: { nested: 1000001 } }", "1000001 deep"),
        ("{ as: request, times: { burst: 0 } }", "0 requests"),
        ("{ as: request, times: { series: 100000 } }", "100000 requests"),
        ("{ as: request, key: { length: 0 } }", "0 characters"),
        ("{ as: request, write: { padded: 1000000000000 } }", "1000000000000 bytes"),
    ] {
        let case = format!(
            "operation: sendInbox\ngroup: own\nlaw: status\ncases:\n  - id: one\n    title: t\n    clause: c\n    \
             level: must\n    fix: f\n    send:\n      - {step}\n    expect: {{ rule: orderly, of: request }}\n"
        );
        place.write("own.yaml", case);
        let done = place.run("lint own.yaml").exit(2);
        assert!(done.err.contains("own.yaml:") && done.err.contains(wanted), "{step}: {}", done.err);
        assert!(done.err.contains('('), "no mend: {}", done.err);
        let done = place.run("run --cases own.yaml --only */own/*").exit(2);
        assert!(done.err.contains(wanted), "{step}: {}", done.err);
    }
}

#[test]
fn a_report_that_asks_for_too_much_is_refused() {
    let place = Place::new();
    place.run("run --only */idempotency/burst-agrees --fault race-without-lock --report json=r.json").exit(1);
    let text = place.read("r.json").replacen("\"burst\": 2", "\"burst\": 18446744073709551615", 1);
    assert!(text.contains("18446744073709551615"), "the report holds the script");
    place.write("r.json", text);
    let done = place.run("replay r.json sendInbox/idempotency/burst-agrees").exit(2);
    assert!(done.err.contains("r.json") && !done.err.contains("proofmark failed"), "{}", done.err);
}

#[test]
fn shards_without_cases_are_merged_all_the_same() {
    let place = Place::new();
    let mut empty = 0;
    let shards: Vec<String> = (1..=3).map(|shard| format!("{shard}.json")).collect();
    for (index, name) in shards.iter().enumerate() {
        let line = format!("run --only */status/success --shard {}/3 --report json={name}", index + 1);
        let done = place.run(&line).exit(0);
        empty += usize::from(done.err.contains("no cases"));
    }
    assert_eq!(empty, 2);
    place.run(&format!("merge {} --report json=whole.json", shards.join(" "))).exit(0);
    assert_eq!(place.json("whole.json")["totals"]["pass"], 1);
    place.run("run --only */no/such --shard 1/3").exit(2);
}

#[test]
fn a_required_member_is_named_by_itself_or_by_its_object() {
    let place = Place::new();
    for pointer in ["/accessToken", "\"\""] {
        let pointer = pointer.trim_matches('"');
        let arguments =
            ["generate", "sendInbox", "--violating", "3", "--keyword", "required", "--pointer", pointer];
        let done = place.command(&arguments).output().unwrap();
        assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
        let out = String::from_utf8(done.stdout).unwrap();
        let members: Vec<serde_json::Value> =
            out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(members.len(), 3);
        for printed in members {
            assert_eq!(printed["violates"]["keyword"], "required");
            let at = printed["violates"]["pointer"].as_str().unwrap();
            assert!(printed["value"].pointer(at).is_none(), "{at} is the member that is missing");
            assert!(pointer.is_empty() || at == pointer, "{at}");
        }
    }
}

#[test]
fn a_run_with_errors_becomes_no_snapshot() {
    let place = Place::new();
    let done = place.run("run --budget 1ms --snapshot a.snap").exit(3);
    assert!(done.err.contains("not written"), "{}", done.err);
    assert!(place.files().is_empty(), "{:?}", place.files());
}

#[test]
fn edits_that_have_a_place_are_no_errors() {
    let place = Place::new();
    let case = "operation: sendInbox\ngroup: own\nlaw: status\ncases:\n  - id: one\n    title: t\n    clause: c\n    \
                level: must\n    fix: f\n    send:\n      - as: request\n        set: { /templates/1: null, \
                /templates/0/templateParameters/*: x, /new: 1 }\n    expect: { rule: orderly, of: request }\n";
    place.write("own.yaml", case);
    place.run("lint own.yaml").exit(0);
    place.write("own.yaml", case.replace("id: one", "id: two words"));
    let done = place.run("lint own.yaml").exit(2);
    assert!(done.err.contains("own.yaml:5") && done.err.contains("two words"), "{}", done.err);
}

#[test]
fn a_shard_becomes_no_snapshot() {
    let place = Place::new();
    let done = place.run("run --only */shape/* --shard 1/2 --snapshot a.snap").exit(0);
    assert!(done.err.contains("not written") && done.err.contains("shard"), "{}", done.err);
    assert!(place.files().is_empty(), "{:?}", place.files());
}

#[test]
fn only_an_id_that_is_near_is_suggested() {
    let place = Place::new();
    let done = place.run("explain sendInbox/nope").exit(2);
    assert!(!done.err.contains("did you mean"), "{}", done.err);
    let done = place.run("explain sendInbox/status/succes").exit(2);
    assert!(done.err.contains("did you mean sendInbox/status/success?"), "{}", done.err);
}

#[test]
fn the_variables_that_commands_read_are_named_once() {
    let place = Place::new();
    let done =
        place.run("run --only */key-trailing-space --fault key-trimmed --report markdown=r.md").exit(1);
    let wanted = "commands read: PROOFMARK_KEY_FILE (file of the signing key), PROOFMARK_TOKENS_VALID";
    assert_eq!(done.out.matches(wanted).count(), 1, "{}", done.out);
    assert!(place.read("r.md").contains("PROOFMARK_TOKENS_VALID"));
}
