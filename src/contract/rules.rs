//! The rules of an operation: what its extension says, over what the document's says, over what is guessed.

use super::extension::Extension;
use super::load::{EXTENSION, Loader, Site};
use super::parts::Place;
use super::problem::Problem;
use crate::schema::pointer;
use serde_json::{Map, Value};

/// What stands for a secret until there is one.
const PLACEHOLDER: &str = "proofmark";

/// Rules, and whether nothing of them is written down.
pub(super) struct Ruled {
    pub(super) rules: Extension,
    pub(super) guessed: bool,
}

/// The rules of an operation.
///
/// An extension that says where the outcome stands in a body says everything; one by HTTP status, or without an
/// outcome, has what it leaves out guessed, situations one by one. What the whole document says holds for an operation as far as it has the
/// places that are named.
pub(super) fn of(loader: &Loader<'_>, site: &Site, guess: &Map<String, Value>) -> Result<Ruled, Problem> {
    let own_at = format!("{}/{EXTENSION}", site.at);
    let root_at = format!("/{EXTENSION}");
    let own = loader.value().pointer(&own_at);
    let root = loader.value().pointer(&root_at);
    let objects = |value: Option<&Value>| value.and_then(Value::as_object).cloned().unwrap_or_default();
    for (at, value) in [(&own_at, own), (&root_at, root)] {
        if value.is_some_and(|value| !value.is_object()) {
            return Err(loader.problem(at, "the extension is no object", "see schemas/extension.v1.json"));
        }
    }
    let (mut written, own_members) = (objects(root), objects(own));
    let key = root.and_then(|root| root.pointer("/idempotency/key")).and_then(Value::as_str);
    written.retain(|name, _| own_members.contains_key(name) || suits(loader, site, name, key, guess));
    lay(&mut written, own_members);
    let by_body = written
        .get("outcome")
        .and_then(|outcome| outcome.get("status"))
        .and_then(Value::as_str)
        .is_some_and(|status| status.starts_with('/'));
    let mut whole = if by_body { Map::new() } else { guess.clone() };
    lay(&mut whole, written);
    let guessed = own.is_none() && root.is_none();
    let at = if own.is_some() { &own_at } else { &root_at };
    read(loader, at, Value::Object(whole)).map(|rules| Ruled { rules, guessed })
}

/// Lays rules over others: a member replaces the one below it, but situations add to each other.
fn lay(below: &mut Map<String, Value>, over: Map<String, Value>) {
    for (name, value) in over {
        match (below.get_mut(&name), value) {
            (Some(Value::Object(known)), Value::Object(entries)) if name == "situations" => {
                known.extend(entries);
            }
            (_, value) => {
                below.insert(name, value);
            }
        }
    }
}

fn read(loader: &Loader<'_>, at: &str, value: Value) -> Result<Extension, Problem> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let mut place = at.to_owned();
        for segment in error.path() {
            match segment {
                serde_path_to_error::Segment::Seq { index } => place.push_str(&format!("/{index}")),
                serde_path_to_error::Segment::Map { key } => place = pointer::join(&place, key),
                _ => {}
            }
        }
        loader.problem(&place, error.into_inner().to_string(), "correct or remove this member")
    })
}

/// Whether what the whole document says of a member holds for an operation: keys that no parameter of it has, and
/// credentials where it asks for none, do not.
fn suits(
    loader: &Loader<'_>,
    site: &Site,
    name: &str,
    key: Option<&str>,
    guess: &Map<String, Value>,
) -> bool {
    match name {
        "idempotency" | "effect" => match key.and_then(|key| key.strip_prefix("/header/")) {
            Some(header) => has_header(loader, site, header),
            None => guess.contains_key("idempotency"),
        },
        "credentials" => {
            let open = loader.value().pointer(&format!("{}/security", site.at));
            open.and_then(Value::as_array).is_none_or(|all| !all.is_empty())
        }
        _ => true,
    }
}

fn has_header(loader: &Loader<'_>, site: &Site, header: &str) -> bool {
    let lists = [format!("{}/parameters", site.item), format!("{}/parameters", site.at)];
    let nodes = lists.into_iter().flat_map(|list| {
        let count = loader.value().pointer(&list).and_then(Value::as_array).map_or(0, Vec::len);
        (0..count).filter_map(move |nth| loader.at(&format!("{list}/{nth}"))).collect::<Vec<_>>()
    });
    let mut named = nodes.filter_map(|(_, node)| node.get("name").and_then(Value::as_str));
    named.any(|name| name.eq_ignore_ascii_case(header))
}

/// The pointers into a request that rules name outside of its body.
fn named(rules: &Extension) -> impl Iterator<Item = &str> {
    let key = rules.idempotency.iter().map(|idempotency| idempotency.key.as_str());
    key.chain(rules.credentials.iter().map(|credential| credential.pointer.as_str()))
}

fn split(pointer: &str) -> Option<(Place, String)> {
    let tokens = pointer::tokens(pointer);
    let [place, name] = tokens.as_slice() else { return None };
    Some((Place::named(place)?, name.clone()))
}

/// Whether rules name places outside of the body.
pub(super) fn names_parts(rules: &Extension) -> bool {
    named(rules).filter_map(split).any(|(place, _)| place != Place::Path)
}

/// The members that rules name at a place, each with a text in its stead.
pub(super) fn named_at(rules: &Extension, place: Place) -> Vec<(String, Value)> {
    let here = named(rules).filter_map(split).filter(|(at, _)| *at == place);
    here.map(|(_, name)| (name, PLACEHOLDER.into())).collect()
}
