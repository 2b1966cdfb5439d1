//! Goals of the string keywords.

use super::aim::{Aim, Aims, Spot, whole};
use super::sample::{Filled, LOOKS, UNITS};
use super::text::LONGEST;
use serde_json::{Value, json};

/// Keywords beside which a string is judged by its length alone.
const PLAIN: &[&str] = &[
    "type",
    "minLength",
    "maxLength",
    "title",
    "description",
    "default",
    "example",
    "examples",
    "x-proofmark",
    "$ref",
    "allOf",
    "$defs",
    "deprecated",
    "readOnly",
    "writeOnly",
    "$comment",
    "$schema",
];
/// The longest sample that is tried against a pattern while goals are listed.
const LONGEST_TRIED: u64 = 10_000;
const COMBINING: &str = "e\u{301}";

pub(crate) fn add(aims: &mut Aims<'_>, spot: &Spot<'_>, value: &Value) {
    if !aims.allows("string") {
        return;
    }
    match (spot.keyword, whole(value)) {
        ("minLength", Some(length)) => {
            aims.meet(spot, "at", Some("string"), exactly(length));
            if let Some(below) = length.checked_sub(1) {
                aims.breach(spot, "below", Some("string"), exactly(below));
            }
        }
        ("maxLength", Some(length)) => maximum(aims, spot, length),
        ("pattern", _) => {
            let not = json!({ (spot.keyword): value });
            aims.breach_by(spot, "mismatch", Some("string"), json!({"type": "string"}), Some(not));
        }
        ("format", _) if aims.formats.asserted() => {
            let not = json!({ (spot.keyword): value });
            aims.breach_by(spot, "mismatch", Some("string"), json!({"type": "string"}), Some(not));
        }
        _ => {}
    }
}

fn maximum(aims: &mut Aims<'_>, spot: &Spot<'_>, length: u64) {
    aims.meet(spot, "at", Some("string"), exactly(length));
    for (side, unit) in UNITS {
        let filled = Filled::new(unit, length);
        if length >= unit.chars().count() as u64 && fits(aims, filled) {
            aims.push(spot, side, true, Aim::Filled(filled));
        }
    }
    let least = aims.count("minLength", u64::max).unwrap_or(0);
    if let Some(near) = length.checked_sub(1)
        && near >= least
    {
        aims.meet(spot, "near", Some("string"), exactly(near));
    }
    let Some(above) = length.checked_add(1) else { return };
    aims.breach(spot, "above", Some("string"), exactly(above));
    // Read as graphemes it is no longer than allowed; read as code points it is one too long.
    if length >= 1 && plain(aims) {
        aims.push(spot, "above-combining", false, Aim::Filled(Filled::new(COMBINING, above)));
    }
}

/// Strings that people send, and that programs take for something else.
pub(crate) fn looks(aims: &mut Aims<'_>, spot: &Spot<'_>) {
    let min = aims.count("minLength", u64::max).unwrap_or(0);
    let max = aims.count("maxLength", u64::min).unwrap_or(u64::MAX);
    if min > LONGEST_TRIED || !aims.allows("string") {
        return;
    }
    for look in LOOKS {
        let Some(text) = look.fit(min, max).map(Value::String) else { continue };
        if plain(aims) || aims.passes(&text) {
            aims.push(spot, look.side, true, Aim::Fixed(text));
        }
    }
}

fn exactly(length: u64) -> Value {
    json!({"type": "string", "minLength": length, "maxLength": length})
}

/// Whether nothing but its length decides on a string here.
fn plain(aims: &Aims<'_>) -> bool {
    aims.nodes().all(|node| node.keys().all(|keyword| PLAIN.contains(&keyword.as_str())))
}

fn fits(aims: &Aims<'_>, filled: Filled) -> bool {
    let least = aims.count("minLength", u64::max).unwrap_or(0);
    let most = aims.count("maxLength", u64::min).unwrap_or(u64::MAX);
    if !(least..=most).contains(&filled.length()) {
        return false;
    }
    // One that is too long to make is listed all the same, so that its refusal is seen.
    plain(aims)
        || (filled.length() <= LONGEST_TRIED.min(LONGEST) && aims.passes(&Value::String(filled.text())))
}
