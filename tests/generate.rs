//! The generator against its oracles: what is called valid is valid, and what is called a violation
//! fails the named keyword at the named place and nothing elsewhere.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is the test's failure"
)]
#![allow(clippy::print_stdout, reason = "counts are shown with --nocapture")]

#[path = "generate/dialects.rs"]
mod dialects;
#[path = "generate/draft7.rs"]
mod draft7;
#[path = "generate/schemas.rs"]
mod schemas;
#[path = "generate/shrinking.rs"]
mod shrinking;
#[path = "generate/strings.rs"]
mod strings;
#[path = "generate/suite.rs"]
mod suite;
#[path = "generate/texts.rs"]
mod texts;
#[path = "generate/valid.rs"]
mod valid;
#[path = "generate/violating.rs"]
mod violating;

use proofmark::generate::{Edit, Generator, Goal, Refusal, Seeds, draw, seed};
use proofmark::schema::Formats;
use schemas::{schemas, send_inbox};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn generator(schema: &Value) -> Generator {
    Generator::new(schema, Formats::Annotated).unwrap_or_else(|refusal| panic!("{schema}: {refusal}"))
}

/// Whether another validator finds a value valid, or not, as said.
type Agrees = Box<dyn Fn(&Value, bool) -> bool>;

/// What `boon` says; it has no look-around, and decides multiples of fractions and integers beyond
/// 2^53 in binary.
fn second_oracle(name: &str, schema: &Value) -> Agrees {
    if matches!(name, "look-ahead" | "cents" | "large") {
        return Box::new(|_, _| true);
    }
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("memory:schema.json", schema.clone()).unwrap();
    let index = compiler.compile("memory:schema.json", &mut schemas).unwrap();
    Box::new(move |value, valid| schemas.validate(value, index).is_ok() == valid)
}

#[test]
fn valid_draws_validate() {
    for (name, schema) in schemas() {
        let generator = generator(&schema);
        let agrees = second_oracle(name, &schema);
        let strategy = generator.valid().unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        let mut distinct = BTreeSet::new();
        for index in 0..300 {
            let value = draw(&strategy, seed(1, name, index)).unwrap();
            assert!(generator.oracle().is_valid(&value), "{name}: {value}");
            assert!(agrees(&value, true), "{name}, says the second oracle: {value}");
            distinct.insert(value.to_string());
        }
        println!("{name}: {} distinct of 300", distinct.len());
    }
}

#[test]
fn each_goal_is_met_and_nothing_else_fails() {
    let mut shown = BTreeSet::new();
    let mut refused = Vec::new();
    for (name, schema) in schemas() {
        let generator = generator(&schema);
        let agrees = second_oracle(name, &schema);
        let (mut met, mut seen) = (0, BTreeSet::new());
        for goal in generator.goals() {
            assert!(seen.insert(goal.clone()), "{name}: twice {goal:?}");
            let strategy = match generator.documents(goal) {
                Ok(strategy) => strategy,
                Err(refusal) => {
                    refused
                        .push(format!("{name}: {} {} {}: {refusal}", goal.pointer, goal.keyword, goal.side));
                    continue;
                }
            };
            for index in 0..20 {
                let value = draw(&strategy, seed(2, name, index))
                    .unwrap_or_else(|why| panic!("{name} {goal:?}: {why}"));
                let breaches = generator.oracle().breaches(&value);
                assert!(generator.confirms(goal, &value), "{name}: {goal:?} {value} {breaches:?}");
                assert!(agrees(&value, goal.valid), "{name}, says the second oracle: {goal:?} {value}");
                assert_eq!(breaches.is_empty(), goal.valid, "{name}: {goal:?} {value}");
            }
            shown.insert(format!(
                "{} {} {}",
                goal.keyword,
                goal.side,
                if goal.valid { "valid" } else { "violating" }
            ));
            met += 1;
        }
        println!("{name}: {met} of {} goals", generator.goals().len());
    }
    println!("{}", refused.join("\n"));
    for wanted in [
        "required missing violating",
        "minLength at valid",
        "minLength below violating",
        "maxLength near valid",
        "maxLength above-combining violating",
        "minItems at valid",
        "minItems below violating",
        "maxItems at valid",
        "maxItems above violating",
        "items many valid",
        "minimum at valid",
        "minimum above valid",
        "minimum below violating",
        "maximum at valid",
        "maximum below valid",
        "maximum above violating",
        "exclusiveMinimum at violating",
        "exclusiveMinimum above valid",
        "exclusiveMaximum at violating",
        "exclusiveMaximum below valid",
        "multipleOf off violating",
        "enum value-0 valid",
        "enum other violating",
        "const other violating",
        "pattern mismatch violating",
        "additionalProperties extra violating",
        "additionalProperties extra valid",
        "minProperties at valid",
        "minProperties below violating",
        "maxProperties at valid",
        "maxProperties above violating",
        "uniqueItems repeated violating",
        "properties absent valid",
        "properties present valid",
        "type text-nul valid",
    ] {
        assert!(shown.contains(wanted), "no schema shows {wanted}");
    }
}

