//! Whether the integer formats are ranges.

use serde_json::{Map, Number, Value};

/// What `format: int32`, `int64` and the like do to numbers.
///
/// The formats stand in the format registry of `OpenAPI`; no dialect has them assert. A contract may all
/// the same mean what it writes, so that a number out of the range is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Integers {
    /// They only annotate: an integer of any size passes.
    #[default]
    Unbounded,
    /// They are read as `minimum` and `maximum`.
    Ranges,
}

/// The least and the greatest number of a format.
fn range(format: &str) -> Option<(Number, Number)> {
    let signed = |least: i64, greatest: i64| Some((least.into(), greatest.into()));
    match format {
        "int8" => signed(i8::MIN.into(), i8::MAX.into()),
        "int16" => signed(i16::MIN.into(), i16::MAX.into()),
        "int32" => signed(i32::MIN.into(), i32::MAX.into()),
        "int64" => signed(i64::MIN, i64::MAX),
        "uint8" => signed(0, u8::MAX.into()),
        "uint16" => signed(0, u16::MAX.into()),
        "uint32" => signed(0, u32::MAX.into()),
        "uint64" => Some((0.into(), u64::MAX.into())),
        _ => None,
    }
}

/// Writes the range of the schema object's format into its `minimum` and `maximum`, where it is the
/// narrower one.
pub(crate) fn bound(node: &mut Map<String, Value>) {
    let Some((least, greatest)) = node.get("format").and_then(Value::as_str).and_then(range) else { return };
    if !narrow(node.get("minimum"), &least, false) {
        node.insert("minimum".to_owned(), Value::Number(least));
    }
    if !narrow(node.get("maximum"), &greatest, true) {
        node.insert("maximum".to_owned(), Value::Number(greatest));
    }
}

/// Whether the written bound is a number at least as narrow as the format's.
fn narrow(written: Option<&Value>, limit: &Number, upper: bool) -> bool {
    let Some(Value::Number(written)) = written else { return false };
    let whole = |number: &Number| number.as_i128();
    if let (Some(written), Some(limit)) = (whole(written), whole(limit)) {
        return if upper { written <= limit } else { written >= limit };
    }
    let (written, limit) = (written.as_f64().unwrap_or(0.0), limit.as_f64().unwrap_or(0.0));
    if upper { written < limit } else { written > limit }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_narrower_bound_stands() {
        for (mut schema, wanted) in [
            (
                json!({"format": "int32"}),
                json!({"format": "int32", "minimum": -2_147_483_648, "maximum": 2_147_483_647}),
            ),
            (
                json!({"format": "int32", "minimum": 0, "maximum": 3e9}),
                json!({"format": "int32", "minimum": 0, "maximum": 2_147_483_647}),
            ),
            (
                json!({"format": "uint64", "minimum": -1, "maximum": 0.5}),
                json!({"format": "uint64", "minimum": 0, "maximum": 0.5}),
            ),
            (json!({"format": "date"}), json!({"format": "date"})),
        ] {
            if let Value::Object(node) = &mut schema {
                bound(node);
            }
            assert_eq!(schema, wanted);
        }
    }
}
