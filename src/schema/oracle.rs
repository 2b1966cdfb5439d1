//! The validator as oracle: is a value valid, and if not, which keyword fails at which place.

use super::{Formats, pointer};
use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

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
    /// The keyword that failed; `falseSchema` for a boolean schema.
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
}

impl Oracle {
    /// Compiles `schema` (JSON Schema 2020-12 unless `$schema` says otherwise).
    ///
    /// Fails where the document breaks its meta-schema, a pattern does not compile, or a reference
    /// leads out of the document or nowhere.
    pub fn new(schema: &Value, formats: Formats) -> Result<Self, SchemaError> {
        if !matches!(schema, Value::Object(_) | Value::Bool(_)) {
            return Err(SchemaError {
                pointer: String::new(),
                message: "a schema is an object or a boolean".to_owned(),
            });
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
                keyword: error.kind().keyword().to_owned(),
                schema_pointer: error.schema_path().to_string(),
                missing: match error.kind() {
                    ValidationErrorKind::Required { property } => property.as_str().map(str::to_owned),
                    _ => None,
                },
                message: error.to_string(),
            })
            .collect()
    }

    /// Whether every failure of `value` passes `check`, of which there is at least one; stops at the
    /// first that does not. Nothing is formatted, so this is much cheaper than [`Self::breaches`].
    pub(crate) fn fails_only(&self, value: &Value, mut check: impl FnMut(&Failure<'_>) -> bool) -> bool {
        let mut failed = false;
        for error in self.validator.iter_errors(value) {
            let missing = match error.kind() {
                ValidationErrorKind::Required { property } => property.as_str(),
                _ => None,
            };
            let pointer = error.instance_path().to_string();
            if !check(&Failure { pointer: &pointer, keyword: error.kind().keyword(), missing }) {
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

fn explain(schema: &Value, error: &ValidationError<'_>) -> SchemaError {
    if let ValidationErrorKind::Referencing(reason) = error.kind() {
        let (pointer, reference) = culprit(schema, &reason.to_string());
        let message = match reference {
            Some(reference) if pointer::of_local_reference(&reference).is_some() => {
                format!("the reference {reference:?} leads nowhere in the document")
            }
            Some(reference) => {
                format!("the reference {reference:?} leads out of the document, and nothing is fetched")
            }
            None => format!("a reference does not resolve: {reason}"),
        };
        return SchemaError { pointer, message };
    }
    SchemaError {
        pointer: error.instance_path().to_string(),
        message: format!("not a valid schema: {error}"),
    }
}

/// The first reference in document order that cannot be resolved within the document, told by the
/// document alone where possible and by the text of the failure otherwise.
fn culprit(schema: &Value, failure: &str) -> (String, Option<String>) {
    let mut references = Vec::new();
    collect(schema, "", &mut references);
    let dangling = references.iter().find(|(_, reference)| {
        pointer::of_local_reference(reference).is_some_and(|target| schema.pointer(&target).is_none())
    });
    let named = || {
        references.iter().find(|(_, reference)| {
            let document = reference.split('#').next().unwrap_or_default();
            (!document.is_empty() && failure.contains(document))
                || reference.strip_prefix('#').is_some_and(|name| !name.is_empty() && failure.contains(name))
        })
    };
    match dangling.or_else(named) {
        Some((pointer, reference)) => (pointer.clone(), Some(reference.clone())),
        None => (String::new(), None),
    }
}

fn collect(schema: &Value, place: &str, found: &mut Vec<(String, String)>) {
    match schema {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(reference) if name == "$ref" || name == "$dynamicRef" => {
                        found.push((pointer::join(place, name), reference.clone()));
                    }
                    Value::Object(_) | Value::Array(_) if name != "enum" && name != "const" => {
                        collect(member, &pointer::join(place, name), found);
                    }
                    _ => {}
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &format!("{place}/{index}"), found);
            }
        }
        _ => {}
    }
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
            (json!({"items": {"$ref": "#no"}}), "/items/$ref", "leads out"),
            (json!({"items": {"pattern": "("}}), "/items/pattern", "not a valid schema"),
        ] {
            let error = Oracle::new(&schema, Formats::Annotated).unwrap_err();
            assert_eq!(error.pointer, pointer, "{schema} {error}");
            assert!(error.message.contains(word), "{error}");
        }
    }
}
