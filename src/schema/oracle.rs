//! The validator as oracle: is a value valid, and if not, which keyword fails at which place.

use super::dialect::Dialect;
use super::references::{References, Target};
use super::walk::reached;
use super::{Formats, pointer};
use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

/// Keywords whose schema is of their own, so that a `false` there is their breach.
const APPLYING: &[&str] = &[
    "items",
    "additionalItems",
    "additionalProperties",
    "unevaluatedItems",
    "unevaluatedProperties",
    "propertyNames",
];

/// A compiled schema that says of any value whether it is valid, and where it is not.
///
/// Thread-safe; meant to be built once per schema. A reference outside the document is refused,
/// never fetched.
#[derive(Debug)]
pub struct Oracle {
    validator: Validator,
    asserted: bool,
}

/// One failed assertion of one keyword at one place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Breach {
    /// JSON pointer into the instance; for `required` that of the object that lacks the member.
    pub pointer: String,
    /// The keyword that failed; `falseSchema` for a schema that is `false` where no keyword applies it alone.
    pub keyword: String,
    /// JSON pointer into the schema document where the keyword stands, references resolved.
    pub schema_pointer: String,
    /// What failed, in the validator's words. It quotes the instance.
    pub message: String,
    /// The missing member of a `required` breach.
    pub missing: Option<String>,
}

/// A [`Breach`] that nobody wants to read.
pub(crate) struct Failure<'a> {
    pub(crate) pointer: &'a str,
    pub(crate) keyword: &'a str,
    pub(crate) missing: Option<&'a str>,
}

/// Why a document is not a schema that can be judged by.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} (schema at {pointer:?})")]
pub struct SchemaError {
    /// JSON pointer into the schema document.
    pub pointer: String,
    /// One sentence, lower-case start.
    pub message: String,
    /// How to mend it.
    pub mend: String,
}

impl SchemaError {
    pub(crate) fn new(
        pointer: impl Into<String>,
        message: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self { pointer: pointer.into(), message: message.into(), mend: mend.into() }
    }
}

impl Oracle {
    /// Compiles `schema` (JSON Schema 2020-12 unless `$schema` says otherwise).
    ///
    /// Fails where the document breaks its meta-schema, a pattern does not compile, or a reference
    /// leads out of the document or nowhere.
    pub fn new(schema: &Value, formats: Formats) -> Result<Self, SchemaError> {
        if !matches!(schema, Value::Object(_) | Value::Bool(_)) {
            return Err(not_a_schema(""));
        }
        jsonschema::options()
            .offline()
            .should_validate_formats(formats.asserted())
            .build(schema)
            .map(|validator| Self { validator, asserted: formats.asserted() })
            .map_err(|error| explain(schema, &error))
    }

    /// Whether `value` satisfies the schema.
    pub fn is_valid(&self, value: &Value) -> bool {
        self.validator.is_valid(value)
    }

    /// Every assertion that `value` fails, in the validator's order; none for a valid value.
    ///
    /// A failed `anyOf`, `oneOf` or `not` is one breach: what failed inside its branches is not listed.
    pub fn breaches(&self, value: &Value) -> Vec<Breach> {
        self.validator
            .iter_errors(value)
            .map(|error| Breach {
                pointer: error.instance_path().to_string(),
                keyword: keyword(&error).to_owned(),
                schema_pointer: error.schema_path().to_string(),
                missing: missing(&error).map(str::to_owned),
                message: error.to_string(),
            })
            .collect()
    }

