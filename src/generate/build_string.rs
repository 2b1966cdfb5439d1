//! String nodes to plans.

use super::build::{Builder, union};
use super::plan::Plan;
use super::refusal::Refusal;
use super::regex::Regex;
use super::spell::{Near, Speller};
use super::terms::{self, Side};
use super::text::{LONGEST, Text};
use crate::schema::Oracle;
use crate::schema::canonical::{Normal, StringShape, Window};
use crate::schema::language::{self, Language};
use crate::schema::pattern::{self, Matcher, Parsed};
use regex_syntax::hir::Hir;
use serde_json::Value;
use std::sync::Arc;

/// Languages of so few members are listed.
const FEW: usize = 16;

pub(crate) fn plan(builder: &mut Builder, normal: &Normal, shape: &StringShape) -> Option<Plan> {
    if shape.length.min > LONGEST {
        builder.give_up("strings", shape.length.min);
        return None;
    }
    if terms::is_free(shape) {
        return Text::new(shape.length, builder.options.ascii).map(Plan::Text);
    }
    if let Some(plan) = simple(shape) {
        return Some(plan);
    }
    let inner = terms::language(shape, Side::Inner);
    let known = inner.clone().or_else(|| terms::language(shape, Side::Outer));
    if known.is_some_and(|known| known.is_empty()) {
        return impossible(builder, shape);
    }
    match inner {
        Some(inner) => spelled(builder, normal, shape, inner),
        None => filtered(builder, normal, shape),
    }
}

fn impossible(builder: &mut Builder, shape: &StringShape) -> Option<Plan> {
    builder.refuse(Refusal::Unsatisfiable {
        pointer: String::new(),
        keywords: keywords(shape),
        message: format!("no string is {}", wanted(shape)),
    });
    None
}

/// The one pattern as it stands, where its tree alone says what strings there are and how long.
fn simple(shape: &StringShape) -> Option<Plan> {
    let [pattern] = shape.patterns.as_slice() else { return None };
    if terms::bars(shape) || !shape.formats.is_empty() || !terms::is_uncoded(shape) {
        return None;
    }
    let parsed = pattern::parse(pattern)?;
    let [tree] = parsed.trees.as_slice() else { return None };
    let free = shape.length.min == 0 && shape.length.max.is_none();
    let exact = parsed.whole && Regex::exact(tree) && (free || Regex::gapless(tree));
    let regex = Regex::new(tree, shape.length).filter(|_| exact)?;
    Some(Plan::Regex(vec![regex], Vec::new()))
}

/// Members of the node's language, those that one meets every day more often than others.
fn spelled(
    builder: &mut Builder,
    normal: &Normal,
    shape: &StringShape,
    inner: Arc<Language>,
) -> Option<Plan> {
    // Engines may read what is not plain otherwise than the language does, or fail on it.
    let mut patterns = shape.patterns.iter().chain(&shape.excluded_patterns);
    let alike = patterns.all(|pattern| language::is_plain(pattern));
    if let Some(members) = inner.members(FEW) {
        let plan = union(members.into_iter().map(|text| Plan::Fixed(Value::String(text))).collect())?;
        return if alike { Some(plan) } else { builder.guarded(normal, plan) };
    }
    if terms::is_free(&StringShape { excluded: Vec::new(), ..shape.clone() }) {
        // Among so many strings a few values are hardly ever met.
        let text = Text::new(shape.length, builder.options.ascii)?;
        return builder.guarded(normal, Plan::Text(text));
    }
    let some = |side| terms::language(shape, side).filter(|language| !language.is_empty());
    let (usual, forms) = terms::closer(shape);
    let usual = usual.and_then(some);
    let mut odd: Vec<Arc<Language>> = forms.filter_map(some).collect();
    let language = match usual {
        Some(usual) => {
            odd.push(inner);
            usual
        }
        None => inner,
    };
    let barred = (terms::bars(shape) && shape.excluded.is_empty()).then(|| some(Side::Barred)).flatten();
    let near = match barred {
        Some(barred) => Oracle::new(&normal.to_schema(), builder.options.formats)
            .ok()
            .map(|oracle| Near { barred, oracle }),
        None => None,
    };
    let plan = Plan::Spelled(Box::new(Speller { language, odd, near, plain: builder.options.ascii }));
    if alike { Some(plan) } else { builder.guarded(normal, plan) }
}

