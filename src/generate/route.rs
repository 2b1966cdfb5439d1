//! A schema rewritten along the way from one of its schema objects to another, so that every value of it
//! reaches the other, and what stands there is something else.

use super::build_object::ANY_MEMBER;
use super::outline::{Condition, Outline};
use super::rewrite::also;
use super::target::bare;
use crate::schema::keyword::REFERENCES;
use crate::schema::pointer::join;
use serde_json::{Map, Value, json};

/// How many schema objects a way may lead over.
const FARTHEST: usize = 200;
/// The name of a member that nothing is said of by name.
const NEW_MEMBER: &str = "key";

/// A way through a schema.
pub(crate) struct Route<'a> {
    pub(crate) outline: &'a Outline,
    /// The schema object that the way leads to.
    pub(crate) to: &'a str,
    /// What is to stand in its place.
    pub(crate) instead: &'a Value,
}

impl Route<'_> {
    /// The schema at `from`, rewritten; nothing where no way leads on from there over the instance tokens.
    pub(crate) fn rewritten(&self, from: &str, tokens: &[String]) -> Option<Value> {
        self.reach(from, tokens, &mut Vec::new())
    }

    /// The same of a schema object whose references and `allOf` are looked after elsewhere: the way starts
    /// with a branch.
    pub(crate) fn branched(&self, from: &str, tokens: &[String]) -> Option<Value> {
        let node = bare(self.outline, from);
        self.branch(from, tokens, &node, &mut Vec::new()).map(Value::Object)
    }

    fn reach(&self, from: &str, tokens: &[String], above: &mut Vec<(String, usize)>) -> Option<Value> {
        if from == self.to && tokens.is_empty() {
            return Some(self.instead.clone());
        }
        let here = (from.to_owned(), tokens.len());
        if above.len() > FARTHEST || above.contains(&here) || self.outline.node(from).is_none() {
            return None;
        }
        above.push(here);
        let node = bare(self.outline, from);
        let found = self
            .along(from, tokens, &node, above)
            .or_else(|| self.branch(from, tokens, &node, above))
            .or_else(|| self.inside(from, tokens, node, above));
        above.pop();
        found.map(Value::Object)
    }

    /// Over a reference or a part of `allOf`.
    fn along(
        &self,
        from: &str,
        tokens: &[String],
        node: &Map<String, Value>,
        above: &mut Vec<(String, usize)>,
    ) -> Option<Map<String, Value>> {
        self.outline.along(from).into_iter().find_map(|next| {
            let rewritten = self.reach(&next, tokens, above)?;
            let mut node = node.clone();
            let part = next.strip_prefix(from).and_then(|rest| rest.strip_prefix("/allOf/"));
            if let Some(index) = part.and_then(|index| index.parse::<usize>().ok()) {
                *node.get_mut("allOf")?.get_mut(index)? = rewritten;
            } else {
                for keyword in REFERENCES {
                    node.remove(*keyword);
                }
                also(&mut node, rewritten);
            }
            Some(node)
        })
    }

    /// Over a condition, which has to hold.
    fn branch(
        &self,
        from: &str,
        tokens: &[String],
        node: &Map<String, Value>,
        above: &mut Vec<(String, usize)>,
    ) -> Option<Map<String, Value>> {
        self.outline.branches(from).into_iter().find_map(|branch| {
            let rewritten = self.reach(&branch.pointer, tokens, above)?;
            let mut node = node.clone();
            match branch.condition {
                Condition::If | Condition::Else => {
                    let condition = node.remove("if")?;
                    node.remove("then");
                    node.remove("else");
                    let holds = branch.condition == Condition::If;
                    also(&mut node, if holds { condition } else { json!({ "not": condition }) });
                    also(&mut node, rewritten);
                }
                Condition::Member(name) => {
                    for keyword in ["dependentSchemas", "dependencies"] {
                        if let Some(own) = node.get_mut(keyword).and_then(|all| all.get_mut(&name)) {
                            *own = json!(true);
                        }
                    }
                    also(&mut node, json!({"type": "object", "required": [name]}));
                    also(&mut node, rewritten);
                }
            }
            Some(node)
        })
    }

    /// Into a member or an item, which has to be there.
    fn inside(
        &self,
        from: &str,
        tokens: &[String],
        node: Map<String, Value>,
        above: &mut Vec<(String, usize)>,
    ) -> Option<Map<String, Value>> {
        let (token, rest) = tokens.split_first()?;
        self.member(from, (token, rest), node.clone(), above)
            .or_else(|| self.item(from, (token.parse().ok()?, rest), node, above))
    }

    fn member(
        &self,
        from: &str,
        (token, rest): (&str, &[String]),
        mut node: Map<String, Value>,
        above: &mut Vec<(String, usize)>,
    ) -> Option<Map<String, Value>> {
        let name = if token == ANY_MEMBER { self.free(from) } else { token.to_owned() };
        let (next, rewritten) = self
            .outline
            .member(from, &name)
            .into_iter()
            .find_map(|next| self.reach(&next, rest, above).map(|rewritten| (next, rewritten)))?;
        if let Some(pattern) = self
            .outline
            .keys(from, "patternProperties")
            .find(|pattern| next == join(&join(from, "patternProperties"), pattern))
        {
            // Of the names that match, this one alone is left, so that the others keep no rule unheard.
            node.get_mut("patternProperties")?.as_object_mut()?.insert(pattern.clone(), json!(true));
            also(
                &mut node,
                json!({"propertyNames": {"anyOf": [{ "const": name }, {"not": { "pattern": pattern }}]}}),
            );
            also(&mut node, json!({"properties": { (name.clone()): rewritten }}));
            if let Some(own) = node.get("properties").and_then(|own| own.get(&name)).cloned() {
                also(&mut node, json!({"properties": { (name.clone()): own }}));
            }
            Self::declare(&mut node, &name, json!(true));
        } else {
            Self::declare(&mut node, &name, rewritten);
        }
        also(&mut node, json!({"type": "object", "required": [name]}));
        Some(node)
    }

    fn declare(node: &mut Map<String, Value>, name: &str, schema: Value) {
        let properties = node.entry("properties").or_insert_with(|| json!({}));
        if let Some(properties) = properties.as_object_mut() {
            properties.insert(name.to_owned(), schema);
        }
    }

    fn item(
        &self,
        from: &str,
        (index, rest): (usize, &[String]),
        mut node: Map<String, Value>,
        above: &mut Vec<(String, usize)>,
    ) -> Option<Map<String, Value>> {
        let prefix = self.outline.prefix(from);
        let keyword = if node.get("items").is_some_and(Value::is_array) { "items" } else { "prefixItems" };
        if let Some(next) = prefix.get(index) {
            let rewritten = self.reach(next, rest, above)?;
            *node.get_mut(keyword)?.get_mut(index)? = rewritten;
        } else {
            let (further, next) = self.outline.items(from)?;
            let rewritten = self.reach(&next, rest, above)?;
            let schema = node.get(further)?.clone();
            let listed = if further == "additionalItems" { "items" } else { "prefixItems" };
            let mut items = node.get(listed).and_then(Value::as_array).cloned().unwrap_or_default();
            items.resize(index, schema);
            items.push(rewritten);
            node.insert(listed.to_owned(), Value::Array(items));
        }
        also(&mut node, json!({"type": "array", "minItems": index + 1}));
        Some(node)
    }

    /// A name that neither a member nor a pattern of the schema object takes.
    fn free(&self, from: &str) -> String {
        let mut name = NEW_MEMBER.to_owned();
        let taken = |name: &str| {
            self.outline.keys(from, "properties").any(|own| own == name)
                || self
                    .outline
                    .keys(from, "patternProperties")
                    .any(|pattern| self.outline.matches(pattern, name))
        };
        // Longer and longer names leave every list, and every pattern that does not match all.
        while taken(&name) && name.len() < 40 {
            name.push('y');
        }
        name
    }
}
