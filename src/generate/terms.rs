//! String nodes as terms of a language.

use super::format::{self, Others};
use crate::schema::canonical::{StringShape, Window};
use crate::schema::language::{Language, Terms};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

/// How many languages are remembered.
const REMEMBERED: usize = 300;

type Known = HashMap<(StringShape, Side), Option<Arc<Language>>>;

/// The languages of late: one schema asks for the same ones again and again, program by program.
static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);

/// Which strings are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Side {
    /// Those that the node allows for certain.
    Inner,
    /// Of these, those that one meets every day.
    Usual,
    /// Of these, those of a form that has few among the many.
    Form(usize),
    /// Those that the node does not rule out for certain.
    Outer,
    /// Those that have whatever the node bars, and maybe one character too many or too few.
    Barred,
}

/// Whether nothing but the length matters.
pub(crate) fn is_free(shape: &StringShape) -> bool {
    shape.patterns.is_empty() && shape.formats.is_empty() && !bars(shape) && is_uncoded(shape)
}

/// Whether the node does not care for encoded content.
pub(crate) fn is_uncoded(shape: &StringShape) -> bool {
    shape.media_types.is_empty() && shape.encodings.is_empty()
}

/// Whether the node rules out patterns, formats or values.
pub(crate) fn bars(shape: &StringShape) -> bool {
    !(shape.excluded_patterns.is_empty() && shape.excluded_formats.is_empty() && shape.excluded.is_empty())
}

/// The node less the patterns that no language is known of.
pub(crate) fn readable(shape: &StringShape) -> StringShape {
    let any = Window { min: 0, max: None };
    let mut some = shape.clone();
    some.patterns.retain(|one| Language::new(std::slice::from_ref(one), &[], any).is_some());
    some.excluded_patterns.retain(|one| Language::new(&[], std::slice::from_ref(one), any).is_some());
    some
}

/// The strings on one side of the node; nothing where they are not known.
pub(crate) fn language(shape: &StringShape, side: Side) -> Option<Arc<Language>> {
    let key = (shape.clone(), side);
    if let Some(language) = KNOWN.lock().ok().and_then(|known| known.get(&key).cloned()) {
        return language;
    }
    let language = composed(shape, side).map(Arc::new);
    if let Ok(mut known) = KNOWN.lock() {
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(key, language.clone());
    }
    language
}

fn composed(shape: &StringShape, side: Side) -> Option<Language> {
    let mut terms = Terms::new();
    for pattern in &shape.patterns {
        terms.matching(pattern)?;
    }
    for pattern in &shape.excluded_patterns {
        if side == Side::Barred { terms.matching(pattern)? } else { terms.differing(pattern)? }
    }
    let mut longest = shape.length.max;
    for name in &shape.formats {
        required(name, side, &mut terms, &mut longest)?;
    }
    for name in &shape.excluded_formats {
        if side == Side::Barred {
            required(name, Side::Inner, &mut terms, &mut longest)?;
        } else {
            barred(name, side, &mut terms)?;
        }
    }
    coded(shape, side, &mut terms)?;
    if side == Side::Barred {
        let length = Window {
            min: shape.length.min.saturating_sub(1),
            max: longest.map(|longest| longest.saturating_add(1)),
        };
        return Language::of(terms, length);
    }
    terms.except(&shape.excluded);
    Language::of(terms, Window { min: shape.length.min, max: longest })
}

/// What a format asks. One that nobody knows asks nothing.
fn required(name: &str, side: Side, terms: &mut Terms, longest: &mut Option<u64>) -> Option<()> {
    let Some(known) = format::known(name) else { return Some(()) };
    if side == Side::Outer
        && let Others::Beyond(shape) = known.others
    {
        return terms.matching(shape);
    }
    if side == Side::Outer && matches!(known.others, Others::Some(_)) {
        return Some(());
    }
    for pattern in &known.patterns {
        terms.matching(pattern)?;
    }
    if let Some(pattern) = known.none_of {
        terms.differing(pattern)?;
    }
    if let Some(pattern) = known.usual.filter(|_| side == Side::Usual) {
        terms.matching(pattern)?;
    }
    if let Side::Form(index) = side {
        terms.matching(known.forms.get(index)?)?;
    }
    *longest = [*longest, known.longest].into_iter().flatten().min();
    if !matches!(known.others, Others::All) {
        terms.narrowed();
    }
    Some(())
}

/// What the absence of a format asks; nothing where nothing lacks it.
fn barred(name: &str, side: Side, terms: &mut Terms) -> Option<()> {
    let known = format::known(name)?;
    match known.others {
        Others::All => {
            for pattern in &known.patterns {
                terms.differing(pattern)?;
            }
        }
        _ if side == Side::Outer => {}
        Others::Beyond(shape) => {
            terms.differing(shape)?;
            terms.narrowed();
        }
        Others::Some(pattern) => {
            terms.matching(pattern)?;
            terms.narrowed();
        }
    }
    Some(())
}

/// What content asks, of the string itself: what is encoded and what is a text are two rules.
fn coded(shape: &StringShape, side: Side, terms: &mut Terms) -> Option<()> {
    for pattern in shape.encodings.iter().filter_map(|name| format::encoding(name)) {
        terms.matching(pattern)?;
    }
    for pattern in shape.media_types.iter().filter_map(|name| format::media_type(name)) {
        if side != Side::Outer {
            terms.matching(&pattern)?;
            terms.narrowed();
        }
    }
    Some(())
}

/// The sides on which the formats of the node are known more closely: what is usual, if any, and forms.
pub(crate) fn closer(shape: &StringShape) -> (Option<Side>, impl Iterator<Item = Side>) {
    let known = || shape.formats.iter().filter_map(|name| format::known(name));
    let usual = known().any(|known| known.usual.is_some()).then_some(Side::Usual);
    let forms = known().map(|known| known.forms.len()).max().unwrap_or(0);
    (usual, (0..forms).map(Side::Form))
}
