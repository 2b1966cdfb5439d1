//! Schemas, and what is generated from them, held against the validator.

use proofmark::generate::{Generator, Refusal, draw, seed};
use proofmark::schema::{Formats, Reading};
use serde_json::{Value, json};

/// How many valid values are drawn.
const VALID: u64 = 4;
/// How many goals are met.
const GOALS: usize = 6;
/// How many documents at boundaries are looked at.
const BOUNDARIES: usize = 6;

/// Values that many schemas allow: where one of them is valid, nobody may say that none is.
fn simple() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(1),
        json!(-1),
        json!(0.5),
        json!(100),
        json!(""),
        json!("a"),
        json!("0"),
        json!("abc"),
        json!([]),
        json!([0]),
        json!(["a"]),
        json!([0, 1]),
        json!({}),
        json!({"a": 0}),
        json!({"a": "a"}),
        json!({"a": 0, "b": 0}),
        json!({"a": {}}),
        json!({"a": []}),
    ]
}

/// Makes values of a schema and of its goals.
///
/// # Panics
/// A value is none that it should be: by the validator alone, which knows nothing of how it was made.
pub(super) fn generate(document: &Value, formats: Formats) {
    let Ok(schema) = (Reading { formats, ..Reading::default() }).read(document, "") else { return };
    let Ok(generator) = Generator::new(&schema.value, formats) else { return };
    let built = jsonschema::options()
        .offline()
        .should_validate_formats(formats == Formats::Asserted)
        .build(&schema.value);
    let validator = built.expect("the generator takes it for a schema");
    let is_valid = |value: &Value| validator.is_valid(value);
    match generator.valid() {
        Ok(strategy) => {
            for index in 0..VALID {
                if let Ok(value) = draw(&strategy, seed(1, "corpora", index)) {
                    assert!(is_valid(&value), "{value} is made as valid for {}", schema.value);
                }
            }
            for (value, _) in generator.boundaries(1).take(BOUNDARIES) {
                assert!(is_valid(&value), "{value} is made at a boundary of {}", schema.value);
            }
        }
        Err(Refusal::Unsatisfiable { message, .. }) => {
            let found = simple().into_iter().find(|value| is_valid(value));
            assert_eq!(found, None, "{message}: said of {}", schema.value);
        }
        Err(_) => {}
    }
    for valid in [true, false] {
        for goal in generator.rounds(valid).into_iter().take(GOALS) {
            let Ok(strategy) = generator.documents(goal) else { continue };
            let Ok(value) = draw(&strategy, seed(2, "corpora", 0)) else { continue };
            assert_eq!(is_valid(&value), valid, "{value} is made for {goal:?} of {}", schema.value);
            assert!(
                generator.confirms(goal, &value),
                "{value} is not what {goal:?} asks of {}",
                schema.value
            );
        }
    }
}
