//! What a case is about, in short words that cases can share.
//!
//! A trait is `kind` or `kind:value`, such as `keyword:maxLength`, `situation:expired-token`, `key:of` or
//! `write:spaced`. Steps and rules are read by the names that case files have for their members, so that a new member
//! needs nothing here. Root causes are told by the traits that failing cases share and passing ones lack.

use super::model::{Case, Plan};
use super::rule::{ASCII, CONTROL, PROBE, Rule, THREE_BYTE};
use super::script::{KeyChange, Script, SignatureEdit, Step, Times, Writing};
use crate::generate::Goal;
use serde_json::Value;
use std::collections::BTreeSet;

/// Members of a step that say how it is written down or told apart, and not what it is about.
const SILENT: [&str; 3] = ["as", "feed", "probe"];
/// Members of a rule that tell what it is about; the others name steps.
const TELLING: [&str; 6] = ["rule", "situation", "situations", "when", "field", "class"];

/// Bytes of the longest value that a trait tells.
const LONGEST: usize = 40;

/// The traits of a case, sorted.
pub fn of(case: &Case) -> Vec<String> {
    of_plan(case, &case.plan)
}

/// The traits of a case that broke, sorted: a program of requests is about what its smallest script does.
pub fn of_broken(case: &Case, smallest: &Script) -> Vec<String> {
    match &case.plan {
        Plan::Programs(_) => {
            let mut traits = of_plan(case, &Plan::Written(smallest.clone()));
            traits.push("program".to_owned());
            traits
        }
        plan => of_plan(case, plan),
    }
}

fn of_plan(case: &Case, plan: &Plan) -> Vec<String> {
    let mut traits = BTreeSet::new();
    match plan {
        Plan::Goal(plan) => {
            goal(&mut traits, &plan.goal);
            traits.extend(plan.compared.then(|| "made-up".to_owned()));
        }
        Plan::Bound(plan) => {
            goal(&mut traits, &Goal { side: "around".to_owned(), ..plan.beyond.clone() });
        }
        Plan::Samples => {
            traits.insert("samples".to_owned());
        }
        Plan::Written(script) => steps(&mut traits, &script.0),
        Plan::Programs(programs) => {
            traits.extend(["program", "counted", "key:of"].map(ToOwned::to_owned));
            if programs.together > 1 {
                traits.insert("overlap".to_owned());
            }
            let kinds = programs.steps().unwrap_or_default();
            if kinds.iter().any(|kind| kinds.first().is_some_and(|first| differs(first, kind))) {
                traits.insert("key:other-content".to_owned());
            }
            steps(&mut traits, &kinds);
        }
    }
    if case.rule == Rule::History {
        // Effects are counted of what was taken.
        traits.insert("when:success".to_owned());
    }
    if case.rule.situations().len() > 1 {
        traits.insert("several-situations".to_owned());
    }
    if let Ok(Value::Object(rule)) = serde_json::to_value(&case.rule) {
        let telling = rule.iter().filter(|(name, _)| TELLING.contains(&name.as_str()));
        telling.for_each(|(name, value)| member(&mut traits, singular(name), value));
    }
    traits.into_iter().collect()
}

fn singular(name: &str) -> &str {
    if name == "situations" { "situation" } else { name }
}

fn goal(traits: &mut BTreeSet<String>, goal: &Goal) {
    traits.insert(if goal.valid { "allowed" } else { "forbidden" }.to_owned());
    traits.insert(format!("at:{}", goal.pointer));
    traits.insert(format!("keyword:{}", goal.keyword));
    let (side, kind) = match goal.side.split_once('-') {
        Some((side @ ("at" | "above" | "text"), kind)) => (side, Some(kind)),
        _ => (goal.side.as_str(), None),
    };
    traits.insert(format!("side:{side}"));
    traits.extend(kind.map(|kind| format!("characters:{kind}")));
    traits.extend(kind.map(|_| "characters".to_owned()));
}