/// What is left where the language is not known: strings that satisfy some of the rules, filtered.
fn filtered(builder: &mut Builder, normal: &Normal, shape: &StringShape) -> Option<Plan> {
    let mut plans = Vec::new();
    let some = terms::readable(shape);
    if !terms::is_free(&some)
        && let Some(language) = terms::language(&some, Side::Inner)
    {
        if language.is_empty() {
            return impossible(builder, shape);
        }
        let plain = builder.options.ascii;
        plans.push(Plan::Spelled(Box::new(Speller { language, odd: Vec::new(), near: None, plain })));
    }
    if some != *shape && !shape.patterns.is_empty() {
        plans.extend(patterned(builder, shape));
    }
    if shape.patterns.is_empty() && shape.formats.is_empty() {
        plans.extend(Text::new(shape.length, true).map(Plan::Text));
    }
    if plans.is_empty() {
        builder.refuse(Refusal::GaveUp { message: format!("no string is found that is {}", wanted(shape)) });
    }
    let plan = union(plans)?;
    builder.guarded(normal, plan)
}

/// Strings of the patterns one by one, their look-around left out.
fn patterned(builder: &mut Builder, shape: &StringShape) -> Option<Plan> {
    let parsed: Option<Vec<Parsed>> = shape.patterns.iter().map(|one| pattern::parse(one)).collect();
    if let Some(parsed) = parsed {
        let whole = parsed.iter().all(|one| one.whole);
        let trees: Vec<Hir> = parsed.into_iter().flat_map(|one| one.trees).collect();
        let window = window(&trees, shape.length);
        if whole && window.max.is_some_and(|max| max < window.min) {
            return impossible(builder, shape);
        }
        // The last comes first, since look-aheads only narrow it.
        let regexes: Vec<Regex> = trees.iter().rev().filter_map(|tree| Regex::new(tree, window)).collect();
        let matchers: Option<Vec<Matcher>> = shape.patterns.iter().map(|one| Matcher::new(one)).collect();
        if let Some(matchers) = matchers.filter(|_| !regexes.is_empty()) {
            return Some(Plan::Regex(regexes, matchers));
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
    found.map(|text| Plan::Fixed(Value::String(text)))
}

/// The lengths that every tree allows.
fn window(trees: &[Hir], length: Window) -> Window {
    trees.iter().filter_map(Regex::span).fold(length, |window, (least, most)| Window {
        min: window.min.max(least),
        max: Some(window.max.map_or(most, |max| max.min(most))),
    })
}

/// The keywords that have a say in the node.
fn keywords(shape: &StringShape) -> Vec<String> {
    let says = [
        ("contentEncoding", !shape.encodings.is_empty()),
        ("contentMediaType", !shape.media_types.is_empty()),
        ("format", !shape.formats.is_empty()),
        ("maxLength", shape.length.max.is_some()),
        ("minLength", shape.length.min > 0),
        ("not", terms::bars(shape)),
        ("pattern", !shape.patterns.is_empty()),
    ];
    says.into_iter().filter(|(_, says)| *says).map(|(keyword, _)| keyword.to_owned()).collect()
}

/// The node in words, as what a string is to be.
fn wanted(shape: &StringShape) -> String {
    let mut words = match (shape.length.min, shape.length.max) {
        (min, Some(max)) if min == max => vec![format!("{min} characters long")],
        (0, None) => Vec::new(),
        (0, Some(max)) => vec![format!("at most {max} characters long")],
        (min, None) => vec![format!("at least {min} characters long")],
        (min, Some(max)) => vec![format!("{min} to {max} characters long")],
    };
    let lists = [
        ("matched by", &shape.patterns),
        ("not matched by", &shape.excluded_patterns),
        ("of the format", &shape.formats),
        ("not of the format", &shape.excluded_formats),
        ("encoded as", &shape.encodings),
        ("a text of", &shape.media_types),
    ];
    for (relation, names) in lists {
        if !names.is_empty() {
            words.push(format!("{relation} {}", names.join(" and ")));
        }
    }
    if !shape.excluded.is_empty() {
        words.push("none of the excluded values".to_owned());
    }
    words.join(" and ")
}
