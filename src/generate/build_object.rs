//! Object nodes to plans.

use super::build::Builder;
use super::combine;
use super::lack::{Built, Lack};
use super::object::{Extra, MOST_MEMBERS, Member, Object};
use super::plan::{Plan, Program};
use super::rules::Rules;
use super::source::Source;
use super::violation;
use crate::schema::canonical::{Normal, ObjectShape, Shape};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The name a demand gives for any member beyond the declared ones.
pub(crate) const ANY_MEMBER: &str = "*";
/// How many names are looked at to see which patterns they match together.
const SAMPLES: u64 = 24;

pub(crate) fn plan(
    builder: &mut Builder,
    normal: &Normal,
    shape: ObjectShape,
    demand: &[String],
) -> Built<Plan> {
    if !shape.violations.is_empty() {
        return violation::plan(builder, normal, shape, demand);
    }
    let rules = rules(builder, shape)?;
    let (min, max) = (rules.shape.size.min, rules.shape.size.max.unwrap_or(u64::MAX));
    let (wanted, rest) = match demand.split_first() {
        None => (None, demand),
        Some((token, rest)) => (Some(token.as_str()), rest),
    };
    let named = wanted.filter(|token| *token != ANY_MEMBER || rules.shape.properties.contains_key(*token));
    let any = wanted.is_some() && named.is_none();
    let mut known = rules.known();
    known.extend(named.map(str::to_owned));

    let mut lost = Lack::Impossible;
    let mut members = Vec::new();
    let mut any_open = any && rules.closed().is_some();
    for name in &known {
        let required = rules.shape.required.contains(name) || named == Some(name.as_str());
        if !rules.allows(name) {
            if required {
                return Err(Lack::Impossible);
            }
            continue;
        }
        let all = rules.at(name);
        // Where all names are known, any member is the first of them that can be what is demanded.
        let chosen = if any_open { combine::all_of(builder, &all, rest).ok() } else { None };
        any_open &= chosen.is_none();
        let required = required || chosen.is_some();
        let demand = if named == Some(name.as_str()) { rest } else { &[] };
        match chosen.map_or_else(|| combine::all_of(builder, &all, demand), Ok) {
            Ok(plan) => members.push(Member { name: name.clone(), plan, required }),
            Err(lack) if required => return Err(lack),
            Err(lack) => {
                builder.lose(&lack);
                lost = lost.or(lack);
            }
        }
    }
    if any_open {
        return Err(lost);
    }
    let mut extras = Vec::new();
    if rules.closed().is_none() {
        let found =
            Extras { rules: &rules, known: &known, demand: if any { rest } else { &[] } }.all(builder);
        for extra in found {
            match extra {
                Ok(extra) => extras.push(extra),
                Err(lack) => {
                    builder.lose(&lack);
                    lost = lost.or(lack);
                }
            }
        }
        if any && extras.is_empty() {
            return Err(lost);
        }
    }
    let forced = usize::from(any && rules.closed().is_none());
    let required = members.iter().filter(|member| member.required).count() + forced;
    if required as u64 > max || min > max {
        return Err(Lack::Impossible);
    }
    if extras.is_empty() && (members.len() as u64) < min {
        return Err(lost);
    }
    if min > MOST_MEMBERS {
        return Err(Lack::costly("objects", min));
    }
    let object = Object { min, max, members, extras, forced, known, matchers: rules.into_matchers() };
    Ok(Plan::Object(Box::new(object)))
}

pub(crate) fn rules(builder: &Builder, shape: ObjectShape) -> Built<Rules> {
    Rules::new(shape, builder.options.formats)
        .ok_or_else(|| Lack::unsupported("a pattern of member names does not compile".to_owned()))
}

/// The members whose names are made.
struct Extras<'a> {
    rules: &'a Rules,
    known: &'a BTreeSet<String>,
    demand: &'a [String],
}

impl Extras<'_> {
    /// Free members, and those whose names match one of the patterns.
    fn all(&self, builder: &mut Builder) -> Vec<Built<Extra>> {
        let mut all = vec![self.free(builder)];
        let patterns: Vec<String> = self.rules.shape.patterns.keys().cloned().collect();
        all.extend(patterns.iter().map(|pattern| self.matching(builder, pattern)));
        all
    }

    fn free(&self, builder: &mut Builder) -> Built<Extra> {
        let names = match &self.rules.shape.names {
            None => builder
                .own(&json!({"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[a-z]+$"}))?,
            Some(names) => names.clone(),
        };
        let names = unlisted(builder, &names)?;
        self.extra(builder, names)
    }

    fn matching(&self, builder: &mut Builder, pattern: &str) -> Built<Extra> {
        let wanted = builder.own(&json!({"type": "string", "pattern": pattern}))?;
        let mut all = vec![wanted];
        all.extend(self.rules.shape.names.clone());
        let names = combine::all_of(builder, &all, &[])?;
        self.extra(builder, names)
    }

    /// Members with such names, their values by the patterns that the names turn out to match.
    fn extra(&self, builder: &mut Builder, names: Plan) -> Built<Extra> {
        let mut found: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
        if self.rules.shape.patterns.is_empty() {
            found.insert(Vec::new(), 0);
        }
        let program = Program::new(names, Vec::new());
        for seed in 0..SAMPLES {
            if self.rules.shape.patterns.is_empty() {
                break;
            }
            if let Some(Value::String(name)) = program.make(&mut Source::fresh(seed)) {
                *found.entry(self.rules.marks(&name)).or_default() += 1;
            }
        }
        let mut kinds = Vec::new();
        let mut lost = if found.is_empty() {
            Lack::gave_up("no name for a further member is found".to_owned())
        } else {
            Lack::Impossible
        };
        for marks in found.into_keys() {
            match combine::all_of(builder, &self.rules.undeclared(&marks), self.demand) {
                Ok(plan) => kinds.push((marks, plan)),
                Err(lack) => lost = lost.or(lack),
            }
        }
        // With other names there may be other values.
        if kinds.is_empty() && !self.rules.shape.patterns.is_empty() {
            lost = lost.or(Lack::gave_up("no name for a further member is found".to_owned()));
        }
        let taken = |name: &str| self.known.contains(name);
        let all_taken = matches!(&program.root, Plan::Fixed(Value::String(name)) if taken(name));
        if kinds.is_empty() || all_taken { Err(lost) } else { Ok(Extra { names: program.root, kinds }) }
    }
}

/// The names less those that are listed outright, since those are members of their own.
fn unlisted(builder: &mut Builder, names: &Normal) -> Built<Plan> {
    match names.shape() {
        Shape::Values(_) => Err(Lack::Impossible),
        Shape::AnyOf(branches) => {
            let plans = branches.iter().map(|branch| unlisted(builder, branch)).collect();
            builder.union(plans)
        }
        _ => builder.plan(names, &[]),
    }
}
