//! Objects in which some entry has to break a rule, as negations ask for them.

use super::build::Builder;
use super::build_object;
use super::lack::{Built, Lack};
use super::plan::{Plan, Program};
use super::rules::Rules;
use super::source::Source;
use crate::schema::canonical::{Normal, ObjectShape, Violation};
use crate::schema::pattern::Matcher;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// How many names of entries to break a rule with are tried.
const NAMES: usize = 4;
const KNOWN: usize = 64;
const SEEDS: u64 = 16;

/// Whether an entry of that name may break the rule.
type Fits = Box<dyn Fn(&str) -> bool>;

/// The union over the entries that may break the first rule: each is an object like the others
/// that requires an entry of that name with a value of that kind.
pub(crate) fn plan(
    builder: &mut Builder,
    normal: &Normal,
    mut shape: ObjectShape,
    demand: &[String],
) -> Built<Plan> {
    let Some(violation) = shape.violations.pop() else {
        return build_object::plan(builder, normal, shape, demand);
    };
    let rules = build_object::rules(builder, shape.clone())?;
    let names = names(builder, &rules, &violation)?;
    let mut plans = Vec::new();
    for name in names {
        let mut narrowed = shape.clone();
        let mut filtered = false;
        let mut all = rules.at(&name).into_iter();
        let mut value = match all.next() {
            Some(first) => first,
            None => builder.own(&Value::Bool(true))?,
        };
        for part in all {
            match value.and(&part) {
                Some(both) => value = both,
                None => filtered = true,
            }
        }
        if let Violation::Undeclared { schema, .. } | Violation::Pattern(_, schema) = &violation {
            match value.less(schema) {
                Some(rest) => value = rest,
                None => filtered = true,
            }
        }
        narrowed.properties.insert(name.clone(), value);
        if !narrowed.required.contains(&name) {
            narrowed.required.push(name);
        }
        let plan = build_object::plan(builder, normal, narrowed, demand);
        plans.push(if filtered { plan.and_then(|plan| builder.guard(normal, plan)) } else { plan });
    }
    if rules.closed().is_none() || plans.len() >= KNOWN {
        // Other names than those tried might do.
        plans.push(Err(Lack::gave_up("no member is found that breaks the rule it has to".to_owned())));
    }
    builder.union(plans)
}

/// Names of entries that the violation may be about.
fn names(builder: &mut Builder, rules: &Rules, violation: &Violation) -> Built<BTreeSet<String>> {
    let (wanted, fits): (Value, Fits) = match violation {
        Violation::Name(schema) => {
            let oracle = builder.oracle(schema)?;
            (json!({}), Box::new(move |name: &str| !oracle.is_valid(&Value::from(name))))
        }
        Violation::Undeclared { names, patterns, .. } => {
            let names: BTreeSet<String> = names.iter().cloned().collect();
            let patterns: Vec<Matcher> = patterns.iter().filter_map(|one| Matcher::new(one)).collect();
            let fits = move |name: &str| {
                !names.contains(name) && !patterns.iter().any(|pattern| pattern.is_match(name))
            };
            (json!({"pattern": "^[a-z]{3,}$"}), Box::new(fits))
        }
        Violation::Pattern(pattern, _) => {
            let matcher = Matcher::new(pattern);
            let fits = move |name: &str| matcher.as_ref().is_some_and(|matcher| matcher.is_match(name));
            (json!({ "pattern": pattern }), Box::new(fits))
        }
    };
    let mut found: BTreeSet<String> =
        rules.known().into_iter().filter(|name| rules.allows(name) && fits(name)).take(KNOWN).collect();
    if rules.closed().is_some() || found.len() >= NAMES {
        return Ok(found);
    }
    let mut wanted = wanted;
    if let Some(members) = wanted.as_object_mut() {
        members.insert("type".to_owned(), json!("string"));
        members.insert("maxLength".to_owned(), json!(100));
    }
    let mut names = builder.own(&wanted)?;
    if let Violation::Name(schema) = violation {
        names = names.less(schema).unwrap_or(names);
    }
    for wanted in [rules.shape.names.as_ref().and_then(|allowed| allowed.and(&names)), Some(names)] {
        let Some(Ok(plan)) = wanted.map(|wanted| builder.plan(&wanted, &[])) else { continue };
        let program = Program::new(plan, Vec::new());
        for seed in 0..SEEDS {
            if let Some(Value::String(name)) = program.make(&mut Source::fresh(seed))
                && found.len() < NAMES
                && rules.allows(&name)
                && fits(&name)
            {
                found.insert(name);
            }
        }
    }
    Ok(found)
}
