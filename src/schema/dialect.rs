//! Which dialect a document is written in.

use super::SchemaError;
use serde_json::Value;

/// A dialect that schemas are read in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// JSON Schema draft 4.
    Draft4,
    /// JSON Schema draft 6.
    Draft6,
    /// JSON Schema draft 7.
    Draft7,
    /// JSON Schema 2019-09.
    Draft201909,
    /// JSON Schema 2020-12, which `OpenAPI` 3.1 builds on. What a document is read in that declares none.
    #[default]
    Draft202012,
    /// The schema objects of `OpenAPI` 3.0.
    OpenApi30,
}

/// The names, each with the start of the URIs that `$schema` calls it by.
const NAMES: &[(&str, &str, Dialect)] = &[
    ("2020-12", "json-schema.org/draft/2020-12/schema", Dialect::Draft202012),
    ("2019-09", "json-schema.org/draft/2019-09/schema", Dialect::Draft201909),
    ("draft7", "json-schema.org/draft-07/schema", Dialect::Draft7),
    ("draft6", "json-schema.org/draft-06/schema", Dialect::Draft6),
    ("draft4", "json-schema.org/draft-04/schema", Dialect::Draft4),
    ("openapi-3.0", "spec.openapis.org/oas/3.0/", Dialect::OpenApi30),
    ("openapi-3.1", "spec.openapis.org/oas/3.1/dialect/", Dialect::Draft202012),
    ("openapi-3.2", "spec.openapis.org/oas/3.2/dialect/", Dialect::Draft202012),
];

impl Dialect {
    /// The dialect of this name, such as `draft7` or `openapi-3.0`.
    pub fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _, _)| *known == name).map(|(_, _, dialect)| *dialect)
    }

    /// The names that [`Self::named`] knows.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _, _)| *name)
    }

    /// The dialect that `$schema` or `jsonSchemaDialect` calls by this URI.
    pub fn of_uri(uri: &str) -> Option<Self> {
        let bare = uri.strip_prefix("https://").or_else(|| uri.strip_prefix("http://"))?;
        let bare = bare.trim_end_matches('#');
        let fits = |known: &str| if known.ends_with('/') { bare.starts_with(known) } else { bare == known };
        if bare == "json-schema.org/schema" {
            return Some(Self::default());
        }
        NAMES.iter().find(|(_, known, _)| fits(known)).map(|(_, _, dialect)| *dialect)
    }

    /// The URI that the validator knows the dialect by; that of 2020-12 for what is lowered to it.
    pub(crate) fn uri(self) -> &'static str {
        match self {
            Self::Draft4 => "http://json-schema.org/draft-04/schema#",
            Self::Draft6 => "http://json-schema.org/draft-06/schema#",
            Self::Draft7 => "http://json-schema.org/draft-07/schema#",
            Self::Draft201909 => "https://json-schema.org/draft/2019-09/schema",
            Self::Draft202012 | Self::OpenApi30 => "https://json-schema.org/draft/2020-12/schema",
        }
    }

    /// Whether `$ref` hides every keyword beside it.
    pub(crate) fn hides_siblings(self) -> bool {
        matches!(self, Self::Draft4 | Self::Draft6 | Self::Draft7 | Self::OpenApi30)
    }

    /// The keyword that names a schema.
    pub(crate) fn id(self) -> &'static str {
        if self == Self::Draft4 { "id" } else { "$id" }
    }

    /// What a document declares: by `openapi` and `jsonSchemaDialect`, or by `$schema`.
    ///
    /// Fails where it declares what is not known.
    pub fn declared(document: &Value) -> Result<Option<Self>, SchemaError> {
        if document.get("swagger").is_some_and(Value::is_string) {
            let message = "Swagger 2.0 is not read";
            let mend = "convert the document to OpenAPI 3, or give --dialect for its schemas";
            return Err(SchemaError::new("/swagger", message, mend));
        }
        if is_openapi(document) {
            return openapi(document).map(Some);
        }
        document.get("$schema").map(|uri| of_value("/$schema", uri)).transpose()
    }
}

