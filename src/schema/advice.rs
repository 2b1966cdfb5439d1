//! What a user can do about a document that is not read as meant.

use super::dialect::{Dialect, is_openapi};
use super::{SchemaError, Warning, keyword, openapi30, pointer};
use serde_json::{Map, Value};

/// How many names a message lists.
const LISTED: usize = 5;
/// How far below a place the schemas in it are looked for.
const DEPTH: usize = 6;

/// Keywords of one schema object that are probably not what they are meant to be.
pub(crate) fn warn(warnings: &mut Vec<Warning>, at: &str, node: &Map<String, Value>, dialect: Dialect) {
    if dialect.hides_siblings() && node.contains_key("$ref") {
        return;
    }
    let openapi30 = dialect == Dialect::OpenApi30;
    for (name, value) in node {
        let message = if let Some(meant) = keyword::meant(name) {
            format!("unknown keyword, did you mean `{meant}`?")
        } else if openapi30 && openapi30::foreign(name) && !name.starts_with('$') {
            "no keyword of OpenAPI 3.0, so it is ignored".to_owned()
        } else if name == "nullable" && *value == Value::Bool(true) && !openapi30 {
            "means nothing in JSON Schema; add \"null\" to `type`, or give --dialect openapi-3.0".to_owned()
        } else if name == "nullable" && *value == Value::Bool(true) && !node.contains_key("type") {
            "means nothing in OpenAPI 3.0 without `type` beside it".to_owned()
        } else {
            continue;
        };
        warnings.push(Warning { pointer: pointer::join(at, name), message });
    }
}

/// The error of a pointer that names nothing.
pub(crate) fn missing(document: &Value, at: &str) -> SchemaError {
    if !at.starts_with('/') {
        let mend = "write a JSON pointer, such as #/components/schemas/Name";
        return SchemaError::new("", format!("{at:?} is no JSON pointer"), mend);
    }
    let (mut place, mut node) = (String::new(), document);
    let mut tokens = pointer::tokens(at).into_iter();
    let lost = loop {
        let Some(token) = tokens.next() else { break String::new() };
        let longer = pointer::join(&place, &token);
        match document.pointer(&longer) {
            Some(next) => (place, node) = (longer, next),
            None => break token,
        }
    };
    let names: Vec<String> = match node {
        Value::Object(members) => members.keys().cloned().collect(),
        Value::Array(items) => (0..items.len()).map(|index| index.to_string()).collect(),
        _ => Vec::new(),
    };
    let mend = if names.is_empty() {
        format!("nothing stands below #{place}")
    } else {
        format!("at #{place} there are: {}", listed(&near(names, &lost)))
    };
    SchemaError::new(at, "the pointer names nothing in the document", mend)
}

/// The names that are most like the wanted one, or the first ones.
fn near(names: Vec<String>, wanted: &str) -> Vec<String> {
    let wanted = wanted.to_lowercase();
    let like = |name: &String| {
        let name = name.to_lowercase();
        let same = name.chars().zip(wanted.chars()).take_while(|(a, b)| a == b).count();
        name.contains(&wanted) || wanted.contains(&name) || same >= 3
    };
    let (mut close, far): (Vec<String>, Vec<String>) = names.into_iter().partition(like);
    close.extend(far);
    close
}

fn listed(names: &[String]) -> String {
    let more =
        if names.len() > LISTED { format!(" and {} more", names.len() - LISTED) } else { String::new() };
    format!("{}{more}", names.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", "))
}

/// The error of an `OpenAPI` document that is named as a whole.
pub(crate) fn whole(document: &Value) -> SchemaError {
    let schemas = schemas(document, "");
    let mend = match schemas.first() {
        None => "it has none; describe one under `components.schemas`".to_owned(),
        Some(first) => format!("name one behind the file, as FILE#{first}; there are: {}", listed(&schemas)),
    };
    SchemaError::new("", "an OpenAPI document holds many schemas", mend)
}

/// Refuses what stands in an `OpenAPI` document around schemas and is none itself.
pub(crate) fn around(document: &Value, at: &str) -> Result<(), SchemaError> {
    let Some(node) = document.pointer(at).and_then(Value::as_object) else { return Ok(()) };
    if !is_openapi(document) || node.is_empty() || node.keys().any(|name| keyword::speaks(name)) {
        return Ok(());
    }
    let schemas = schemas(document, at);
    let Some(first) = schemas.first() else { return Ok(()) };
    let mend = format!("name one in it, as FILE#{first}; there are: {}", listed(&schemas));
    Err(SchemaError::new(at, "no schema stands here, but schemas stand in it", mend))
}

/// Pointers of the schemas at or below a place.
fn schemas(document: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![(at.to_owned(), 0)];
    while let Some((place, depth)) = open.pop() {
        let Some(Value::Object(members)) = document.pointer(&place) else { continue };
        let named = place.ends_with("/components/schemas");
        let mut deeper = Vec::new();
        for (name, member) in members.iter().filter(|(_, member)| member.is_object()) {
            let part = pointer::join(&place, name);
            if named || name == "schema" {
                found.push(part);
            } else if depth < DEPTH && member.is_object() {
                deeper.push((part, depth + 1));
            }
        }
        open.extend(deeper.into_iter().rev());
    }
    found
}

/// What of the keywords that are there, each with its pointer, comes nearest to a wish that none meets.
pub(crate) fn elsewhere(at: Option<&str>, keyword: Option<&str>, there: &[(&str, &str)]) -> String {
    let mut here: Vec<String> = there
        .iter()
        .filter(|(place, _)| at.is_none_or(|at| at == *place))
        .map(|(_, name)| (*name).to_owned())
        .collect();
    here.sort();
    here.dedup();
    match (at, keyword) {
        (Some(at), Some(_)) if !here.is_empty() => format!("at {at:?} there are: {}", listed(&here)),
        (None, _) => format!("there are: {}", listed(&here)),
        (Some(at), _) => {
            let wanted = |(_, name): &&(&str, &str)| keyword.is_none_or(|keyword| keyword == *name);
            let known = there.iter().any(|one| wanted(&one));
            let fits = there.iter().filter(|one| !known || wanted(one));
            let mut places: Vec<String> = fits.map(|(place, _)| format!("{place:?}")).collect();
            places.dedup();
            let name = pointer::split_last(at).map(|(_, name)| name).unwrap_or_default();
            format!("there are pointers: {}", listed(&near(places, &name)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_listed_by_likeness() {
        let document = json!({"$defs": {"address": {}, "person": {}, "Pet": {}}});
        let mend = missing(&document, "/$defs/pet").mend;
        assert_eq!(mend, "at #/$defs there are: Pet, address, person");
        assert!(missing(&document, "/$defs/Pet/x").mend.contains("nothing stands below"));
        assert!(missing(&document, "pet").message.contains("no JSON pointer"));
    }

    #[test]
    fn schemas_of_a_description_are_found() {
        let document = json!({"openapi": "3.0.0", "info": {}, "components": {"schemas": {"A": {}, "B": {}}},
            "paths": {"/p": {"get": {"responses": {"200": {"content": {"x": {"schema": {}}}}}}}}});
        assert_eq!(schemas(&document, "/components"), ["/components/schemas/A", "/components/schemas/B"]);
        let mend = around(&document, "/paths/~1p/get").map_err(|error| error.mend);
        let schema = "#/paths/~1p/get/responses/200/content/x/schema";
        assert!(mend.as_ref().is_err_and(|mend| mend.contains(schema)), "{mend:?}");
        assert!(around(&document, "/components/schemas/A").is_ok());
        assert!(whole(&document).mend.contains("/components/schemas/A"));
    }
}
