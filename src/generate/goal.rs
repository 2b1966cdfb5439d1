//! What a payload is to exercise, and the edit that makes it do so.

use super::build_object::ANY_MEMBER;
use crate::schema::pointer;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One side of one keyword at one place: a boundary to meet, or a rule to break.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Goal {
    /// JSON pointer into the instance (RFC 6901). The items of an array are `/…/0` (or the first
    /// index behind `prefixItems`), members of a map `/…/*`; for `required` the missing member.
    pub pointer: String,
    /// JSON pointer into the schema document where the keyword stands, references resolved.
    pub schema_pointer: String,
    /// The keyword of JSON Schema 2020-12.
    pub keyword: String,
    /// Which side of it: `at`, `below`, `above`, `missing`, a JSON type, and so on.
    pub side: String,
    /// Whether the payload is valid; otherwise it fails this keyword, and nothing at other places.
    pub valid: bool,
}

impl Goal {
    /// Whether the pointer is the goal's, or one that its `*` tokens stand for.
    pub fn covers(&self, pointer: &str) -> bool {
        covers(&self.pointer, pointer)
    }
}

/// What to do at a goal's pointer in a document that is otherwise fit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edit {
    /// Put this value there, in place of what is there or as a new member.
    Replace(Value),
    /// Take the member or item away.
    Remove,
    /// Put a member of this name and value into the object there.
    Insert(String, Value),
}

/// The name of the member that `*` stands for in an object that has none.
const NEW_MEMBER: &str = "key";

impl Edit {
    /// A copy of `base` with the edit done at `pointer`; nothing where the pointer leads nowhere.
    ///
    /// Only the target member itself is ever created: its parent has to be there. A `*` token is
    /// the first member of the object it meets, unless the object has a member of that very name;
    /// in an object without members a final `*` under [`Edit::Replace`] makes a member `key`.
    /// Removing a member that is absent already gives the base as it is; removing the whole
    /// document gives nothing.
    pub fn apply(&self, base: &Value, pointer: &str) -> Option<Value> {
        let mut document = base.clone();
        self.perform(&mut document, pointer)?;
        Some(document)
    }

    /// Does the edit in place.
    pub(crate) fn perform(&self, document: &mut Value, pointer: &str) -> Option<()> {
        match self {
            Self::Insert(name, value) => {
                find(document, pointer)?.as_object_mut()?.insert(name.clone(), value.clone());
            }
            Self::Replace(value) => match pointer::split_last(pointer) {
                None => *document = value.clone(),
                Some((parent, token)) => match find(document, parent)? {
                    Value::Object(members) => {
                        let name = if token == ANY_MEMBER {
                            first(members).unwrap_or_else(|| NEW_MEMBER.to_owned())
                        } else {
                            token
                        };
                        members.insert(name, value.clone());
                    }
                    Value::Array(items) => *items.get_mut(token.parse::<usize>().ok()?)? = value.clone(),
                    _ => return None,
                },
            },
            Self::Remove => {
                let (parent, token) = pointer::split_last(pointer)?;
                match find(document, parent)? {
                    Value::Object(members) => {
                        let name = if token == ANY_MEMBER { first(members)? } else { token };
                        members.remove(&name);
                    }
                    Value::Array(items) => {
                        let index = token.parse::<usize>().ok().filter(|index| *index < items.len())?;
                        items.remove(index);
                    }
                    _ => return None,
                }
            }
        }
        Some(())
    }
}

fn find<'a>(document: &'a mut Value, pointer: &str) -> Option<&'a mut Value> {
    pointer::tokens(pointer).into_iter().try_fold(document, |value, token| match value {
        Value::Object(members) => {
            let name = if token == ANY_MEMBER { first(members)? } else { token };
            members.get_mut(&name)
        }
        Value::Array(items) => items.get_mut(token.parse::<usize>().ok()?),
        _ => None,
    })
}

/// The member that `*` stands for.
fn first(members: &serde_json::Map<String, Value>) -> Option<String> {
    if members.contains_key(ANY_MEMBER) {
        return Some(ANY_MEMBER.to_owned());
    }
    members.keys().next().cloned()
}

/// Whether a concrete pointer is one that the goal's pointer stands for.
pub(crate) fn covers(goal: &str, concrete: &str) -> bool {
    if !goal.contains(ANY_MEMBER) {
        return goal == concrete;
    }
    let (mut left, mut right) = (goal.split('/'), concrete.split('/'));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) if one == other || one == ANY_MEMBER => {}
            _ => return false,
        }
    }
}
