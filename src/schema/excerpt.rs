//! Single schemas of a large document, each with no more of the document than it refers to.
//!
//! A description of an API holds thousands of schemas that refer to each other. Each is read and lowered once,
//! whatever refers to it; one excerpt is the schema asked for, with everything that it leads to at the places where
//! it stands in the document, so that pointers stay what they are.

use super::dialect::Dialect;
use super::keyword::{Holds, REFERENCES, holds};
use super::{SchemaError, form, openapi30, pointer};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Keywords that describe and are of no use to who judges or makes values.
const WORDS: &[&str] = &["description", "example", "examples", "externalDocs", "xml"];
/// The most schemas that an excerpt takes from a document beyond which references let everything pass: answers of
/// some APIs refer to all objects that the API has.
pub(crate) const WIDEST: usize = 400;

/// What values of a schema are for: in requests there is nothing that is `readOnly`, in responses nothing has to be
/// there that is `writeOnly`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Sent by the caller.
    Request,
    /// Sent by the target.
    Response,
}

/// A document whose schemas are read one by one.
#[derive(Debug)]
pub struct Excerpts {
    document: Arc<Value>,
    dialect: Dialect,
    /// Whether what is no schema of the dialect is left out and told of, rather than refused.
    lenient: bool,
    read: Mutex<HashMap<(String, Direction), Lowered>>,
    left_out: Mutex<BTreeMap<String, String>>,
    anchors: OnceLock<HashMap<String, String>>,
}

/// A schema with its parts, and the pointers that it refers to.
type Lowered = Result<Arc<(Value, Vec<String>)>, SchemaError>;

impl Excerpts {
    /// The schemas of a document. Where that is `lenient`, keywords that are none of the dialect, or that nothing can
    /// be judged by, are left out and told of; else they are errors.
    pub fn new(document: Arc<Value>, dialect: Dialect, lenient: bool) -> Self {
        let (read, left_out, anchors) = (Mutex::default(), Mutex::default(), OnceLock::new());
        Self { document, dialect, lenient, read, left_out, anchors }
    }

    /// The keywords that were left out so far, by their pointers, each with the reason.
    pub fn left_out(&self) -> BTreeMap<String, String> {
        self.left_out.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The document.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// The dialect that its schemas are written in.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The schema at a pointer as a document of its own. References that would take more than four hundred schemas let
    /// everything pass where `bounded`.
    ///
    /// # Errors
    /// What is no schema of the dialect, and a reference that leads nowhere or out of the document; the error's
    /// pointer is one into the document.
    pub fn excerpt(&self, at: &str, direction: Direction, bounded: bool) -> Result<Value, SchemaError> {
        let root = self.lowered(at, direction)?;
        let whole = match &root.0 {
            Value::Object(members) => members.clone(),
            other => return Ok(other.clone()),
        };
        self.completed(whole, &root.1, direction, bounded)
    }

    /// A schema made of several of the document's, which it refers to, with all that they lead to.
    ///
    /// # Errors
    /// As [`Excerpts::excerpt`].
    pub fn complete(
        &self,
        root: Map<String, Value>,
        references: &[String],
        direction: Direction,
    ) -> Result<Value, SchemaError> {
        self.completed(root, references, direction, false)
    }

    /// The schema at a pointer with its parts alone, and the pointers that it refers to.
    ///
    /// # Errors
    /// As [`Excerpts::excerpt`].
    pub fn part(&self, at: &str, direction: Direction) -> Result<(Value, Vec<String>), SchemaError> {
        self.lowered(at, direction).map(|read| (read.0.clone(), read.1.clone()))
    }

    fn completed(
        &self,
        mut whole: Map<String, Value>,
        references: &[String],
        direction: Direction,
        bounded: bool,
    ) -> Result<Value, SchemaError> {
        let mut open: VecDeque<String> = references.iter().cloned().collect();
        let mut met: BTreeSet<String> = BTreeSet::new();
        let mut found: Vec<(String, Value)> = Vec::new();
        while let Some(at) = open.pop_front() {
            if !met.insert(at.clone()) {
                continue;
            }
            if bounded && met.len() > WIDEST {
                found.push((at, Value::Bool(true)));
                continue;
            }
            let read = self.lowered(&at, direction)?;
            open.extend(read.1.iter().cloned());
            found.push((at, read.0.clone()));
        }
        // What is referred to within another schema is there with it.
        found.sort_by(|(one, _), (other, _)| one.len().cmp(&other.len()).then_with(|| one.cmp(other)));
        if self.dialect != Dialect::default() && self.dialect != Dialect::OpenApi30 {
            whole.entry("$schema").or_insert_with(|| self.dialect.uri().into());
        }
        let mut whole = Value::Object(whole);
        for (at, value) in found {
            place(&mut whole, &at, value);
        }
        Ok(whole)
    }

    fn lowered(&self, at: &str, direction: Direction) -> Lowered {
        let key = (at.to_owned(), direction);
        if let Some(read) = self.read.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return read.clone();
        }
        let mut references = Vec::new();
        let lowered = match self.document.pointer(at) {
            None => {
                Err(SchemaError::new(at, "there is no schema here", "correct the reference that leads here"))
            }
            Some(schema) => {
                self.lower(at, schema, direction, &mut references).map(|value| Arc::new((value, references)))
            }
        };
        self.read.lock().unwrap_or_else(PoisonError::into_inner).insert(key, lowered.clone());
        lowered
    }