/// Whether the document is one of `OpenAPI`, whose schemas are parts of it.
pub(crate) fn is_openapi(document: &Value) -> bool {
    document.get("openapi").is_some_and(Value::is_string)
        && (document.get("paths").is_some()
            || document.get("components").is_some()
            || document.get("info").is_some())
}

fn openapi(document: &Value) -> Result<Dialect, SchemaError> {
    let version = document.get("openapi").and_then(Value::as_str).unwrap_or_default();
    if version.starts_with("3.0.") || version == "3.0" {
        return Ok(Dialect::OpenApi30);
    }
    if !["3.1", "3.2"].iter().any(|known| version.starts_with(known)) {
        let mend = "3.0, 3.1 and 3.2 are known; --dialect reads the schemas as you say";
        let message = format!("the OpenAPI version {version:?} is not known");
        return Err(SchemaError::new("/openapi", message, mend));
    }
    let dialect = document.get("jsonSchemaDialect");
    dialect.map_or(Ok(Dialect::Draft202012), |uri| of_value("/jsonSchemaDialect", uri))
}

/// The dialect that a `$schema` somewhere in a document names.
pub(crate) fn of_value(pointer: &str, uri: &Value) -> Result<Dialect, SchemaError> {
    let names = Dialect::names().collect::<Vec<_>>().join(", ");
    let Some(text) = uri.as_str() else {
        let mend = "write the URI of a meta-schema as a string, or leave it out for 2020-12";
        return Err(SchemaError::new(pointer, "a dialect is named by a string", mend));
    };
    Dialect::of_uri(text).ok_or_else(|| {
        let mend = format!("nothing is fetched; name a known one, or say with --dialect what it is: {names}");
        SchemaError::new(pointer, format!("unknown dialect {text:?}"), mend)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed expectation is the test's failure")]
    use super::*;
    use serde_json::json;

    #[test]
    fn every_dialect_has_a_name_and_its_uri_names_it() {
        for name in Dialect::names() {
            let dialect = Dialect::named(name).unwrap();
            let lowered = if dialect == Dialect::OpenApi30 { Dialect::Draft202012 } else { dialect };
            assert_eq!(Dialect::of_uri(dialect.uri()), Some(lowered), "{name}");
        }
    }

    #[test]
    fn documents_declare_their_dialect() {
        let declared = |document: Value| Dialect::declared(&document).map_err(|error| error.pointer);
        for (document, dialect) in [
            (json!({}), None),
            (json!(true), None),
            (json!({"$schema": "http://json-schema.org/draft-07/schema#"}), Some(Dialect::Draft7)),
            (json!({"$schema": "https://json-schema.org/draft-07/schema"}), Some(Dialect::Draft7)),
            (
                json!({"$schema": "https://spec.openapis.org/oas/3.0/dialect/2024-10-18"}),
                Some(Dialect::OpenApi30),
            ),
            (
                json!({"$schema": "https://spec.openapis.org/oas/3.0/schema/2021-09-28#/definitions/Schema"}),
                Some(Dialect::OpenApi30),
            ),
            (
                json!({"$schema": "https://spec.openapis.org/oas/3.1/dialect/base"}),
                Some(Dialect::Draft202012),
            ),
            (json!({"openapi": "3.0.3", "info": {}}), Some(Dialect::OpenApi30)),
            (json!({"openapi": "3.1.0", "paths": {}}), Some(Dialect::Draft202012)),
            (
                json!({"openapi": "3.1.0", "paths": {}, "jsonSchemaDialect": "http://json-schema.org/draft-07/schema#"}),
                Some(Dialect::Draft7),
            ),
        ] {
            assert_eq!(declared(document.clone()), Ok(dialect), "{document}");
        }
        for (document, pointer) in [
            (json!({"$schema": "https://example.com/own"}), "/$schema"),
            (json!({"$schema": 7}), "/$schema"),
            (json!({"openapi": "4.0.0", "info": {}}), "/openapi"),
            (json!({"swagger": "2.0"}), "/swagger"),
            (json!({"openapi": "3.1.0", "paths": {}, "jsonSchemaDialect": "urn:x"}), "/jsonSchemaDialect"),
        ] {
            assert_eq!(declared(document.clone()), Err(pointer.to_owned()), "{document}");
        }
    }
}
