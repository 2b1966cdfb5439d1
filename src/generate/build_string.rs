//! String nodes to plans.

use super::build::Builder;
use super::format;
use super::plan::Plan;
use super::refusal::Refusal;
use super::regex::Regex;
use super::text::{LONGEST, Text};
use crate::schema::canonical::{Normal, StringShape, Window};
use crate::schema::pattern::{self, Matcher, Parsed};
use regex_syntax::hir::Hir;
use serde_json::Value;

pub(crate) fn plan(builder: &mut Builder, normal: &Normal, shape: &StringShape) -> Option<Plan> {
    if shape.length.min > LONGEST {
        builder.give_up("strings", shape.length.min);
        return None;
    }
    let guard = shape.excludes || shape.encoded || !shape.formats.is_empty();
    let plan = if !shape.patterns.is_empty() {
        patterned(builder, shape)?
    } else if let Some(pattern) = shape.formats.iter().find_map(|format| format::pattern(format)) {
        let trees = pattern::parse(pattern)?.trees;
        regexes(&trees, window(&trees, shape.length), &[])
            .or_else(|| Text::new(shape.length, true).map(Plan::Text))?
    } else {
        Plan::Text(Text::new(shape.length, builder.options.ascii || guard)?)
    };
    if guard { builder.guarded(normal, plan) } else { Some(plan) }
}

fn patterned(builder: &mut Builder, shape: &StringShape) -> Option<Plan> {
    let parsed: Option<Vec<Parsed>> = shape.patterns.iter().map(|one| pattern::parse(one)).collect();
    if let Some(parsed) = parsed {
        let whole = parsed.iter().all(|one| one.whole);
        let trees: Vec<Hir> = parsed.into_iter().flat_map(|one| one.trees).collect();
        let window = window(&trees, shape.length);
        if whole && window.max.is_some_and(|max| max < window.min) {
            builder.refuse(Refusal::Unsatisfiable {
                pointer: String::new(),
                keywords: ["maxLength", "minLength", "pattern"].map(str::to_owned).to_vec(),
                message: format!("no string that matches {} has such a length", shape.patterns.join(" and ")),
            });
            return None;
        }
        let trusted = whole && trees.len() == 1 && trees.iter().all(Regex::exact);
        if let Some(plan) = regexes(&trees, window, if trusted { &[] } else { &shape.patterns }) {
            return Some(plan);
        }
    }
    let fits = |text: &String| {
        let length = text.chars().count() as u64;
        shape.length.min <= length
            && shape.length.max.is_none_or(|max| length <= max)
            && shape
                .patterns
                .iter()
                .all(|one| Matcher::new(one).is_some_and(|matcher| matcher.is_match(text)))
    };
    let found = shape.patterns.iter().filter_map(|one| pattern::witness(one)).find(fits);
    if found.is_none() {
        builder.refuse(Refusal::GaveUp {
            message: format!(
                "no string is found that matches {} within the length limits",
                shape.patterns.join(" and ")
            ),
        });
    }
    found.map(|text| Plan::Fixed(Value::String(text)))
}

/// The lengths that every tree allows.
fn window(trees: &[Hir], length: Window) -> Window {
    trees.iter().filter_map(Regex::span).fold(length, |window, (least, most)| Window {
        min: window.min.max(least),
        max: Some(window.max.map_or(most, |max| max.min(most))),
    })
}

/// Strings of any of the trees, the last first since look-aheads only narrow it; all of them are
/// tried against the patterns, unless the one tree leaves nothing to chance.
fn regexes(trees: &[Hir], window: Window, patterns: &[String]) -> Option<Plan> {
    let regexes: Vec<Regex> = trees.iter().rev().filter_map(|tree| Regex::new(tree, window)).collect();
    let matchers = patterns.iter().map(|one| Matcher::new(one)).collect::<Option<_>>()?;
    (!regexes.is_empty()).then_some(Plan::Regex(regexes, matchers))
}