    /// The schema with everything that is a part of it; what it refers to is put down.
    fn lower(
        &self,
        at: &str,
        schema: &Value,
        direction: Direction,
        references: &mut Vec<String>,
    ) -> Result<Value, SchemaError> {
        let node = match schema {
            Value::Object(node) => node,
            Value::Bool(_) => return Ok(schema.clone()),
            _ => return Err(super::oracle::not_a_schema(at)),
        };
        let mut lowered = Map::new();
        for (keyword, value) in node.iter().filter(|(keyword, _)| !WORDS.contains(&keyword.as_str())) {
            lowered.insert(keyword.clone(), value.clone());
        }
        if self.dialect == Dialect::OpenApi30 {
            let mut read = lowered.clone();
            match openapi30::lower(at, &mut read) {
                Ok(()) => lowered = read,
                // What is written as in 3.1 is most likely meant so.
                Err(error) if self.lenient => self.leave_out(error.pointer, error.message),
                Err(error) => return Err(error),
            }
        }
        if self.lenient {
            openapi30::plain_bounds(&mut lowered);
            let odd = lowered
                .iter()
                .filter_map(|(keyword, value)| Some((keyword.clone(), form::fault(keyword, value)?)));
            for (keyword, fault) in odd.collect::<Vec<_>>() {
                lowered.remove(&keyword);
                self.leave_out(pointer::join(at, &keyword), fault);
            }
        }
        self.directed(&mut lowered, direction);
        let hidden = self.dialect.hides_siblings() && lowered.contains_key("$ref");
        for (keyword, value) in &mut lowered {
            let place = pointer::join(at, keyword);
            if REFERENCES.contains(&keyword.as_str()) {
                let Some(reference) = value.as_str() else { continue };
                references.push(self.target(&place, reference)?);
                continue;
            }
            if hidden {
                continue;
            }
            match (holds(keyword).0, value) {
                (Holds::Schema | Holds::List, Value::Array(items)) => {
                    for (index, item) in items.iter_mut().enumerate() {
                        *item = self.lower(&format!("{place}/{index}"), item, direction, references)?;
                    }
                }
                (Holds::Map, Value::Object(members)) => {
                    for (name, member) in members.iter_mut().filter(|(_, member)| !member.is_array()) {
                        *member = self.lower(&pointer::join(&place, name), member, direction, references)?;
                    }
                }
                (Holds::Schema, value) => *value = self.lower(&place, value, direction, references)?,
                _ => {}
            }
        }
        Ok(Value::Object(lowered))
    }

    fn leave_out(&self, at: String, why: String) {
        self.left_out.lock().unwrap_or_else(PoisonError::into_inner).insert(at, why);
    }

    /// Members that are there in the other direction only need not, or must not, be in this one.
    fn directed(&self, node: &mut Map<String, Value>, direction: Direction) {
        let flag = if direction == Direction::Request { "readOnly" } else { "writeOnly" };
        let Some(properties) = node.get("properties").and_then(Value::as_object) else { return };
        let flagged = |schema: &Value| {
            let says = |schema: &Value| schema.get(flag) == Some(&Value::Bool(true));
            says(schema) || follow(&self.document, schema).is_some_and(|(_, target)| says(target))
        };
        let other: Vec<String> =
            properties.iter().filter(|(_, schema)| flagged(schema)).map(|(name, _)| name.clone()).collect();
        if other.is_empty() {
            return;
        }
        if let Some(Value::Array(required)) = node.get_mut("required") {
            required.retain(|name| !other.iter().any(|other| name == other));
        }
        if direction == Direction::Request
            && let Some(Value::Object(properties)) = node.get_mut("properties")
        {
            properties.retain(|name, _| !other.contains(name));
        }
    }

