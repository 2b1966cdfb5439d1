//! What the keywords of all dialects hold, for walking a schema without compiling it.

/// How a keyword's value holds schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    Nothing,
    /// One schema, or as `items` once did a list of them.
    Schema,
    List,
    /// Schemas by name; a list of names under one is `dependencies`.
    Map,
}

/// What a keyword holds, and whether those schemas judge the very value that the keyword judges.
pub(crate) fn holds(keyword: &str) -> (Holds, bool) {
    match keyword {
        "not" | "if" | "then" | "else" => (Holds::Schema, true),
        "allOf" | "anyOf" | "oneOf" => (Holds::List, true),
        "dependentSchemas" | "dependencies" => (Holds::Map, true),
        "items"
        | "additionalItems"
        | "unevaluatedItems"
        | "contains"
        | "additionalProperties"
        | "unevaluatedProperties"
        | "propertyNames"
        | "contentSchema" => (Holds::Schema, false),
        "prefixItems" => (Holds::List, false),
        "properties" | "patternProperties" | "$defs" | "definitions" => (Holds::Map, false),
        _ => (Holds::Nothing, false),
    }
}

/// Keywords that refer to a schema elsewhere.
pub(crate) const REFERENCES: &[&str] = &["$ref", "$dynamicRef", "$recursiveRef"];

/// Keywords whose values are data, whatever they look like.
pub(crate) const DATA: &[&str] = &["enum", "const", "default", "example", "examples"];

/// Keywords that place schemas or describe them and let every value pass.
const SILENT: &[&str] = &[
    "$schema",
    "$id",
    "id",
    "$comment",
    "$vocabulary",
    "$defs",
    "definitions",
    "title",
    "description",
    "default",
    "example",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
    "nullable",
    "discriminator",
    "externalDocs",
    "xml",
    "contentSchema",
];

/// Keywords that can fail a value, refer to a schema that can, or name the schema they stand in.
const OTHERS: &[&str] = &[
    "$ref",
    "$dynamicRef",
    "$recursiveRef",
    "$anchor",
    "$dynamicAnchor",
    "$recursiveAnchor",
    "type",
    "enum",
    "const",
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "format",
    "contentEncoding",
    "contentMediaType",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxContains",
    "minContains",
    "maxProperties",
    "minProperties",
    "required",
    "dependentRequired",
    "items",
    "prefixItems",
    "additionalItems",
    "unevaluatedItems",
    "contains",
    "properties",
    "patternProperties",
    "additionalProperties",
    "unevaluatedProperties",
    "propertyNames",
    "dependencies",
    "dependentSchemas",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
];

/// Whether any dialect has the keyword.
pub(crate) fn known(keyword: &str) -> bool {
    SILENT.contains(&keyword) || OTHERS.contains(&keyword)
}

/// Whether the keyword does more than to describe or to hold what is referred to.
pub(crate) fn speaks(keyword: &str) -> bool {
    OTHERS.contains(&keyword)
}

/// The keyword that an unknown one was meant to be, where it is one slip away.
pub(crate) fn meant(keyword: &str) -> Option<&'static str> {
    if known(keyword) || keyword.starts_with("x-") || keyword.len() < 4 {
        return None;
    }
    let all = || SILENT.iter().chain(OTHERS).copied().filter(|one| one.len() >= 4);
    all().find(|one| one.eq_ignore_ascii_case(keyword)).or_else(|| all().find(|one| one_slip(one, keyword)))
}

/// Whether one inserted, missing, replaced or swapped character makes one word the other.
fn one_slip(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let same = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let (left, right) = (&one[same..], &other[same..]);
    match (left, right) {
        ([a, b, left @ ..], [c, d, right @ ..]) if a == d && b == c && left == right => true,
        ([_, rest @ ..], right) if rest == right => true,
        (left, [_, rest @ ..]) if rest == left => true,
        ([_, left @ ..], [_, right @ ..]) => left == right,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_other_words() {
        for (written, wanted) in [
            ("maxLenght", "maxLength"),
            ("maxlength", "maxLength"),
            ("additionalProperty", ""),
            ("additonalProperties", "additionalProperties"),
            ("requierd", "required"),
            ("require", "required"),
            ("propertys", ""),
            ("typ", ""),
            ("types", "type"),
            ("minLength", ""),
            ("x-pattern", ""),
            ("name", ""),
            ("label", ""),
            ("nulable", "nullable"),
        ] {
            assert_eq!(meant(written).unwrap_or_default(), wanted, "{written}");
        }
    }

    #[test]
    fn what_holds_schemas_is_known() {
        for keyword in ["items", "allOf", "properties", "$defs", "contentSchema", "dependencies"] {
            assert!(holds(keyword).0 != Holds::Nothing && known(keyword), "{keyword}");
        }
    }
}
