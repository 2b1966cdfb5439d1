//! Traits in words.

/// What a case with these traits is about, in a few words; nothing where they say nothing to a reader.
pub(super) fn of(names: &[&str]) -> Option<String> {
    let value = |kind: &str| names.iter().find_map(|name| name.strip_prefix(kind)).map(ToOwned::to_owned);
    let mut words: Vec<String> = Vec::new();
    words.extend(names.iter().filter_map(|name| name.strip_prefix("at:")).map(place));
    words.extend(bound(value("keyword:").as_deref(), value("side:").as_deref()));
    words.extend(value("characters:").map(|kind| format!("with {}", characters(&kind))));
    words.extend(names.iter().filter_map(|name| other(name)));
    (!words.is_empty()).then(|| words.join(", "))
}

/// A place of the request as people say it.
pub(super) fn place(pointer: &str) -> String {
    match pointer.trim_start_matches('/') {
        "" => "the body".to_owned(),
        path => path.replace("/*", "/(a member)").replace('/', "."),
    }
}

fn bound(keyword: Option<&str>, side: Option<&str>) -> Option<String> {
    Some(match (keyword, side) {
        (Some("required"), _) => "missing".to_owned(),
        (Some("maxLength"), Some("at")) => "of the greatest length".to_owned(),
        (Some("maxLength"), Some("near")) => "one short of the greatest length".to_owned(),
        (Some("maxLength"), Some("above")) => "over the greatest length".to_owned(),
        (Some("maxLength"), _) => "around the greatest length".to_owned(),
        (Some("minLength"), Some("below")) => "shorter than the smallest length".to_owned(),
        (Some("minLength"), _) => "of the smallest length".to_owned(),
        (Some("minItems"), Some("below")) => "with too few items".to_owned(),
        (Some("maxItems"), Some("above")) => "with too many items".to_owned(),
        (Some("additionalProperties"), _) => "with a member that the contract does not know".to_owned(),
        (Some("type") | None, Some("text")) => "as text of a special kind".to_owned(),
        (Some("type") | None, Some(side)) => format!("as {side}"),
        (Some("type"), None) => "of another type".to_owned(),
        (Some(keyword), Some(side)) => format!("with {keyword} {side}"),
        (Some(keyword), None) => format!("where {keyword} is tried"),
        (None, None) => return None,
    })
}

fn characters(kind: &str) -> String {
    match kind {
        "astral" => "characters outside the BMP".to_owned(),
        "combining" => "combining marks".to_owned(),
        "nul" => "U+0000".to_owned(),
        "rtl" => "right-to-left text".to_owned(),
        "nfd" => "decomposed letters".to_owned(),
        "nonchar" => "code points that are no characters".to_owned(),
        "zero-width" => "characters of no width".to_owned(),
        "two-byte" | "three-byte" | "control" => format!("{kind} characters"),
        "number" => "digits only".to_owned(),
        "json" | "html" | "sql" => format!("{} inside", kind.to_uppercase()),
        "format" => "format directives".to_owned(),
        other => other.to_owned(),
    }
}

/// Traits of steps and rules, by their kind.
fn other(name: &str) -> Option<String> {
    let (kind, value) = name.split_once(':').unwrap_or((name, ""));
    let spoken = value.replace('-', " ").replace(':', ": ");
    Some(match (kind, value) {
        ("key", "of") => "a key that was used before".to_owned(),
        ("key", "other-content") => "a used key with other content".to_owned(),
        ("key", "length") => "a key of a certain length".to_owned(),
        ("key", "white-space") => "white space around a key".to_owned(),
        ("key", "digits") => "a key of digits".to_owned(),
        ("key", _) => match value.strip_prefix("change:") {
            Some(change) => format!("a key like another ({})", change.replace('-', " ")),
            None => "a key like another".to_owned(),
        },
        ("overlap", _) => "requests that overlap".to_owned(),
        ("beside", _) => "requests sent together".to_owned(),
        ("cut-after", _) => "a caller that hangs up".to_owned(),
        ("program", _) => "sequences of requests".to_owned(),
        ("counted", _) => "effects that are counted".to_owned(),
        ("several", _) => format!("several items of {}", place(value)),
        ("several-situations", _) => "several mistakes of the caller at once".to_owned(),
        ("credential", "") => "a special credential".to_owned(),
        ("write", "same-value") => "a body that says the same in other bytes".to_owned(),
        ("signature", "in-form") => "with a signature in the right form that is not the request's".to_owned(),
        ("write", "malformed") => "a malformed body".to_owned(),
        ("characters", "") => "in other characters than ASCII".to_owned(),
        ("samples", _) => "sampled requests".to_owned(),
        ("times", "burst") => "requests sent at the same time".to_owned(),
        ("times", "series") => "requests sent one after the other".to_owned(),
        ("new-connection", _) => "a new connection".to_owned(),
        ("allowed", _) => "values that the schema allows".to_owned(),
        ("forbidden", _) => "values that the schema forbids".to_owned(),
        ("made-up", _) => "made-up values".to_owned(),
        ("absent", _) => "a member left out".to_owned(),
        ("situation", _) => format!("where the situation is \"{spoken}\""),
        ("credential", _) => format!("with the credential \"{spoken}\""),
        ("client", _) => format!("from the client \"{spoken}\""),
        ("operation", _) => format!("in {value}"),
        ("write", _) => format!("a body written \"{spoken}\""),
        ("headers", _) => format!("with the header field {}", value.replacen(':', ": ", 1)),
        ("fields", _) => format!("header fields {spoken}"),
        ("signature", _) => format!("with a signature that is \"{spoken}\""),
        ("time", _) => format!("with a time some {spoken}"),
        ("method", _) => format!("with {value}"),
        ("wire", _) => format!("with {spoken}"),
        ("answered", "unlisted") => "answers of a status that is not documented".to_owned(),
        ("answered", "refused") => "refusals".to_owned(),
        ("answered" | "when", _) => format!("answers that say {value}"),
        ("code", _) => format!("answers with code {value}"),
        ("at" | "keyword" | "side" | "characters" | "rule" | "law" | "class" | "field", _) => {
            return None;
        }
        _ => range(name)?,
    })
}

/// `kind>=8` and `kind<=8`.
fn range(name: &str) -> Option<String> {
    let (kind, bound, words) = name
        .split_once(">=")
        .map(|(kind, bound)| (kind, bound, "or more"))
        .or_else(|| name.split_once("<=").map(|(kind, bound)| (kind, bound, "or less")))?;
    Some(format!("{} {bound} {words}", kind.replace([':', '-'], " ")))
}
