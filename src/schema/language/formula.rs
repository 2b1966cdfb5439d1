//! What is asked of a string: a boolean formula of searches.

use regex_syntax::hir::{Hir, HirKind, Look};

/// A condition on a string, its searches told by trees or otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Formula<S = Hir> {
    /// The search finds something.
    Found(S),
    Not(Box<Formula<S>>),
    All(Vec<Formula<S>>),
    Any(Vec<Formula<S>>),
}

impl Formula {
    /// The string is one of these.
    pub(crate) fn one_of<'v>(values: impl Iterator<Item = &'v str>) -> Self {
        let literals = values.map(|value| Hir::literal(value.as_bytes().to_vec())).collect();
        let parts = vec![Hir::look(Look::Start), Hir::alternation(literals), Hir::look(Look::End)];
        Self::Found(Hir::concat(parts))
    }

    pub(crate) fn negated(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// The formula or its negation.
    pub(crate) fn that(self, holds: bool) -> Self {
        if holds { self } else { self.negated() }
    }

    /// The same formula by the places of its trees in the list, to which new ones are added.
    pub(crate) fn numbered(&self, trees: &mut Vec<Hir>) -> Formula<usize> {
        match self {
            Self::Found(tree) => {
                Formula::Found(trees.iter().position(|known| known == tree).unwrap_or_else(|| {
                    trees.push(tree.clone());
                    trees.len() - 1
                }))
            }
            Self::Not(inner) => Formula::Not(Box::new(inner.numbered(trees))),
            Self::All(parts) => Formula::All(parts.iter().map(|part| part.numbered(trees)).collect()),
            Self::Any(parts) => Formula::Any(parts.iter().map(|part| part.numbered(trees)).collect()),
        }
    }
}

impl<S> Formula<S> {
    /// Whether it holds, where what is known of each search decides it.
    pub(crate) fn decided(&self, known: &impl Fn(&S) -> Option<bool>) -> Option<bool> {
        match self {
            Self::Found(search) => known(search),
            Self::Not(inner) => inner.decided(known).map(|holds| !holds),
            Self::All(parts) => {
                let mut all = Some(true);
                for part in parts {
                    match part.decided(known) {
                        Some(false) => return Some(false),
                        None => all = None,
                        Some(true) => {}
                    }
                }
                all
            }
            Self::Any(parts) => {
                let mut any = Some(false);
                for part in parts {
                    match part.decided(known) {
                        Some(true) => return Some(true),
                        None => any = None,
                        Some(false) => {}
                    }
                }
                any
            }
        }
    }
}

/// The least and the greatest length of a match, in code points; no greatest where there is none.
pub(crate) fn span(tree: &Hir) -> (u64, Option<u64>) {
    match tree.kind() {
        HirKind::Empty | HirKind::Look(_) => (0, Some(0)),
        HirKind::Class(_) => (1, Some(1)),
        HirKind::Literal(literal) => {
            // A code point is a byte that does not continue another.
            let count = literal.0.iter().filter(|byte| **byte & 0xc0 != 0x80).count() as u64;
            (count, Some(count))
        }
        HirKind::Repetition(repetition) => {
            let (least, most) = span(&repetition.sub);
            let most = match (most, repetition.max) {
                (Some(0), _) => Some(0),
                (Some(most), Some(max)) => most.checked_mul(u64::from(max)),
                _ => None,
            };
            (least.saturating_mul(u64::from(repetition.min)), most)
        }
        HirKind::Capture(capture) => span(&capture.sub),
        HirKind::Concat(parts) => parts.iter().map(span).fold((0, Some(0)), |(least, most), (l, m)| {
            (least.saturating_add(l), most.zip(m).and_then(|(most, m)| most.checked_add(m)))
        }),
        HirKind::Alternation(parts) => {
            let spans: Vec<_> = parts.iter().map(span).collect();
            let most = spans.iter().map(|span| span.1).try_fold(0, |most, one| Some(most.max(one?)));
            (spans.iter().map(|span| span.0).min().unwrap_or(0), most)
        }
    }
}
