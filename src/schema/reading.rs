//! How a document is read: what it leaves open, and what it is read as.

use super::dialect::{self, Dialect, is_openapi};
use super::references::References;
use super::walk::reached;
use super::{Formats, Integers, SchemaError, advice, integers, openapi30, oracle, pointer, select};
use serde_json::Value;

/// What a document does not say of itself, or what shall hold in place of what it says.
///
/// ```
/// use proofmark::generate::Generator;
/// use proofmark::schema::Reading;
/// use serde_json::{Value, json};
///
/// let document = json!({"openapi": "3.0.3", "info": {}, "components": {"schemas": {
///     "Tag": {"type": "string", "nullable": true, "maxLength": 3}}}});
/// let reading = Reading::default();
/// let schema = reading.read(&document, "/components/schemas/Tag")?;
/// let generator = Generator::new(&schema.value, reading.formats)?;
/// assert!(generator.oracle().is_valid(&Value::Null));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The dialect, in place of the one that the document declares.
    pub dialect: Option<Dialect>,
    /// Whether `format` asserts.
    pub formats: Formats,
    /// Whether `int32`, `int64` and the like are ranges.
    pub integers: Integers,
}

/// One schema of a document, ready to be generated from.
#[derive(Clone, Debug)]
pub struct Schema {
    /// A self-contained JSON Schema of a dialect that the validator knows, which `$schema` names where it
    /// is another than 2020-12. What is referred to stands where it stood in the document.
    pub value: Value,
    /// What is probably not meant as it is written.
    pub warnings: Vec<Warning>,
}

/// Something in a schema that is allowed, and probably a mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// JSON pointer into the document.
    pub pointer: String,
    /// One sentence, lower-case start.
    pub message: String,
}

impl Reading {
    /// Reads the schema at a JSON pointer of a document: a JSON Schema, or an `OpenAPI` description.
    ///
    /// Fails where the pointer names no schema, where the dialect is not known, and where what is written
    /// is none of the dialect. The error's pointer is one into the document.
    pub fn read(self, document: &Value, at: &str) -> Result<Schema, SchemaError> {
        let target = document.pointer(at).ok_or_else(|| advice::missing(document, at))?;
        if !matches!(target, Value::Object(_) | Value::Bool(_)) {
            return Err(oracle::not_a_schema(at));
        }
        if at.is_empty() && is_openapi(document) {
            return Err(advice::whole(document));
        }
        advice::around(document, at)?;
        let dialect = self.dialect(document, at, target)?;
        let references = References::of(document, dialect);
        let reached = reached(document, at, dialect, &references);
        let mut warnings = Vec::new();
        let mut lowered = document.clone();
        declare(&mut lowered, dialect, is_openapi(document));
        for site in &reached.sites {
            advice::warn(&mut warnings, &site.pointer, site.node, dialect);
            let Some(Value::Object(node)) = lowered.pointer_mut(&site.pointer) else { continue };
            if dialect == Dialect::OpenApi30 {
                openapi30::lower(&site.pointer, node)?;
            }
            if self.integers == Integers::Ranges {
                integers::bound(node);
            }
            let own = node.get_mut("$schema").filter(|_| site.pointer != at || !at.is_empty());
            if let Some(own) = own {
                let named = if site.pointer == at {
                    Ok(dialect)
                } else {
                    dialect::of_value(&pointer::join(&site.pointer, "$schema"), own)
                };
                *own = named?.uri().into();
            }
        }
        let value = select::select(lowered, at, dialect, &references, &reached);
        Ok(Schema { value, warnings })
    }

    fn dialect(self, document: &Value, at: &str, target: &Value) -> Result<Dialect, SchemaError> {
        if let Some(dialect) = self.dialect {
            return Ok(dialect);
        }
        match target.get("$schema") {
            Some(uri) => dialect::of_value(&pointer::join(at, "$schema"), uri),
            None => Ok(Dialect::declared(document)?.unwrap_or_default()),
        }
    }
}

/// Has the document say in which dialect it is read from here on, and no more that its schemas are parts.
fn declare(document: &mut Value, dialect: Dialect, described: bool) {
    let Value::Object(members) = document else { return };
    if members.contains_key("$schema") || described || dialect != Dialect::default() {
        members.insert("$schema".to_owned(), dialect.uri().into());
    }
    for member in ["openapi", "jsonSchemaDialect", "swagger"] {
        members.remove(member);
    }
}