    /// The pointer that a reference leads to.
    fn target(&self, place: &str, reference: &str) -> Result<String, SchemaError> {
        let nowhere = || {
            let message = format!("the reference {reference:?} leads nowhere in the document");
            SchemaError::new(place, message, "correct it, or add what it refers to")
        };
        let Some(target) = pointer::of_local_reference(reference) else {
            if let Some(name) = reference.strip_prefix('#') {
                let anchors = self.anchors.get_or_init(|| anchors(&self.document));
                return anchors.get(name).cloned().ok_or_else(nowhere);
            }
            let message =
                format!("the reference {reference:?} leads out of the document, and nothing is fetched");
            return Err(SchemaError::new(
                place,
                message,
                "put what it refers to into a file beside it that can be read",
            ));
        };
        if self.document.pointer(&target).is_none() {
            return Err(nowhere());
        }
        Ok(target)
    }
}

/// The pointers of all places with a name of their own.
fn anchors(document: &Value) -> HashMap<String, String> {
    let mut found = HashMap::new();
    let mut open = vec![(document, String::new())];
    while let Some((value, at)) = open.pop() {
        match value {
            Value::Object(members) => {
                for name in ["$anchor", "$dynamicAnchor"] {
                    if let Some(Value::String(anchor)) = members.get(name) {
                        found.entry(anchor.clone()).or_insert_with(|| at.clone());
                    }
                }
                open.extend(members.iter().map(|(name, part)| (part, pointer::join(&at, name))));
            }
            Value::Array(items) => {
                open.extend(items.iter().enumerate().map(|(index, item)| (item, format!("{at}/{index}"))));
            }
            _ => {}
        }
    }
    found
}

/// What a node refers to in the document, at the end of a row of references; nothing where it is no reference.
pub(crate) fn follow<'a>(document: &'a Value, node: &Value) -> Option<(String, &'a Value)> {
    const LONGEST: usize = 32;
    let mut reference = node.get("$ref")?.as_str()?;
    for _ in 0..LONGEST {
        let target = pointer::of_local_reference(reference)?;
        let next = document.pointer(&target)?;
        match next.get("$ref").and_then(Value::as_str) {
            Some(further) => reference = further,
            None => return Some((target, next)),
        }
    }
    None
}

/// Puts a value at a pointer, with objects on the way where nothing is.
fn place(whole: &mut Value, at: &str, value: Value) {
    let mut node = whole;
    for token in pointer::tokens(at) {
        node = match node {
            Value::Object(members) => members.entry(token).or_insert_with(|| json!({})),
            Value::Array(items) => match token.parse::<usize>().ok().and_then(|index| items.get_mut(index)) {
                Some(item) => item,
                None => return,
            },
            _ => return,
        };
    }
    if node.as_object().is_some_and(Map::is_empty) {
        *node = value;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed expectation is the test's failure")]
    use super::*;

    fn excerpts(document: Value, dialect: Dialect) -> Excerpts {
        Excerpts::new(Arc::new(document), dialect, false)
    }

    #[test]
    fn only_what_is_referred_to_comes_along() {
        let document = json!({"a": {"properties": {"b": {"$ref": "#/c/0"}}, "description": "x"},
            "c": [{"items": {"$ref": "#/a"}}], "d": {"type": "string"}});
        let read = excerpts(document, Dialect::Draft202012).excerpt("/a", Direction::Request, false).unwrap();
        let wanted = json!({"properties": {"b": {"$ref": "#/c/0"}}, "c": {"0": {"items": {"$ref": "#/a"}}},
            "a": {"properties": {"b": {"$ref": "#/c/0"}}}});
        assert_eq!(read, wanted);
    }

    #[test]
    fn members_of_the_other_direction_are_left_out() {
        let document = json!({"a": {"type": "object", "nullable": true, "required": ["id", "pin"], "properties": {
            "id": {"$ref": "#/id"}, "pin": {"type": "string", "writeOnly": true}}}, "id": {"readOnly": true}});
        let excerpts = excerpts(document, Dialect::OpenApi30);
        let request = excerpts.excerpt("/a", Direction::Request, false).unwrap();
        assert_eq!(request["required"], json!(["pin"]));
        assert_eq!(request["type"], json!(["object", "null"]));
        assert!(request["properties"].get("id").is_none());
        let response = excerpts.excerpt("/a", Direction::Response, false).unwrap();
        assert_eq!(response["required"], json!(["id"]));
    }

    #[test]
    fn references_that_lead_nowhere_are_named() {
        for (reference, word) in [("#/no", "leads nowhere"), ("https://example.com/s", "nothing is fetched")]
        {
            let document = json!({"a": {"items": {"$ref": reference}}});
            let error = excerpts(document, Dialect::Draft202012).excerpt("/a", Direction::Request, false);
            let error = error.unwrap_err();
            assert_eq!(error.pointer, "/a/items/$ref");
            assert!(error.message.contains(word), "{error}");
        }
    }
}
