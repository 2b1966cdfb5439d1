//! String nodes to plans.

use super::build::{Builder, union};
use super::format;
use super::plan::Plan;
use super::regex::Regex;
use super::text::{LONGEST, Text};
use crate::schema::canonical::{Normal, StringShape, Window};
use crate::schema::pattern::{self, Matcher};
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
        union(regexes(&pattern::parse(pattern)?, shape.length, &[]))
            .or_else(|| Text::new(shape.length, true).map(Plan::Text))?
    } else {
        Plan::Text(Text::new(shape.length, builder.options.ascii || guard)?)
    };
    if guard { builder.guarded(normal, plan) } else { Some(plan) }
}

fn patterned(builder: &mut Builder, shape: &StringShape) -> Option<Plan> {
    let trees: Option<Vec<Vec<Hir>>> = shape.patterns.iter().map(|one| pattern::parse(one)).collect();
    let plan = trees.and_then(|trees| {
        let trees: Vec<Hir> = trees.into_iter().flatten().collect();
        union(regexes(&trees, shape.length, &shape.patterns))
    });
    if plan.is_some() {
        return plan;
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
        builder.refuse(super::Refusal::GaveUp {
            message: format!(
                "no string is found that matches {} within the length limits",
                shape.patterns.join(" and ")
            ),
        });
    }
    found.map(|text| Plan::Fixed(Value::String(text)))
}

/// One generator for each tree, all within the lengths that every tree allows.
fn regexes(trees: &[Hir], length: Window, patterns: &[String]) -> Vec<Plan> {
    let mut window = length;
    for tree in trees {
        if let Some(regex) = Regex::new(tree, length) {
            let (least, most) = regex.span();
            window.min = window.min.max(least);
            window.max = Some(window.max.map_or(most, |max| max.min(most)));
        }
    }
    trees
        .iter()
        .rev()
        .filter_map(|tree| {
            let regex = Regex::new(tree, window)?;
            // One tree that leaves nothing to chance needs no second look.
            let trusted = trees.len() == 1 && regex.exact;
            let matchers = if trusted {
                Some(Vec::new())
            } else {
                patterns.iter().map(|one| Matcher::new(one)).collect()
            };
            Some(Plan::Regex(regex, matchers?))
        })
        .collect()
}