fn steps(traits: &mut BTreeSet<String>, steps: &[Step]) {
    for (index, step) in steps.iter().enumerate() {
        if [CONTROL, ASCII, THREE_BYTE].contains(&step.role.as_str()) && step.role != PROBE {
            continue;
        }
        let places = step.set.keys().chain(&step.remove).chain(&step.vary).chain(&step.with);
        traits.extend(places.map(|place| format!("at:{place}")));
        traits.extend(several(step).map(|place| format!("several:{place}")));
        if !step.write.is_sound() {
            traits.insert("write:malformed".to_owned());
        }
        let added = match &step.key.change {
            Some(KeyChange::Append(text) | KeyChange::Prepend(text)) => text.as_str(),
            _ => "",
        };
        if !added.is_empty() && added.trim().is_empty() {
            traits.insert("key:white-space".to_owned());
        }
        let sound = step.write != Writing::Compact && step.write.is_sound();
        traits.extend(sound.then(|| "write:same-value".to_owned()));
        // What has the form of a signature, and is not the one that belongs to the request.
        if !matches!(step.signature, SignatureEdit::Right | SignatureEdit::Missing | SignatureEdit::Malformed)
        {
            traits.insert("signature:in-form".to_owned());
        }
        if step.credential.is_some() {
            traits.insert("credential".to_owned());
        }
        let Ok(Value::Object(members)) = serde_json::to_value(step) else { continue };
        let spoken = members.iter().filter(|(name, _)| {
            !SILENT.contains(&name.as_str()) && !matches!(name.as_str(), "set" | "remove" | "vary" | "with")
        });
        spoken.for_each(|(name, value)| member(traits, name, value));
        if step.probe {
            traits.insert("counted".to_owned());
        }
        traits.extend((!step.remove.is_empty()).then(|| "absent".to_owned()));
        let before = steps.get(..index).unwrap_or_default();
        let first = before.iter().find(|before| Some(&before.role) == step.key.of.as_ref());
        let behind = first.and_then(|first| behind(first, step));
        traits.extend(behind.map(|length| format!("key-differs-behind#{length}")));
        if first.is_some_and(|first| step.key.change.is_none() && differs(first, step)) {
            traits.insert("key:other-content".to_owned());
        }
        if step.beside || step.delay > 0 || matches!(step.times, Times::Burst(_)) {
            traits.insert("overlap".to_owned());
        }
    }
}

/// The array of which a step fills more than the first place.
fn several(step: &Step) -> Option<String> {
    step.set.iter().find_map(|(place, value)| {
        let later = place.rsplit_once('/').filter(|(_, last)| last.parse::<usize>().is_ok_and(|at| at > 0));
        let many = value.as_array().is_some_and(|items| items.len() > 1);
        later.map(|(array, _)| array.to_owned()).or_else(|| many.then(|| place.clone()))
    })
}

/// How many characters of two keys are the same at least, where they differ behind them only.
fn behind(first: &Step, step: &Step) -> Option<usize> {
    match step.key.change.as_ref()? {
        KeyChange::ReplaceAt(length) => Some(*length),
        KeyChange::LastCharacter => first.key.length?.checked_sub(1),
        _ => None,
    }
}

/// Whether two steps ask for different things.
fn differs(first: &Step, step: &Step) -> bool {
    (&first.set, &first.remove, &first.vary, &first.with) != (&step.set, &step.remove, &step.vary, &step.with)
}

/// A member by its name and, where it has one of a few, its value.
fn member(traits: &mut BTreeSet<String>, name: &str, value: &Value) {
    match value {
        Value::Null | Value::Bool(false) => {}
        Value::Bool(true) | Value::Number(_) => {
            traits.insert(name.to_owned());
        }
        Value::String(text) if text.len() > LONGEST => {
            traits.insert(name.to_owned());
        }
        Value::String(text) => {
            traits.insert(format!("{name}:{text}"));
        }
        Value::Array(items) => items.iter().for_each(|item| member(traits, name, item)),
        Value::Object(members) => {
            traits.extend(members.keys().map(|key| format!("{name}:{key}")));
            // Enumerations within: `key: {change: swap-case}`.
            for (key, inner) in members.iter().filter(|(key, _)| !matches!(key.as_str(), "of")) {
                if let Some(text) = inner.as_str().filter(|text| text.len() <= LONGEST) {
                    traits.insert(format!("{name}:{key}:{text}"));
                } else if let Value::Object(inner) = inner {
                    traits.extend(inner.keys().map(|choice| format!("{name}:{key}:{choice}")));
                }
            }
        }
    }
}
