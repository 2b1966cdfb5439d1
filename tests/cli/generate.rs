//! `proofmark generate`: NDJSON that an independent validator agrees with.

use crate::support::Place;
use serde_json::{Value, json};

/// The request schema of the built-in contract, dug out of the document by hand.
fn validator() -> jsonschema::Validator {
    use proofmark::contract::document::Document;
    let text = include_str!("../../schemas/sendInbox.v1.yaml");
    let document = Document::parse("sendInbox.v1.yaml", text).unwrap().value;
    let schema = serde_json::json!({
        "$ref": "#/components/schemas/SendInboxRequest", "components": document["components"],
    });
    jsonschema::draft202012::new(&schema).unwrap()
}

#[track_caller]
fn lines(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn valid_payloads_are_valid() {
    let place = Place::new();
    let done = place.run("generate sendInbox --valid 5 --seed 3").exit(0);
    let validator = validator();
    let read = lines(&done.out);
    assert_eq!((read.len(), done.err.as_str()), (5, ""));
    for line in &read {
        assert_eq!(line["valid"], true);
        assert!(validator.is_valid(&line["value"]), "{line}");
    }
    assert_eq!(done.out, place.run("generate sendInbox --valid 5 --seed 3").exit(0).out);
    assert_ne!(done.out, place.run("generate sendInbox --valid 5 --seed 4").exit(0).out);
    assert_eq!(lines(&place.run("generate sendInbox").exit(0).out).len(), 10);
    assert_eq!(place.run("generate sendInbox --valid 0").exit(0).out, "");
}

#[test]
fn violating_payloads_violate_what_they_say() {
    let place = Place::new();
    let done = place.run("generate sendInbox --violating 60 --seed 3").exit(0);
    let validator = validator();
    let read = lines(&done.out);
    assert_eq!(read.len(), 60);
    let mut keywords = std::collections::BTreeSet::new();
    for line in &read {
        assert_eq!(line["valid"], false);
        let (pointer, keyword) =
            (line["violates"]["pointer"].as_str().unwrap(), line["violates"]["keyword"].as_str().unwrap());
        keywords.insert(keyword.to_owned());
        let errors: Vec<(String, String)> = validator
            .iter_errors(&line["value"])
            .map(|error| (error.instance_path().to_string(), error.kind().keyword().to_owned()))
            .collect();
        assert_eq!(errors.len(), 1, "{line}: {errors:?}");
        // A missing member is named by its own pointer, which the validator places one higher.
        let (place, violated) = &errors[0];
        assert_eq!(violated, keyword, "{line}");
        assert!(pointer == place || pointer.starts_with(&format!("{place}/")), "{line}: {place}");
    }
    for keyword in ["required", "type", "minLength", "maxLength", "minItems"] {
        assert!(keywords.contains(keyword), "{keyword}: {keywords:?}");
    }
    assert_eq!(done.out, place.run("generate sendInbox --violating 60 --seed 3").exit(0).out);
}

#[test]
fn a_violation_can_be_chosen() {
    let place = Place::new();
    let narrowed = |more: &str, pointer: Option<&str>, keyword: Option<&str>| {
        let done = place.run(&format!("generate sendInbox --violating 6 {more}")).exit(0);
        let read = lines(&done.out);
        assert_eq!(read.len(), 6, "{more}");
        for line in read {
            assert!(pointer.is_none_or(|pointer| line["violates"]["pointer"] == pointer), "{line}");
            assert!(keyword.is_none_or(|keyword| line["violates"]["keyword"] == keyword), "{line}");
        }
    };
    narrowed("--pointer /templates", Some("/templates"), None);
    narrowed("--keyword maxLength", None, Some("maxLength"));
    narrowed("--pointer /templates --keyword minItems", Some("/templates"), Some("minItems"));
}

#[test]
fn what_cannot_be_is_said_on_one_line() {
    let place = Place::new();
    place.write("never.json", r#"{"type": "string", "minLength": 5, "maxLength": 2}"#);
    place.write("false.json", "false");
    place.write("true.json", "true");
    for line in [
        "generate never.json",
        "generate false.json",
        "generate true.json --violating 3",
        "generate sendInbox --violating 3 --pointer /nowhere",
        "generate sendInbox --violating 3 --keyword multipleOf",
    ] {
        let done = place.run(line).exit(1);
        assert_eq!((done.out.as_str(), done.err.lines().count()), ("", 1), "{line}: {}", done.err);
        assert!(done.err.starts_with("unsatisfiable:"), "{line}: {}", done.err);
    }
}

#[test]
fn a_schema_file_of_the_users() {
    let place = Place::new();
    place.write(
        "s.json",
        r#"{"type": "object", "required": ["n"], "properties": {"n": {"type": "integer", "minimum": 3}}}"#,
    );
    place.write("s.yaml", "type: object\nrequired: [n]\nproperties: { n: { type: integer, minimum: 3 } }\n");
    let validator = jsonschema::validator_for(&place.json("s.json")).unwrap();
    let json = place.run("generate s.json --valid 20").exit(0).out;
    assert_eq!(json, place.run("generate s.yaml --valid 20").exit(0).out);
    assert!(lines(&json).iter().all(|line| validator.is_valid(&line["value"])), "{json}");
    let broken = lines(&place.run("generate s.json --violating 20").exit(0).out);
    assert!(broken.iter().all(|line| !validator.is_valid(&line["value"])), "{broken:?}");
    assert!(broken.iter().any(|line| line["violates"]["keyword"] == "minimum"), "{broken:?}");
}

#[test]
fn what_is_no_schema_is_refused() {
    let place = Place::new();
    place.write("type.json", r#"{"type": "frobnicate"}"#);
    place.write("list.json", "[1]");
    place.write("text.json", "no JSON");
    place.write("latin.json", [b'"', 0xe9, b'"']);
    place.write("text.yaml", "a: [\n");
    place.write("ref.json", r##"{"$ref": "#/$defs/none"}"##);
    for (line, wanted) in [
        ("generate type.json", "frobnicate"),
        ("generate list.json", "list.json"),
        ("generate text.json", "text.json:1"),
        ("generate latin.json", "UTF-8"),
        ("generate text.yaml", "text.yaml:"),
        ("generate ref.json", "none"),
        ("generate none.json", "none.json"),
        ("generate .", "."),
        ("generate sendOutbox", "sendInbox"),
        ("generate sendInbox --keyword maxLength", "--violating"),
        ("generate sendInbox --pointer /a", "--violating"),
        ("generate sendInbox --valid 2 --violating 2", "--violating"),
        ("generate sendInbox --valid many", "many"),
    ] {
        let done = place.run(line).exit(2);
        assert_eq!(done.out, "", "{line}");
        assert!(done.err.starts_with("error: ") && done.err.contains(wanted), "{line}: {}", done.err);
    }
}

#[test]
fn a_reader_that_went_away_ends_it_quietly() {
    use std::io::{BufRead as _, BufReader};
    let place = Place::new();
    for kind in ["--valid", "--violating"] {
        let mut command = place.command(&["generate", "sendInbox", kind, "1000000000"]);
        let mut child = command
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        assert!(first.starts_with("{\"valid\":"), "{first}");
        let done = child.wait_with_output().unwrap();
        assert_eq!((done.status.code(), done.stderr.as_slice()), (Some(0), &[][..]), "{kind}");
    }
}

#[test]
fn every_goal_has_its_turn_before_the_next_round() {
    let place = Place::new();
    // Too large for all its strategies to be kept: then rounds double, and nothing is left out all the same.
    let padding = "x".repeat(200_000);
    for description in ["", padding.as_str()] {
        let schema = serde_json::json!({
            "type": "object", "required": ["a", "b"], "description": description,
            "properties": {"a": {"type": "string", "maxLength": 3}, "b": {"type": "integer", "minimum": 1}},
        });
        place.write("s.json", schema.to_string());
        let read = lines(&place.run("generate s.json --violating 200").exit(0).out);
        let violated: Vec<String> = read.iter().map(|line| line["violates"].to_string()).collect();
        let distinct: std::collections::BTreeSet<&String> = violated.iter().collect();
        let first: std::collections::BTreeSet<&String> = violated.iter().take(30).collect();
        assert_eq!((read.len(), distinct.len()), (200, 7), "{distinct:?}");
        assert_eq!(first, distinct);
    }
}

#[test]
fn goals_are_listed_with_what_can_be_done_about_them() {
    let place = Place::new();
    place.write(
        "s.json",
        r#"{"type": "object", "properties": {"a": {"enum": ["x", "y"], "type": "string"}, "b": {"not": false},
            "c": {"maxLength": 2000000000}}}"#,
    );
    let done = place.run("generate s.json --goals").exit(0);
    let goals = lines(&done.out);
    let met = |pointer: &str, keyword: &str, side: &str| {
        let goal =
            |goal: &&Value| goal["pointer"] == pointer && goal["keyword"] == keyword && goal["side"] == side;
        let found =
            goals.iter().find(goal).unwrap_or_else(|| panic!("{pointer} {keyword} {side}: {}", done.out));
        (found["met"].clone(), found["why"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(met("", "type", "string").0, "alone");
    assert_eq!(met("/a", "enum", "other").0, "alone");
    assert_eq!(met("/a", "type", "integer").0, "among others");
    let (never, why) = met("/b", "not", "match");
    assert!(never.is_null() && why.contains("cannot be violated"), "{why}");
    let (never, why) = met("/c", "maxLength", "above");
    assert!(never.is_null() && why.contains("cost too much"), "{why}");
    assert_eq!(place.run("generate s.json --goals --valid 1").exit(2).out, "");
}

#[test]
fn boundaries_come_first() {
    let place = Place::new();
    place.write(
        "s.json",
        r#"{"type": "object", "required": ["s"], "properties": {"s": {"type": "string", "minLength": 3, "maxLength": 900},
            "n": {"type": "integer", "minimum": 5, "maximum": 7}, "u": {"anyOf": [{"type": "null"}, {"type": "boolean"}]}}}"#,
    );
    let read = lines(&place.run("generate s.json --valid 40").exit(0).out);
    let lengths: Vec<usize> =
        read.iter().map(|line| line["value"]["s"].as_str().unwrap().chars().count()).collect();
    for length in [3, 899, 900] {
        assert!(lengths.contains(&length), "{length}: {lengths:?}");
    }
    let has = |member: &str, wanted: &dyn Fn(&Value) -> bool| {
        read.iter().any(|line| line["value"].get(member).is_some_and(wanted))
    };
    assert!([5.0, 6.0, 7.0].iter().all(|n| has("n", &|value| value.as_f64() == Some(*n))));
    assert!(has("u", &Value::is_null) && has("u", &Value::is_boolean));
    assert!(read.iter().any(|line| line["value"].get("u").is_none()));
}

/// A normal form without an end is told before anything is built of it.
#[test]
fn what_unfolds_for_ever_is_given_up() {
    let inner =
        |reference: &str| json!({ "properties": { "a": { "$ref": reference, "unevaluatedProperties": {} } }});
    let under = |condition: &str, mut schema: Value| {
        schema[condition] = if condition == "dependentSchemas" { json!({ "b": true }) } else { json!(true) };
        json!({ "anyOf": [schema] })
    };
    let mut schemas: Vec<Value> =
        ["if", "then", "else", "dependentSchemas"].map(|condition| under(condition, inner("#"))).to_vec();
    schemas.push(json!({
        "$ref": "#/$defs/x",
        "$defs": { "x": under("then", inner("#/$defs/y")), "y": under("then", inner("#/$defs/x")) },
    }));
    schemas.push(json!({ "anyOf": [{ "else": true, "items": { "$ref": "#", "unevaluatedItems": {} } }] }));
    schemas.push(json!({
        "$dynamicAnchor": "n",
        "anyOf": [{ "if": true, "properties": { "a": { "$dynamicRef": "#n", "unevaluatedProperties": {} } } }],
    }));
    for schema in schemas {
        let place = Place::new();
        place.write("s.json", schema.to_string());
        let done = place.run("generate s.json").exit(3);
        assert!(done.all().contains("beside a reference to what it is in"), "{schema}: {}", done.all());
    }
}
