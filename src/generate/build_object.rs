//! Object nodes to plans.

use super::build::Builder;
use super::object::{Extra, MOST_MEMBERS, Member, Object};
use super::plan::Plan;
use crate::schema::canonical::{Normal, ObjectShape, Shape, Violation};
use crate::schema::pattern::Matcher;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The name a demand gives for any member beyond the declared ones.
pub(crate) const ANY_MEMBER: &str = "*";

pub(crate) fn plan(
    builder: &mut Builder,
    normal: &Normal,
    shape: ObjectShape,
    demand: &[String],
) -> Option<Plan> {
    let mut rules = Rules::of(builder, shape)?;
    let min = rules.shape.size.min;
    if min > MOST_MEMBERS {
        builder.give_up("objects", min);
        return None;
    }
    let (wanted, rest) = match demand.split_first() {
        None => (None, demand),
        Some((token, rest)) => (Some(token.as_str()), rest),
    };
    let named = wanted.filter(|token| *token != ANY_MEMBER || rules.shape.properties.contains_key(*token));
    let any = wanted.is_some() && named.is_none();
    let mut known: BTreeSet<String> = rules.shape.properties.keys().cloned().collect();
    known.extend(rules.shape.required.iter().cloned());
    known.extend(named.map(str::to_owned));
    let closed = rules.names();
    known.extend(closed.iter().flatten().cloned());

    let mut members = Vec::new();
    for name in known {
        let required = rules.shape.required.contains(&name) || named == Some(name.as_str());
        let allowed = closed.as_ref().is_none_or(|allowed| allowed.contains(&name));
        let demand = if named == Some(name.as_str()) { rest } else { &[] };
        let value = allowed.then(|| rules.value(&name));
        match value.and_then(|value| builder.plan(&value, demand)) {
            Some(plan) => members.push(Member { name, plan, required }),
            None if required => return None,
            None => {}
        }
    }
    let mut extras = Vec::new();
    if closed.is_none() {
        extras = rules.extras(builder, if any { rest } else { &[] });
        if any && extras.is_empty() {
            return None;
        }
    } else if any {
        members.first_mut()?.required = true;
    }
    let violated = rules.violated(builder)?;
    let forced = usize::from(any && closed.is_none()) + violated.len();
    extras.splice(0..0, violated);
    let max = rules.shape.size.max.unwrap_or(u64::MAX);
    let object = Object { min, max, members, extras, forced };
    let plan = Plan::Object(Box::new(object));
    if rules.inexact || !rules.shape.patterns.is_empty() || !rules.shape.violations.is_empty() {
        builder.guarded(normal, plan)
    } else {
        Some(plan)
    }
}

/// What is due at which name.
struct Rules {
    shape: ObjectShape,
    matchers: BTreeMap<String, Matcher>,
    anything: Normal,
    /// Whether some conjunction had no normal form, so that the whole object needs a second look.
    inexact: bool,
}

impl Rules {
    fn of(builder: &Builder, shape: ObjectShape) -> Option<Self> {
        let matchers = shape
            .patterns
            .keys()
            .map(|one| Some((one.clone(), Matcher::new(one)?)))
            .collect::<Option<_>>()?;
        Some(Self { shape, matchers, anything: builder.own(&Value::Bool(true))?, inexact: false })
    }

    /// The only names there can be, where that is a finite list.
    fn names(&self) -> Option<Vec<String>> {
        match self.shape.names.as_ref()?.shape() {
            Shape::Values(values) => {
                Some(values.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect())
            }
            Shape::Nothing => Some(Vec::new()),
            _ => None,
        }
    }

    /// The schema of the member of that name.
    fn value(&mut self, name: &str) -> Normal {
        let matching: Vec<&Normal> = self
            .shape
            .patterns
            .iter()
            .filter(|(pattern, _)| self.matchers.get(*pattern).is_some_and(|matcher| matcher.is_match(name)))
            .map(|(_, schema)| schema)
            .collect();
        let declared = self.shape.properties.get(name);
        let additional = self.shape.additional.as_ref().filter(|_| declared.is_none() && matching.is_empty());
        let mut all = declared.into_iter().chain(matching).chain(additional);
        let Some(first) = all.next() else { return self.anything.clone() };
        let mut both = first.clone();
        for other in all {
            match both.and(other) {
                Some(narrower) => both = narrower,
                None => self.inexact = true,
            }
        }
        both
    }

    /// Members with made names: free ones, and those that a pattern asks for.
    fn extras(&mut self, builder: &mut Builder, demand: &[String]) -> Vec<Extra> {
        let mut extras = Vec::new();
        let free = self.names_matching(builder, None);
        let values = self.shape.additional.clone().unwrap_or_else(|| self.anything.clone());
        if let (Some(names), Some(values)) = (free, builder.plan(&values, demand)) {
            extras.push(Extra { names, values, avoid: self.avoid(None) });
        }
        let patterns: Vec<(String, Normal)> =
            self.shape.patterns.iter().map(|(pattern, schema)| (pattern.clone(), schema.clone())).collect();
        for (pattern, schema) in patterns {
            let names = self.names_matching(builder, Some(&pattern));
            if let (Some(names), Some(values)) = (names, builder.plan(&schema, demand)) {
                extras.push(Extra { names, values, avoid: self.avoid(Some(&pattern)) });
            }
        }
        extras
    }

    fn names_matching(&mut self, builder: &mut Builder, pattern: Option<&str>) -> Option<Plan> {
        let wanted = match pattern {
            Some(pattern) => json!({"type": "string", "pattern": pattern}),
            None => json!({"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[a-z]+$"}),
        };
        let wanted = builder.own(&wanted)?;
        let Some(names) = &self.shape.names else { return builder.plan(&wanted, &[]) };
        match names.and(&wanted).and_then(|both| builder.plan(&both, &[])) {
            Some(plan) => Some(plan),
            None if pattern.is_none() => {
                let names = names.clone();
                builder.plan(&names, &[])
            }
            None => {
                self.inexact = true;
                builder.plan(&wanted, &[])
            }
        }
    }

    fn avoid(&self, except: Option<&str>) -> Vec<Matcher> {
        self.shape
            .patterns
            .keys()
            .filter(|one| Some(one.as_str()) != except)
            .filter_map(|one| Matcher::new(one))
            .collect()
    }

    /// The members that break the rules that must be broken.
    fn violated(&mut self, builder: &mut Builder) -> Option<Vec<Extra>> {
        let mut extras = Vec::new();
        for violation in &self.shape.violations {
            let (names, values) = match violation {
                Violation::Name(schema) => {
                    let names = builder.own(&json!({"type": "string"}))?.and(&schema.negated()?)?;
                    (names, self.anything.clone())
                }
                Violation::Undeclared(schema) => {
                    (builder.own(&json!({"type": "string", "pattern": "^[a-z]{3,}$"}))?, schema.negated()?)
                }
                Violation::Pattern(pattern, schema) => {
                    (builder.own(&json!({"type": "string", "pattern": pattern}))?, schema.negated()?)
                }
            };
            let (names, values) = (builder.plan(&names, &[])?, builder.plan(&values, &[])?);
            extras.push(Extra { names, values, avoid: Vec::new() });
        }
        Some(extras)
    }
}