    /// Whether every failure of `value` passes `check`, of which there is at least one; stops at the
    /// first that does not. Nothing is formatted, so this is much cheaper than [`Self::breaches`].
    pub(crate) fn fails_only(&self, value: &Value, mut check: impl FnMut(&Failure<'_>) -> bool) -> bool {
        let mut failed = false;
        for error in self.validator.iter_errors(value) {
            let pointer = error.instance_path().to_string();
            let (keyword, missing) = (keyword(&error), missing(&error));
            if !check(&Failure { pointer: &pointer, keyword, missing }) {
                return false;
            }
            failed = true;
        }
        failed
    }

    /// Whether `format` asserts here.
    pub fn formats(&self) -> Formats {
        if self.asserted { Formats::Asserted } else { Formats::Annotated }
    }
}

/// The keyword as the schema has it. The validator says of some only what family they are of.
fn keyword<'a>(error: &'a ValidationError<'_>) -> &'a str {
    let mut path = error.schema_path().as_str().rsplit('/');
    let (last, parent) = (path.next().unwrap_or_default(), path.next().unwrap_or_default());
    let named = match error.kind() {
        ValidationErrorKind::FalseSchema => {
            APPLYING.contains(&last)
                && !["properties", "patternProperties", "$defs", "definitions"].contains(&parent)
        }
        ValidationErrorKind::Contains => ["minContains", "maxContains"].contains(&last),
        ValidationErrorKind::Required { .. } => ["dependentRequired", "dependencies"].contains(&last),
        _ => false,
    };
    if named { last } else { error.kind().keyword() }
}

fn missing<'a>(error: &'a ValidationError<'_>) -> Option<&'a str> {
    match error.kind() {
        ValidationErrorKind::Required { property } if keyword(error) == "required" => property.as_str(),
        _ => None,
    }
}

/// The error of what is neither an object nor a boolean.
pub(crate) fn not_a_schema(pointer: &str) -> SchemaError {
    SchemaError::new(pointer, "a schema is an object or a boolean", "write an object with keywords, or true")
}

fn explain(schema: &Value, error: &ValidationError<'_>) -> SchemaError {
    if let ValidationErrorKind::Referencing(reason) = error.kind() {
        return lost(schema).unwrap_or_else(|| {
            let mend = "correct the reference";
            SchemaError::new("", format!("a reference does not resolve: {reason}"), mend)
        });
    }
    broken("", error)
}

/// What a validator finds wrong with the schema at a pointer.
pub(crate) fn broken(at: &str, error: &ValidationError<'_>) -> SchemaError {
    let pointer = format!("{at}{}", error.instance_path());
    let keyword = pointer::split_last(&pointer).map(|(_, name)| name).unwrap_or_default();
    let mend = match keyword.as_str() {
        "type" => "a type is array, boolean, integer, null, number, object or string, or a list of these",
        "exclusiveMinimum" | "exclusiveMaximum" => {
            "write the number itself; a boolean is draft 4 or OpenAPI 3.0, so declare that or give --dialect"
        }
        "pattern" => "write a regular expression of ECMA-262",
        "required" => "list the names of the members that are required, in the object's schema",
        _ => "correct this keyword",
    };
    let message = match keyword.as_str() {
        "type" => format!("not a valid schema: {} is no type", error.instance()),
        _ => format!("not a valid schema: {error}"),
    };
    SchemaError::new(pointer, message, mend)
}

/// The first reference that leads nowhere or out of the document.
fn lost(schema: &Value) -> Option<SchemaError> {
    let dialect = Dialect::declared(schema).ok().flatten().unwrap_or_default();
    let references = References::of(schema, dialect);
    let (pointer, reference, target) = reached(schema, "", dialect, &references).lost.into_iter().next()?;
    Some(match target {
        Target::Outside => SchemaError::new(
            pointer,
            format!("the reference {reference:?} leads out of the document, and nothing is fetched"),
            "copy what it refers to into the document",
        ),
        _ => SchemaError::new(
            pointer,
            format!("the reference {reference:?} leads nowhere in the document"),
            "correct it, or add what it refers to",
        ),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed expectation is the test's failure")]
    use super::*;
    use serde_json::json;

    #[test]
    fn says_where_and_what() {
        let oracle = Oracle::new(
            &json!({"$ref": "#/$defs/a", "$defs": {"a": {"properties": {"b/c": {"maxLength": 1}}, "required": ["d"]}}}),
            Formats::Annotated,
        )
        .unwrap();
        let breaches = oracle.breaches(&json!({"b/c": "xy"}));
        let seen: Vec<_> = breaches
            .iter()
            .map(|b| (b.pointer.as_str(), b.keyword.as_str(), b.schema_pointer.as_str()))
            .collect();
        assert!(seen.contains(&("/b~1c", "maxLength", "/$defs/a/properties/b~1c/maxLength")), "{seen:?}");
        assert!(seen.contains(&("", "required", "/$defs/a/required")), "{seen:?}");
        assert!(breaches.iter().any(|b| b.missing.as_deref() == Some("d")));
    }

    #[test]
    fn formats_assert_only_when_told() {
        let schema = json!({"format": "uuid"});
        assert!(Oracle::new(&schema, Formats::Annotated).unwrap().is_valid(&json!("x")));
        assert!(!Oracle::new(&schema, Formats::Asserted).unwrap().is_valid(&json!("x")));
    }

    #[test]
    fn bad_schemas_are_refused_with_a_pointer() {
        for (schema, pointer, word) in [
            (json!(3), "", "object or a boolean"),
            (json!({"properties": {"a": {"type": "strin"}}}), "/properties/a/type", "not a valid schema"),
            (json!({"items": {"$ref": "#/$defs/no"}}), "/items/$ref", "leads nowhere"),
            (json!({"items": {"$ref": "https://example.com/s.json"}}), "/items/$ref", "leads out"),
            (json!({"items": {"$ref": "#no"}}), "/items/$ref", "leads nowhere"),
            (json!({"items": {"pattern": "("}}), "/items/pattern", "not a valid schema"),
        ] {
            let error = Oracle::new(&schema, Formats::Annotated).unwrap_err();
            assert_eq!(error.pointer, pointer, "{schema} {error}");
            assert!(error.message.contains(word), "{error}");
        }
    }
}
