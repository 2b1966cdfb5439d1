//! The body of an operation's requests.

use super::load::{Loader, Site};
use super::parameters::given;
use super::parts::{Body, BodyKind};
use super::problem::Problem;
use crate::schema::pointer;
use serde_json::Value;

/// A body, its schema and an example.
pub(super) struct Described {
    pub(super) layout: Body,
    /// The pointer of the schema.
    pub(super) schema: String,
    pub(super) example: Value,
    /// Whether the example was made up.
    pub(super) made_up: bool,
}

/// A media type without its parameters, in lower case.
pub(super) fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a media type is JSON.
pub(super) fn is_json(essence: &str) -> bool {
    matches!(essence, "application/json" | "text/json") || essence.ends_with("+json")
}

/// How well a media type is spoken here, the best first.
fn rank(essence: &str) -> u8 {
    match essence {
        "application/json" => 0,
        other if is_json(other) => 1,
        "application/x-www-form-urlencoded" => 2,
        "multipart/form-data" => 3,
        "*/*" | "application/*" => 4,
        _ => 5,
    }
}

/// The body of an operation; nothing where it has none.
pub(super) fn of(loader: &Loader<'_>, site: &Site) -> Result<Option<Described>, Problem> {
    let at = format!("{}/requestBody", site.at);
    if loader.value().pointer(&at).is_none() {
        return Ok(None);
    }
    let (at, node) = loader.must(&at)?;
    let required = node.get("required") == Some(&Value::Bool(true));
    let (content_at, content) = loader.at(&format!("{at}/content")).unwrap_or((at.clone(), &Value::Null));
    let content = content.as_object();
    let Some(media) = content.and_then(|content| content.keys().min_by_key(|media| rank(&essence(media))))
    else {
        if !required {
            return Ok(None);
        }
        let mend = "describe the body under `content`, by its media type";
        return Err(loader.problem(&at, "the body has no media type", mend));
    };
    let media_at = pointer::join(&content_at, media);
    let (media_at, described) = loader.must(&media_at)?;
    let schema = format!("{media_at}/schema");
    if loader.value().pointer(&schema).is_none() {
        if !required {
            return Ok(None);
        }
        return Err(loader.problem(&media_at, "the body has no `schema`", "describe what requests hold"));
    }
    let name = essence(media);
    let kind = match rank(&name) {
        0 | 1 | 4 => BodyKind::Json,
        2 => BodyKind::Form { deep: deep(described) },
        3 => BodyKind::Multipart,
        _ => BodyKind::Raw,
    };
    let written = match rank(&name) {
        0 | 4 => "application/json; charset=UTF-8".to_owned(),
        _ => media.clone(),
    };
    let given = given(loader, &media_at, described);
    let made_up = given.is_none();
    let example = given.unwrap_or_else(|| loader.sample(&schema));
    Ok(Some(Described { layout: Body { media: written, kind, required }, schema, example, made_up }))
}

/// The members of a form whose nested values stand in brackets.
fn deep(media: &Value) -> Vec<String> {
    let encoding = media.get("encoding").and_then(Value::as_object);
    let deep =
        encoding.into_iter().flatten().filter(|(_, how)| how.get("style") == Some(&"deepObject".into()));
    deep.map(|(name, _)| name.clone()).collect()
}
