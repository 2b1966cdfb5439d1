//! Parameters of an operation.

use super::body::is_json;
use super::load::{Loader, Site};
use super::parts::{Parameter, Place, Style};
use super::problem::Problem;
use crate::schema::{Direction, Excerpts, SchemaError, pointer};
use serde_json::{Value, json};

/// Header fields that are described elsewhere in `OpenAPI` (3.1, 4.8.12.2).
const ELSEWHERE: [&str; 3] = ["accept", "content-type", "authorization"];

/// A parameter, its schema and an example.
pub(super) struct Described {
    pub(super) layout: Parameter,
    pub(super) required: bool,
    /// The pointer of the schema; nothing where there is none.
    pub(super) schema: Option<String>,
    /// A value that requests can have; nothing where the parameter is better left out.
    pub(super) example: Option<Value>,
    /// Whether the example was made up.
    pub(super) made_up: bool,
}

impl Described {
    /// The schema with its parts, and the pointers that it refers to.
    pub(super) fn schema(&self, excerpts: &Excerpts) -> Result<(Value, Vec<String>), SchemaError> {
        match &self.schema {
            Some(at) => excerpts.part(at, Direction::Request),
            None => Ok((json!({"type": "string"}), Vec::new())),
        }
    }
}

/// The parameters of an operation, those of its path included.
pub(super) fn of(loader: &Loader<'_>, site: &Site) -> Result<Vec<Described>, Problem> {
    let mut all: Vec<Described> = Vec::new();
    for list in [format!("{}/parameters", site.item), format!("{}/parameters", site.at)] {
        let count = loader.value().pointer(&list).and_then(Value::as_array).map_or(0, Vec::len);
        for nth in 0..count {
            let (at, node) = loader.must(&format!("{list}/{nth}"))?;
            let Some(one) = read(loader, &at, node)? else { continue };
            let in_path = one.layout.place == Place::Path;
            if in_path && !site.path.contains(&format!("{{{}}}", one.layout.name)) {
                continue;
            }
            all.retain(|known| {
                (known.layout.place, &known.layout.name) != (one.layout.place, &one.layout.name)
            });
            all.push(one);
        }
    }
    for name in names(&site.path) {
        if !all.iter().any(|one| one.layout.place == Place::Path && one.layout.name == name) {
            let layout =
                Parameter { place: Place::Path, name, style: Style::Simple, explode: false, json: false };
            all.push(Described {
                layout,
                required: true,
                schema: None,
                example: Some("proofmark".into()),
                made_up: true,
            });
        }
    }
    all.sort_by_key(|one| one.layout.place);
    Ok(all)
}

/// The names in the braces of a path.
fn names(path: &str) -> Vec<String> {
    path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned()).collect()
}

fn read(loader: &Loader<'_>, at: &str, node: &Value) -> Result<Option<Described>, Problem> {
    let text = |name: &str| node.get(name).and_then(Value::as_str);
    let Some(name) = text("name") else {
        return Err(loader.problem(at, "the parameter has no `name`", "name it"));
    };
    let Some(place) = text("in").and_then(Place::named) else {
        let mend = "write `in: path`, `query`, `header` or `cookie`";
        return Err(loader.problem(&format!("{at}/in"), format!("the parameter {name} has no place"), mend));
    };
    if place == Place::Header && ELSEWHERE.iter().any(|known| name.eq_ignore_ascii_case(known)) {
        return Ok(None);
    }
    let usual = if matches!(place, Place::Query | Place::Cookie) { Style::Form } else { Style::Simple };
    let style = match text("style") {
        None => usual,
        Some(style) => Style::named(style).ok_or_else(|| {
            loader.problem(&format!("{at}/style"), format!("`{style}` is no style"), "write one of OpenAPI's")
        })?,
    };
    let explode = node.get("explode").and_then(Value::as_bool).unwrap_or(style == Style::Form);
    let content = node.get("content").and_then(Value::as_object).and_then(|content| content.keys().next());
    let (schema, json) = match content {
        Some(media) => {
            let media_at = pointer::join(&format!("{at}/content"), media);
            (format!("{media_at}/schema"), is_json(&super::body::essence(media)))
        }
        None => (format!("{at}/schema"), false),
    };
    let schema = Some(schema).filter(|at| loader.value().pointer(at).is_some());
    let required = place == Place::Path || node.get("required") == Some(&Value::Bool(true));
    let given = given(loader, at, node).or_else(|| {
        let schema = loader.at(schema.as_deref()?)?.1;
        schema.get("example").or_else(|| schema.get("examples")?.get(0)).cloned()
    });
    let made_up = given.is_none() && required;
    let example = match given {
        Some(given) if required => Some(given),
        None if required => {
            Some(schema.as_deref().map_or_else(|| "proofmark".into(), |at| loader.sample(at)))
        }
        _ => None,
    };
    let layout = Parameter { place, name: name.to_owned(), style, explode, json };
    Ok(Some(Described { layout, required, schema, example, made_up }))
}

/// The example that stands beside a schema: `example`, or the first of `examples`.
pub(super) fn given(loader: &Loader<'_>, at: &str, node: &Value) -> Option<Value> {
    if let Some(example) = node.get("example") {
        return Some(example.clone());
    }
    let first = node.get("examples")?.as_object()?.keys().next()?;
    let (_, example) = loader.at(&pointer::join(&format!("{at}/examples"), first))?;
    example.get("value").cloned()
}