#[test]
fn the_same_seed_gives_the_same_value() {
    for (name, schema) in schemas() {
        let (one, other) = (generator(&schema), generator(&schema));
        assert_eq!(one.goals(), other.goals(), "{name}");
        let (left, right) = (one.valid().unwrap(), other.valid().unwrap());
        for index in (0..20).rev() {
            assert_eq!(draw(&left, seed(4, name, index)), draw(&right, seed(4, name, index)), "{name}");
        }
        for goal in one.goals().iter().take(20) {
            if let (Ok(left), Ok(right)) = (one.edits(goal), other.edits(goal)) {
                assert_eq!(draw(&left, seed(4, name, 0)), draw(&right, seed(4, name, 0)), "{name} {goal:?}");
            }
        }
    }
    assert_ne!(seed(1, "a", 0), seed(1, "a", 1));
    assert_ne!(seed(1, "a", 0), seed(2, "a", 0));
    assert_ne!(seed(1, "a", 0), seed(1, "b", 0));
    assert_eq!(Seeds::new(1, "a").at(7), seed(1, "a", 7));
}

#[test]
fn the_goals_of_the_request_are_all_there() {
    let generator = generator(&send_inbox());
    let sides = |pointer: &str, keyword: &str| -> Vec<String> {
        let of = |goal: &&Goal| goal.pointer == pointer && goal.keyword == keyword;
        generator.goals().iter().filter(of).map(|goal| goal.side.clone()).collect()
    };
    assert_eq!(sides("/accessToken", "required"), ["missing"]);
    assert_eq!(sides("/accessToken", "minLength"), ["at", "below"]);
    assert_eq!(
        sides("/accessToken", "maxLength"),
        [
            "at",
            "at-two-byte",
            "at-three-byte",
            "at-astral",
            "at-combining",
            "near",
            "above",
            "above-combining"
        ]
    );
    let types = ["integer", "number", "boolean", "object", "array", "null"];
    let texts = [
        "rtl",
        "control",
        "nul",
        "number",
        "json",
        "html",
        "emoji",
        "combining",
        "nfd",
        "zero-width",
        "nonchar",
        "sql",
        "format",
    ];
    let all: Vec<String> = types
        .iter()
        .map(ToString::to_string)
        .chain(texts.iter().map(|text| format!("text-{text}")))
        .collect();
    assert_eq!(sides("/accessToken", "type"), all);
    assert_eq!(sides("", "type"), ["string", "integer", "number", "boolean", "array", "null"]);
    assert_eq!(sides("/templates", "minItems"), ["at", "below"]);
    assert_eq!(sides("/templates", "items"), ["many"]);
    assert_eq!(sides("/extendInfo", "properties"), ["absent", "present"]);
    assert_eq!(sides("", "additionalProperties"), ["extra"]);
    // Told not to violate there, it still shows what strings may hold.
    assert!(sides("/templates/0/templateParameters/*", "type").iter().all(|side| side.starts_with("text-")));
    assert_eq!(sides("/templates/0/templateParameters/*", "type").len(), texts.len());
    let schema_pointers: BTreeSet<&str> =
        generator.goals().iter().map(|goal| goal.schema_pointer.as_str()).collect();
    assert!(schema_pointers.contains("/components/schemas/Request/required"));
}

