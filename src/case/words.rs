//! Generated cases in words.

use crate::generate::Goal;

/// What a goal's payload is, as the subject of a sentence.
pub(super) fn what(goal: &Goal) -> String {
    let place = place(&goal.pointer);
    let keyword = goal.keyword.as_str();
    match (keyword, goal.side.as_str()) {
        ("type", side) if side.starts_with("text-") => format!("{place} with {}", text(side)),
        ("type", side) => format!("{place} as {}", article(side)),
        ("required", _) => format!("a request without {place}"),
        ("minLength", "at") => format!("{place} of the smallest length"),
        ("minLength", "below") => format!("{place} shorter than the smallest length"),
        ("maxLength", "at") => format!("{place} of the greatest length"),
        ("maxLength", "near") => format!("{place} one short of the greatest length"),
        ("maxLength", "above") => format!("{place} one over the greatest length"),
        ("maxLength", "above-combining") => {
            format!("{place} one over the greatest length, fewer when letters and their marks count as one,")
        }
        ("maxLength", side) => format!("{place} of the greatest length in {}", characters(side)),
        ("minItems", "at") => format!("{place} with as few items as allowed"),
        ("minItems", "below") => format!("{place} with too few items"),
        ("maxItems", "at") => format!("{place} with as many items as allowed"),
        ("maxItems", "above") => format!("{place} with too many items"),
        ("items", "many") => format!("{place} with several items"),
        ("properties", side) => format!("{place} {side}"),
        ("additionalProperties", "extra") => format!("a member unknown to the contract in {place}"),
        (keyword, side) => format!("{place} with {keyword} {side}"),
    }
}

/// The places next to a goal's bound, as the subject of a sentence.
pub(super) fn around(goal: &Goal) -> String {
    format!("{} at and next to the greatest length", place(&goal.pointer))
}

/// How to mend a target that breaks the goal's clause.
pub(super) fn fix(goal: &Goal) -> String {
    match (goal.keyword.as_str(), goal.valid) {
        ("type", true) => "Take any text, and keep it as text on every way through the target.",
        ("maxLength" | "minLength", true) => {
            "Count Unicode code points: not bytes, not UTF-16 units, not what looks like one character. Check \
             columns and validators on the way, too."
        }
        ("maxLength" | "minLength", false) => "Check the length, in Unicode code points, before anything else is done.",
        ("type", false) => "Check the JSON type of every member; do not convert.",
        ("required", _) => "Check that required members are there before they are used.",
        ("minItems" | "maxItems", false) => "Check the number of items.",
        ("additionalProperties", true) => "Ignore members that the contract does not know.",
        (_, true) => "Take every request that the schema allows.",
        (_, false) => "Refuse what the schema forbids.",
    }
    .to_owned()
}

/// A pointer as people say it.
fn place(pointer: &str) -> String {
    if pointer.is_empty() {
        return "the body".to_owned();
    }
    pointer.trim_start_matches('/').replace("/*", "/(a member)").replace('/', ".")
}

fn article(json_type: &str) -> String {
    match json_type {
        "null" => "null".to_owned(),
        "array" | "integer" | "object" => format!("an {json_type}"),
        other => format!("a {other}"),
    }
}

fn characters(side: &str) -> &str {
    match side {
        "at-two-byte" => "two-byte characters",
        "at-three-byte" => "three-byte characters",
        "at-astral" => "characters outside the BMP",
        "at-combining" => "letters with combining marks",
        other => other,
    }
}

fn text(side: &str) -> &str {
    match side {
        "text-rtl" => "right-to-left text",
        "text-control" => "control characters",
        "text-nul" => "U+0000",
        "text-number" => "digits only",
        "text-json" => "JSON inside the string",
        "text-html" => "HTML inside the string",
        "text-emoji" => "emoji",
        "text-combining" => "combining marks",
        "text-nfd" => "letters composed and decomposed",
        "text-zero-width" => "characters of no width",
        "text-nonchar" => "code points that are no characters",
        "text-sql" => "SQL inside the string",
        "text-format" => "format directives inside the string",
        other => other,
    }
}
