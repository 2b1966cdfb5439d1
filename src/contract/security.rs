//! What a request shows of its caller, by the document's security schemes.

use super::load::{Loader, Site};
use crate::schema::pointer;
use serde_json::Value;

/// A credential that a request carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Guard {
    /// JSON pointer into the document of parts.
    pub(super) pointer: String,
    /// The name of the security scheme, and of the secret in `[tokens]`.
    pub(super) scheme: String,
    /// The text around the secret.
    pub(super) form: Option<String>,
}

/// The credentials of an operation: those of the first of its security requirements that can be met. None where one
/// of them is empty, or where no scheme is known.
pub(super) fn of(loader: &Loader<'_>, site: &Site) -> Vec<Guard> {
    let own = loader.value().pointer(&format!("{}/security", site.at));
    let Some(Value::Array(all)) = own.or_else(|| loader.value().get("security")) else { return Vec::new() };
    if all.iter().any(|one| one.as_object().is_some_and(serde_json::Map::is_empty)) {
        return Vec::new();
    }
    let met = all.iter().find_map(|one| {
        one.as_object()?.keys().map(|name| guard(loader, name)).collect::<Option<Vec<Guard>>>()
    });
    met.unwrap_or_default()
}

fn guard(loader: &Loader<'_>, name: &str) -> Option<Guard> {
    let (_, scheme) = loader.at(&pointer::join("/components/securitySchemes", name))?;
    let text = |member: &str| scheme.get(member).and_then(Value::as_str);
    let header = |form: &str| ("/header/Authorization".to_owned(), Some(form.to_owned()));
    let (pointer, form) = match (text("type")?, text("scheme").map(str::to_ascii_lowercase).as_deref()) {
        ("http", Some("basic")) => header("Basic {base64}"),
        ("http", Some("bearer")) | ("oauth2" | "openIdConnect", _) => header("Bearer {value}"),
        ("apiKey", _) => {
            let place = text("in").filter(|place| matches!(*place, "header" | "query" | "cookie"))?;
            (pointer::join(&format!("/{place}"), text("name")?), None)
        }
        _ => return None,
    };
    Some(Guard { pointer, scheme: name.to_owned(), form })
}