#[test]
fn lengths_are_met_exactly() {
    let generator = generator(&send_inbox());
    for goal in
        generator.goals().iter().filter(|goal| goal.pointer == "/requestId" && goal.keyword == "maxLength")
    {
        let edit = draw(&generator.edits(goal).unwrap(), seed(5, "lengths", 0)).unwrap();
        let Edit::Replace(Value::String(text)) = edit else { panic!("{goal:?} {edit:?}") };
        let length = text.chars().count();
        let expected = match goal.side.as_str() {
            "near" => 127,
            "above" | "above-combining" => 129,
            _ => 128,
        };
        assert_eq!(length, expected, "{goal:?}");
        let bytes = match goal.side.as_str() {
            "at-two-byte" => 2 * length,
            "at-three-byte" => 3 * length,
            "at-astral" => 4 * length,
            "at-combining" => length / 2 * 3,
            "above-combining" => length / 2 * 3 + 1,
            _ => length,
        };
        assert_eq!(text.len(), bytes, "{goal:?}");
    }
}

#[test]
fn strategies_work_under_the_runner_of_proptest_too() {
    use proptest::test_runner::{Config, TestCaseError, TestError, TestRng, TestRunner};
    let generator = generator(&json!({"type": "array", "items": {"type": "integer", "minimum": 0}}));
    let config = Config { cases: 500, failure_persistence: None, ..Config::default() };
    let rng = TestRng::from_seed(proptest::test_runner::RngAlgorithm::ChaCha, &seed(10, "runner", 0));
    let mut runner = TestRunner::new_with_rng(config, rng);
    let sum =
        |value: &Value| value.as_array().unwrap().iter().map(|item| item.as_f64().unwrap()).sum::<f64>();
    let outcome = runner.run(&generator.valid().unwrap(), |value| {
        if sum(&value) < 100.0 { Ok(()) } else { Err(TestCaseError::fail("too much")) }
    });
    match outcome {
        Err(TestError::Fail(_, value)) => assert_eq!(value, json!([100])),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_generator_is_shared_between_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    let generator = generator(&send_inbox());
    shared(&generator);
    shared(&generator.valid().unwrap());
    shared(&generator.documents(&generator.goals()[0]).unwrap());
}

#[test]
fn edits_create_nothing_but_their_target() {
    let base = json!({"a": {"b/c": [1, 2]}, "m": {}, "": 0});
    let replace = |value: Value| Edit::Replace(value);
    let cases: Vec<(Edit, &str, Option<Value>)> = vec![
        (replace(json!(9)), "", Some(json!(9))),
        (replace(json!(9)), "/a/b~1c/1", Some(json!({"a": {"b/c": [1, 9]}, "m": {}, "": 0}))),
        (replace(json!(9)), "/", Some(json!({"a": {"b/c": [1, 2]}, "m": {}, "": 9}))),
        (replace(json!(9)), "/a/new", Some(json!({"a": {"b/c": [1, 2], "new": 9}, "m": {}, "": 0}))),
        (replace(json!(9)), "/m/*", Some(json!({"a": {"b/c": [1, 2]}, "m": {"key": 9}, "": 0}))),
        (replace(json!(9)), "/a/*", Some(json!({"a": {"b/c": 9}, "m": {}, "": 0}))),
        (replace(json!(9)), "/a/b~1c/2", None),
        (replace(json!(9)), "/no/new", None),
        (replace(json!(9)), "/m/*/new", None),
        (Edit::Remove, "/a", Some(json!({"m": {}, "": 0}))),
        (Edit::Remove, "/a/b~1c/0", Some(json!({"a": {"b/c": [2]}, "m": {}, "": 0}))),
        (Edit::Remove, "/absent", Some(base.clone())),
        (Edit::Remove, "/no/absent", None),
        (Edit::Remove, "", None),
        (Edit::Insert("x".into(), json!(1)), "/m", Some(json!({"a": {"b/c": [1, 2]}, "m": {"x": 1}, "": 0}))),
        (Edit::Insert("x".into(), json!(1)), "/a/b~1c", None),
    ];
    for (edit, pointer, expected) in cases {
        assert_eq!(edit.apply(&base, pointer), expected, "{edit:?} at {pointer:?}");
    }
}

#[test]
fn what_cannot_be_is_refused_as_such() {
    for (schema, pointer, keyword) in [
        (json!({"type": "integer", "minimum": 5, "maximum": 2}), "", "maximum"),
        (
            json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "minLength": 3, "maxLength": 2}}}),
            "/properties/a",
            "maxLength",
        ),
        (
            json!({"$ref": "#/$defs/n", "$defs": {"n": {"type": "object", "required": ["n"], "properties": {"n": {"$ref": "#/$defs/n"}}}}}),
            "",
            "",
        ),
    ] {
        match generator(&schema).valid() {
            Err(Refusal::Unsatisfiable { pointer: at, keywords, message }) => {
                assert!(
                    keyword.is_empty() || keywords.iter().any(|one| one == keyword),
                    "{schema} {keywords:?} {message}"
                );
                assert!(keyword.is_empty() || at == pointer, "{schema} {at} {message}");
            }
            other => panic!("{schema}: {other:?}"),
        }
    }
    for schema in [
        json!({"$ref": "https://example.com/x"}),
        json!({"type": "nonsense"}),
        json!({"$ref": "#/$defs/none"}),
        json!([]),
    ] {
        assert!(
            matches!(Generator::new(&schema, Formats::Annotated), Err(Refusal::BadSchema { .. })),
            "{schema}"
        );
    }
    let huge = generator(&json!({"type": "string", "maxLength": 1_000_000_000}));
    assert!(huge.valid().is_ok());
    let at = huge.goals().iter().filter(|goal| goal.keyword == "maxLength");
    for goal in at {
        assert!(matches!(huge.edits(goal), Err(Refusal::GaveUp { .. })), "{goal:?}");
    }
    let long = generator(&json!({"type": "array", "items": {"type": "null"}, "minItems": 1_000_000}));
    assert!(matches!(long.valid(), Err(Refusal::GaveUp { .. })));
}

#[test]
fn formats_are_kept_when_they_assert() {
    for format in [
        "date",
        "time",
        "date-time",
        "duration",
        "email",
        "hostname",
        "ipv4",
        "ipv6",
        "uri",
        "uri-reference",
        "uuid",
        "uri-template",
        "json-pointer",
        "relative-json-pointer",
        "regex",
    ] {
        let schema = json!({ "type": "string", "format": format });
        let generator = Generator::new(&schema, Formats::Asserted).unwrap();
        let strategy = generator.valid().unwrap();
        for index in 0..50 {
            let value = draw(&strategy, seed(9, format, index)).unwrap();
            assert!(generator.oracle().is_valid(&value), "{format}: {value}");
        }
        assert!(generator.goals().iter().any(|goal| goal.keyword == "format" && !goal.valid));
        assert!(
            !Generator::new(&schema, Formats::Annotated)
                .unwrap()
                .goals()
                .iter()
                .any(|goal| goal.keyword == "format")
        );
    }
}
